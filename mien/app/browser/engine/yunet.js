// The face finder YuNet (Wu, Peng & Yu 2023), as OpenCV's FaceDetectorYN and mien/faces/_yunet.py run it.
import { clamp, even } from "./numbers.js";
import { resize } from "./resize.js";

const float = Math.fround; // OpenCV reckons in 32 bits: with more, ties would fall otherwise
const SCORE = float(0.7);
const OVERLAP = float(0.3); // of two boxes, above which the weaker one goes
const SIDES = [480, 1280, 240]; // longest side that is looked at, one after the other until a face is found
const BORDER = 0.1; // of the picture, added around it
const MOST = 500;
const LEAST = 16; // pixels: a smaller face has no expression left to read
const STRIDES = [8, 16, 32];

/**
 * Free the size of the net's input: the file says 640 x 640, the net itself takes any multiple of 32, as OpenCV lets it.
 * In the file's protobuf a dimension is a number (0a 03 08 80 05: 640) or a name (0a 03 12 01 "h"), of equal length.
 */
export function freed(file) {
  const bytes = new Uint8Array(file).slice();
  const names = ["h", "w"].map((name) => name.charCodeAt(0));
  for (let at = 0; at < bytes.length - 4; at++) {
    const found = bytes[at] === 10 && bytes[at + 1] === 3 && bytes[at + 2] === 8 && bytes[at + 3] === 128 && bytes[at + 4] === 5;
    if (found && names.length) bytes.set([18, 1, names.shift()], at + 2);
  }
  return bytes;
}

/** Find the faces of a picture: [{box, score, points}], largest first. `run` takes BGR and answers with the heads. */
export async function find(picture, run) {
  const tried = new Set();
  const longest = Math.max(picture.width, picture.height);
  for (const side of SIDES) {
    const reached = Math.min(side, 4 * longest); // a small picture is not blown up without end
    if (tried.has(reached)) continue;
    tried.add(reached);
    const faces = ordered(await look(picture, reached / longest, run));
    if (faces.length) return faces;
  }
  return [];
}

async function look(picture, scale, run) {
  const width = Math.max(1, even(picture.width * scale));
  const height = Math.max(1, even(picture.height * scale));
  const edge = Math.max(8, even(BORDER * Math.max(width, height)));
  const input = planes(resize(picture, width, height), edge);
  const rows = overlapping(decode(await run(input.data, [1, 3, input.height, input.width]), input));
  const across = Math.fround(picture.width / width);
  const down = Math.fround(picture.height / height);
  return rows.map((row) => face(row, edge, across, down, picture));
}

/** BGR planes of 0..255 with the edge repeated around, filled with 0 up to a multiple of 32. */
function planes({ data, width, height }, edge) {
  const up = (side) => Math.ceil((side + 2 * edge) / 32) * 32;
  const [wide, high] = [up(width), up(height)];
  const made = new Float32Array(3 * wide * high);
  for (let y = 0; y < height + 2 * edge; y++) {
    const line = clamp(y - edge, 0, height - 1) * width;
    for (let x = 0; x < width + 2 * edge; x++) {
      const from = (line + clamp(x - edge, 0, width - 1)) * 3;
      for (let channel = 0; channel < 3; channel++) made[(channel * high + y) * wide + x] = data[from + 2 - channel];
    }
  }
  return { data: made, width: wide, height: high };
}

/** From the twelve heads to rows of corner, size, points and score, as cv::FaceDetectorYNImpl::postProcess. */
function decode(heads, { width }) {
  const rows = [];
  for (const stride of STRIDES) {
    const [cls, obj, bbox, kps] = ["cls", "obj", "bbox", "kps"].map((name) => heads[`${name}_${stride}`]);
    const columns = width / stride;
    for (let at = 0; at < cls.length; at++) {
      const score = float(Math.sqrt(float(clamp(cls[at], 0, 1) * clamp(obj[at], 0, 1))));
      if (!(score > SCORE)) continue;
      const place = (value, cell) => float(float(value + cell) * stride);
      const [column, line] = [at % columns, Math.floor(at / columns)];
      const [wide, high] = [2, 3].map((side) => float(float(Math.exp(bbox[at * 4 + side])) * stride));
      const left = float(place(bbox[at * 4], column) - wide / 2);
      const top = float(place(bbox[at * 4 + 1], line) - high / 2);
      const points = Array.from({ length: 5 }, (_, point) => [
        place(kps[at * 10 + 2 * point], column), place(kps[at * 10 + 2 * point + 1], line),
      ]);
      rows.push({ box: [left, top, wide, high], points, score });
    }
  }
  return rows;
}

/** Of boxes that overlap keep the strongest, as cv::dnn::NMSBoxes does, on whole pixels. */
function overlapping(rows) {
  const kept = [];
  const sorted = rows.map((row) => ({ row, whole: row.box.map(Math.trunc) })).toSorted((a, b) => b.row.score - a.row.score);
  for (const one of sorted.slice(0, MOST)) {
    if (kept.every((other) => overlap(other.whole, one.whole) <= OVERLAP)) kept.push(one);
  }
  return kept.map(({ row }) => row);
}

function overlap(a, b) {
  const wide = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const high = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  const shared = Math.max(wide, 0) * Math.max(high, 0);
  const all = a[2] * a[3] + b[2] * b[3] - shared;
  return all > 0 ? float(1 - float(1 - shared / all)) : 1;
}

function face({ box, points, score }, edge, across, down, picture) {
  const [left, top] = [(box[0] - edge) * across, (box[1] - edge) * down];
  const whole = inside([left, top, box[2] * across, box[3] * down], picture);
  return { box: whole, score, points: points.map(([x, y]) => [(x - edge) * across, (y - edge) * down]) };
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
