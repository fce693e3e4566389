// Is it a face at all? The net of mien/faces/_check.py: from 0.5 on it is one.
import { crop } from "./crop.js";
import { run, session } from "./sessions.js";

const SIDE = 48; // pixels

/** As it is, and never on the graphics card, which prepares itself anew for each number of faces. */
export const plainly = (bytes) => bytes;

/** Which of N rows, each a square of `size` pixels, RGB, look like faces. */
export async function likeFaces(check, rows, count, size) {
  const { face } = await run(await session(check, plainly), "pixels", rows, [count, size, size, 3]);
  return Array.from(face, (share) => share >= 0.5);
}

/** The faces of a picture that look like some. */
export async function checked(check, picture, faces) {
  if (!check || !faces.length) return faces;
  const rows = new Uint8Array(faces.length * SIDE * SIDE * 3);
  faces.forEach((face, index) => rows.set(crop(picture, face, SIDE).data, index * SIDE * SIDE * 3));
  const like = await likeFaces(check, rows, faces.length, SIDE);
  return faces.filter((_, index) => like[index]);
}
