// Resizing as OpenCV and Pillow do it, which a canvas does not promise. A picture is {data, width, height, channels}:
// bytes 0..255, row after row; what comes out has three channels, RGB.
import { clamp, even } from "./numbers.js";

/** Where each output pixel looks along one side: first input pixel and weights that sum to 1, as 32-bit floats. */
function table(size, look) {
  return Array.from({ length: size }, (_, at) => {
    const { first, weights } = look(at);
    return { first, weights: Float32Array.from(weights) };
  });
}

/** OpenCV's INTER_AREA, to shrink: every input pixel counts by the share of it that is covered (computeResizeAreaTab). */
function area(from, to) {
  const scale = from / to;
  return table(to, (at) => {
    const low = at * scale;
    const high = Math.min(low + scale, from);
    const first = Math.min(Math.floor(low + 1e-3), from - 1);
    const last = Math.min(Math.max(Math.ceil(high - 1e-3), first + 1), from);
    const weights = [];
    for (let pixel = first; pixel < last; pixel++) {
      weights.push((Math.min(pixel + 1, high) - Math.max(pixel, low)) / (high - low));
    }
    return { first, weights };
  });
}

/** Pillow's BILINEAR: a triangle as wide as the pixels that it gathers. `length` may be a part of a pixel shorter. */
function triangle(from, to, length = from) {
  const scale = length / to;
  const reach = Math.max(scale, 1);
  return table(to, (at) => {
    const centre = (at + 0.5) * scale;
    const first = Math.max(Math.trunc(centre - reach + 0.5), 0);
    const last = Math.min(Math.trunc(centre + reach + 0.5), from);
    const weights = [];
    for (let pixel = first; pixel < last; pixel++) {
      weights.push(Math.max(0, 1 - Math.abs((pixel - centre + 0.5) / reach)));
    }
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** Apply a table to each side; `lift` is added before rounding. */
function resample({ data, width, channels }, across, down, lift = 0) {
  const made = new Uint8ClampedArray(across.length * down.length * 3);
  const row = new Float32Array(width * channels);
  let at = 0;
  for (const { first, weights } of down) {
    row.fill(0);
    weights.forEach((weight, index) => {
      const start = (first + index) * width * channels;
      for (let i = 0; i < row.length; i++) row[i] += weight * data[start + i];
    });
    for (const look of across) {
      let [red, green, blue] = [lift, lift, lift];
      let place = look.first * channels;
      for (const weight of look.weights) {
        red += weight * row[place];
        green += weight * row[place + 1];
        blue += weight * row[place + 2];
        place += channels;
      }
      made[at++] = red; // a clamped array rounds halves to even, as OpenCV does
      made[at++] = green;
      made[at++] = blue;
    }
  }
  return { data: made, width: across.length, height: down.length, channels: 3 };
}

/** cv2.resize with INTER_AREA to shrink and INTER_LINEAR to enlarge. */
export function resize(picture, width, height) {
  const shrinks = width <= picture.width && height <= picture.height;
  if (!shrinks) return enlarge(picture, width, height);
  return averaged(picture, width, height);
}

/** cv2.resize with INTER_AREA, to shrink. */
export function averaged(picture, width, height) {
  const halves = picture.width === 2 * width && picture.height === 2 * height;
  // OpenCV's own way for halves rounds a half up; all others round it to the even number.
  return resample(picture, area(picture.width, width), area(picture.height, height), halves ? 0.1 : 0);
}

/** OpenCV's INTER_LINEAR in its fixed point: weights of 11 bits, and four bits of the first way dropped before the second. */
function enlarge({ data, width, height, channels }, wide, high) {
  const [across, down] = [places(width, wide), places(height, high)];
  const made = new Uint8ClampedArray(wide * high * 3);
  let at = 0;
  for (const row of down) {
    for (const column of across) {
      for (let channel = 0; channel < 3; channel++) {
        const along = (line) => (data[(line * width + column.low) * channels + channel] * column.first
          + data[(line * width + column.high) * channels + channel] * column.second) >> 4;
        made[at++] = (((along(row.low) * row.first) >> 16) + ((along(row.high) * row.second) >> 16) + 2) >> 2;
      }
    }
  }
  return { data: made, width: wide, height: high, channels: 3 };
}

/** The two pixels between which each new one lies, and their weights, of 2048. */
function places(from, to) {
  return Array.from({ length: to }, (_, at) => {
    const place = clamp(Math.fround((at + 0.5) * (from / to) - 0.5), 0, from - 1);
    const low = Math.floor(place);
    const share = Math.fround(place - low);
    return { low, high: Math.min(low + 1, from - 1), first: even((1 - share) * 2048), second: even(share * 2048) };
  });
}

/** Cut a part out. */
export function part({ data, width, channels }, left, top, wide, high) {
  const made = new Uint8ClampedArray(wide * high * channels);
  for (let y = 0; y < high; y++) {
    const start = ((top + y) * width + left) * channels;
    made.set(data.subarray(start, start + wide * channels), y * wide * channels);
  }
  return { data: made, width: wide, height: high, channels };
}

/** Leave a side as it is. */
const same = (size) => table(size, (first) => ({ first, weights: [1] }));

/** Average whole blocks, the cheap first part of Pillow's way from a large picture (Image.reduce). */
function reduce(picture, across, down) {
  const blocks = (from, by) =>
    table(Math.ceil(from / by), (at) => {
      const count = Math.min(by, from - at * by);
      return { first: at * by, weights: new Array(count).fill(1 / count) };
    });
  return resample(picture, blocks(picture.width, across), blocks(picture.height, down));
}

/** Stretch to a square as `mien.media.fit` does: Pillow's BILINEAR with a reducing gap of 2. */
export function stretch(picture, size) {
  const across = Math.max(Math.trunc(picture.width / size / 2), 1);
  const down = Math.max(Math.trunc(picture.height / size / 2), 1);
  const small = across > 1 || down > 1 ? reduce(picture, across, down) : picture;
  const wide = triangle(small.width, size, picture.width / across);
  const high = triangle(small.height, size, picture.height / down);
  const narrow = resample(small, wide, same(small.height)); // Pillow rounds between the two ways
  return resample(narrow, same(size), high);
}

