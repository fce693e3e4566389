// "Which part mattered": what the model saw, and over it what spoke for its answer, as mien/explain/_overlay.py draws it.
import { make } from "../dom.js";
import { shown } from "../kinds/picture.js";
import { say } from "../strings.js";

const SIDE = 288; // pixels of the drawing
const LITTLE = 0.02; // of the probability: below it no part is named, and colours stay faint
const TEAL = [15, 118, 110];
const AMBER = [180, 83, 9];
const [DARKEST, LIGHTEST, LEAST_SPAN, STRONGEST] = [96, 250, 64, 0.8];
const SWATCH = [40, 22]; // pixels

/** A figure of an explanation: {grid, label} with {seen, size} from the device or {image} from the server. */
export async function heat({ grid, label, seen, size, image }, face) {
  const picture = seen ? shown(seen, size) : await loaded(image);
  const most = Math.max(...grid.flat());
  const canvas = make("canvas", { width: SIDE, height: SIDE, className: "heat", aria: { role: "img", label: say.matterAlt } });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (picture) context.drawImage(picture, 0, 0, SIDE, SIDE);
  const pixels = context.getImageData(0, 0, SIDE, SIDE);
  overlay(pixels, enlarged(grid), Math.floor(SIDE / 48));
  context.putImageData(pixels, 0, 0);
  const words = most > LITTLE ? say.matterSays(placeOf(grid, most, face), label) : say.matterNone(label);
  const key = make("ul", { className: "key" }, ...[[1, say.mapFor], [-1, say.mapAgainst]].map(([sign, meaning]) =>
    make("li", {}, swatch(sign), make("span", { textContent: meaning }))));
  return make("figure", { className: "mattered" }, canvas, make("figcaption", {}, make("p", { textContent: words }), key));
}

async function loaded(address) {
  if (!address) return null;
  const image = make("img", { src: address });
  await image.decode();
  return image;
}

/** Grow a grid to one number a pixel, smoothly. */
function enlarged(grid) {
  const [rows, columns] = [grid.length, grid[0].length];
  const places = (count) => Array.from({ length: SIDE }, (_, pixel) => {
    const at = Math.min(Math.max(((pixel + 0.5) * count) / SIDE - 0.5, 0), count - 1);
    const low = Math.floor(at);
    return [low, Math.min(low + 1, count - 1), at - low];
  });
  const across = places(columns);
  return Float32Array.from(places(rows).flatMap(([top, bottom, down]) => across.map(([left, right, part]) => {
    const line = (row) => grid[row][left] * (1 - part) + grid[row][right] * part;
    return line(top) * (1 - down) + line(bottom) * down;
  })));
}

/** Turn a picture grey and lay a map over it: plain teal above 0, striped amber below. */
function overlay({ data, width }, heats, stripe) {
  const grey = heats.map((_, at) => 0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2]);
  const sorted = grey.slice().sort();
  const [low, high] = [0.01, 0.99].map((share) => sorted[Math.round(share * (sorted.length - 1))]);
  const most = heats.reduce((found, one) => Math.max(found, Math.abs(one)), LITTLE);
  heats.forEach((one, at) => {
    const base = DARKEST + Math.min(Math.max((grey[at] - low) / Math.max(high - low, LEAST_SPAN), 0), 1) * (LIGHTEST - DARKEST);
    const between = Math.floor((Math.floor(at / width) + (at % width)) / stripe) % 4 >= 2;
    const strength = ((STRONGEST * Math.abs(one)) / most) * (one < 0 && between ? 0.45 : 1);
    const colour = one < 0 ? AMBER : TEAL;
    for (let c = 0; c < 3; c++) data[4 * at + c] = Math.round(base + strength * (colour[c] - base));
    data[4 * at + 3] = 255;
  });
}

/** A piece of a map that is all for or all against, on white. */
function swatch(sign) {
  const [width, height] = SWATCH;
  const pixels = new ImageData(width, 2 * height); // white is white beside black
  pixels.data.fill(255, 0, 4 * width * height);
  overlay(pixels, new Float32Array(2 * width * height).fill(sign), 4);
  const canvas = make("canvas", { width, height, aria: { hidden: "true" } });
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}

/** Where the strongest cell lies, in words; a face crop has its features at known heights. */
function placeOf(grid, most, face) {
  const row = grid.findIndex((line) => line.includes(most));
  const down = (row + 0.5) / grid.length;
  if (face) return say.places[down < 0.28 ? 0 : down < 0.5 ? 1 : down < 0.68 ? 2 : 3];
  const across = (grid[row].indexOf(most) + 0.5) / grid[row].length;
  return `${say.heights[Math.min(Math.floor(down * 3), 2)]}, ${say.sides[Math.min(Math.floor(across * 3), 2)]}`;
}
