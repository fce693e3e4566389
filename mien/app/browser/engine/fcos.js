// Mien's own face finder, as mien/faces/_fcos.py asks it; decoding and suppression lie in the file.
import { even } from "./numbers.js";
import { resize } from "./resize.js";

const SIDES = [640, 1280]; // longest side that is looked at, one after the other until a face is found
const MOST_ENLARGED = 4; // times: a small picture is not blown up without end
const LEAST = 16; // pixels: a smaller face has no expression left to read

/** Find the faces of a picture: [{box, score, points}], largest first. `run` takes RGB bytes and their shape. */
export async function find(picture, run) {
  const longest = Math.max(picture.width, picture.height);
  for (const side of new Set(SIDES.map((one) => Math.min(one, MOST_ENLARGED * longest)))) {
    const faces = ordered(await look(picture, side / longest, run));
    if (faces.length) return faces;
  }
  return [];
}

async function look(picture, scale, run) {
  const width = Math.max(1, even(picture.width * scale));
  const height = Math.max(1, even(picture.height * scale));
  const { scores, boxes, landmarks } = await run(new Uint8Array(resize(picture, width, height).data.buffer), [height, width, 3]);
  const steps = [picture.width / width, picture.height / height];
  const enlarged = (values) => Array.from(values, (value, at) => value * steps[at % 2]);
  return Array.from(scores, (score, row) => {
    const points = enlarged(landmarks.subarray(row * 10, row * 10 + 10));
    const box = inside(enlarged(boxes.subarray(row * 4, row * 4 + 4)), picture);
    return { box, score, points: Array.from({ length: 5 }, (_, point) => points.slice(2 * point, 2 * point + 2)) };
  });
}

function inside([left, top, width, height], picture) {
  const [x, y] = [Math.max(0, even(left)), Math.max(0, even(top))];
  const right = Math.min(picture.width, even(left + width));
  const bottom = Math.min(picture.height, even(top + height));
  return [x, y, Math.max(0, right - x), Math.max(0, bottom - y)];
}

function ordered(faces) {
  const readable = faces.filter(({ box }) => Math.min(box[2], box[3]) >= LEAST);
  const size = ({ box }) => box[2] * box[3];
  return readable.toSorted((a, b) => size(b) - size(a) || a.box[1] - b.box[1] || a.box[0] - b.box[0]);
}
