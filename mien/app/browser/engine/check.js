// Is it a face at all, and what of it forbids to be sure? The net and the rules of mien/faces/_check.py and _doubts.py.
import { crop } from "./crop.js";
import { part } from "./resize.js";
import { run, session } from "./sessions.js";

const SIDE = 48; // pixels

/** As it is, and never on the graphics card, which prepares itself anew for each number of faces. */
export const plainly = (bytes) => bytes;

/** Ask about squares, RGB, all of one size: {face, quality}, plain arrays. */
async function asked(check, squares, margin = 0) {
  const size = squares[0].width;
  const edge = Math.round((size * Math.max(margin, 0)) / (1 + 2 * Math.max(margin, 0)));
  const side = size - 2 * edge;
  const rows = new Uint8Array(squares.length * side * side * 3);
  squares.forEach((square, index) => rows.set(part(square, edge, edge, side, side).data, index * side * side * 3));
  return run(await session(check, plainly), "pixels", rows, [squares.length, side, side, 3]);
}

/** Does a square, cut with this margin, look like a face? */
export async function likeFace(check, square, margin) {
  return (await asked(check, [square], margin)).face[0] >= 0.5;
}

/** The faces of a picture that look like some. */
export async function checked(check, picture, faces) {
  if (!check || !faces.length) return faces;
  const { face } = await asked(check, faces.map((one) => crop(picture, one, SIDE)));
  return faces.filter((_, index) => face[index] >= 0.5);
}

/** What forbids to be sure of each square; `boxes` are those of the faces in their photo, where a finder found them. */
export async function doubts(check, squares, margin, boxes = null) {
  if (!check?.doubts || !squares.length) return squares.map(() => []);
  const { quality } = await asked(check, squares, margin);
  return squares.map((_, index) => {
    const small = Boolean(boxes) && Math.min(...boxes[index].slice(2)) < check.doubts.small;
    return against([...quality.subarray(index * 4, index * 4 + 4)], small, check.doubts);
  });
}

/** The rule of mien/faces/_doubts.py. */
export function against([light, contrast, detail, cover], small, { faint, dark, blurred, covered }) {
  const pale = contrast < faint;
  const found = { dark: pale && light < dark, faint: pale && light >= dark, small, blurred: detail < blurred && !small };
  found.covered = cover > covered && !Object.values(found).some(Boolean);
  return Object.keys(found).filter((word) => found[word]);
}
