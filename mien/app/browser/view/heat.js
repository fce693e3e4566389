// "Which part mattered": the face as the model saw it, and where hiding it made its answer less probable.
import { make } from "../dom.js";
import { shown } from "../kinds/picture.js";
import { say } from "../strings.js";

const SIDE = 288; // pixels of the drawing
const LITTLE = 0.02; // of the probability: below it no part is named

/** A figure of an explanation: {grid, label} with {seen, size} from the device or {image} from the server. */
export async function heat({ grid, label, seen, size, image }, face) {
  const picture = seen ? shown(seen, size) : await loaded(image);
  const most = Math.max(...grid.flat());
  const canvas = make("canvas", { width: SIDE, height: SIDE, className: "heat", aria: { role: "img", label: say.matterAlt } });
  const context = canvas.getContext("2d");
  if (picture) context.drawImage(picture, 0, 0, SIDE, SIDE);
  context.globalAlpha = 0.66;
  context.drawImage(veil(grid, most), 0, 0, SIDE, SIDE);
  context.globalAlpha = 1;
  if (most > LITTLE) outline(context, grid, most);
  const words = most > LITTLE ? say.matterSays(placeOf(grid, most, face), label) : say.matterNone(label);
  return make("figure", { className: "mattered" }, canvas, make("figcaption", { textContent: words }));
}

async function loaded(address) {
  if (!address) return null;
  const image = make("img", { src: address });
  await image.decode();
  return image;
}

/** What did not matter is veiled; a small canvas, smoothly enlarged. */
function veil(grid, most) {
  const canvas = make("canvas", { width: grid[0].length, height: grid.length });
  const pixels = new ImageData(canvas.width, canvas.height);
  grid.flat().forEach((drop, at) => {
    const share = most > LITTLE ? Math.max(drop, 0) / most : 0;
    pixels.data.set([20, 20, 23, Math.round(255 * (1 - share) ** 1.2)], at * 4);
  });
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}

/** A line around the cells that carry at least 60 % of the most: a shape beside the brightness. */
function outline(context, grid, most) {
  const step = SIDE / grid.length;
  const carries = (row, column) => (grid[row]?.[column] ?? -1) >= 0.6 * most;
  context.strokeStyle = "#2dd4bf";
  context.lineWidth = 3;
  context.beginPath();
  grid.forEach((line, row) => line.forEach((_, column) => {
    if (!carries(row, column)) return;
    const [x, y] = [column * step, row * step];
    const edges = [[-1, 0, x, y, x + step, y], [1, 0, x, y + step, x + step, y + step],
      [0, -1, x, y, x, y + step], [0, 1, x + step, y, x + step, y + step]];
    for (const [down, across, ...line] of edges) {
      if (carries(row + down, column + across)) continue;
      context.moveTo(line[0], line[1]);
      context.lineTo(line[2], line[3]);
    }
  }));
  context.stroke();
}

/** Where the strongest cell lies, in words; a face crop has its features at known heights. */
function placeOf(grid, most, face) {
  const row = grid.findIndex((line) => line.includes(most));
  const down = (row + 0.5) / grid.length;
  if (face) return say.places[down < 0.28 ? 0 : down < 0.5 ? 1 : down < 0.68 ? 2 : 3];
  const across = (grid[row].indexOf(most) + 0.5) / grid[row].length;
  return `${say.heights[Math.min(Math.floor(down * 3), 2)]}, ${say.sides[Math.min(Math.floor(across * 3), 2)]}`;
}
