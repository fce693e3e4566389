// Which part mattered: hide one part after another and watch the answer, as mien/explain/_occlusion.py does.

const REACH = 0.6; // standard deviation of a patch, in grid steps
const BLUR = 1.5; // standard deviation of the blur, in grid steps
const BATCH = 16;

/**
 * How much less probable a class is when a part is hidden: rows of numbers, -1..1, one a patch.
 * `predict` takes bytes [N, size, size, 3] and N, and answers with N rows of probabilities.
 */
export async function occlusion(predict, pixels, size, label, grid = 8) {
  const [plain] = await predict(pixels, 1);
  const blurred = blur(pixels, size, (BLUR * size) / grid);
  const bumps = Array.from({ length: grid }, (_, at) => bump(size, grid, at));
  const drops = [];
  for (let start = 0; start < grid * grid; start += BATCH) {
    const count = Math.min(BATCH, grid * grid - start);
    const batch = new Uint8Array(count * pixels.length);
    for (let index = 0; index < count; index++) {
      const cell = start + index;
      hide(batch, index * pixels.length, pixels, blurred, bumps[Math.floor(cell / grid)], bumps[cell % grid]);
    }
    for (const found of await predict(batch, count)) drops.push(plain[label] - found[label]);
  }
  return bumps.map((_, row) => drops.slice(row * grid, (row + 1) * grid));
}

/** A soft bump over a step of a side: flat on top over half of it. */
function bump(size, grid, at) {
  const step = size / grid;
  return Float32Array.from({ length: size }, (_, place) => {
    const away = Math.max(Math.abs(place - ((at + 0.5) * step - 0.5)) - step / 4, 0);
    return Math.exp(-0.5 * (away / (REACH * step)) ** 2);
  });
}

function hide(batch, start, pixels, blurred, down, across) {
  const size = across.length;
  for (let i = 0; i < pixels.length; i++) {
    const pixel = Math.floor(i / 3);
    const mask = down[Math.floor(pixel / size)] * across[pixel % size];
    batch[start + i] = Math.round(pixels[i] + mask * (blurred[i] - pixels[i]));
  }
}

/** Blur with a Gaussian that does not darken the borders. */
function blur(pixels, size, reach) {
  const kernel = Array.from({ length: size }, (_, row) => {
    const weights = Float32Array.from({ length: size }, (__, place) => Math.exp(-0.5 * ((row - place) / reach) ** 2));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  });
  const along = (from, step, other) => {
    const made = new Float32Array(from.length);
    for (let line = 0; line < size; line++) {
      for (let at = 0; at < size; at++) {
        for (let place = 0; place < size; place++) {
          const weight = kernel[at][place];
          for (let c = 0; c < 3; c++) made[line * other + at * step + c] += weight * from[line * other + place * step + c];
        }
      }
    }
    return made;
  };
  return along(along(Float32Array.from(pixels), 3, size * 3), size * 3, 3);
}
