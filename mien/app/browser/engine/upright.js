// How a picture is turned: by its EXIF, read here as mien/media/_alone.py reads it. Browsers differ (most do not look at
// it in WebP, some look at XMP), so what they could look at is taken out, and the turn is made here.

const ORIENTATION = 0x0112;
const TEXT = new TextDecoder("latin1");

/** Of each orientation the place of a stored point, as a canvas wants it; `w` and `h` are the stored sides. */
const MOVES = {
  2: (w) => [-1, 0, 0, 1, w, 0], 3: (w, h) => [-1, 0, 0, -1, w, h], 4: (w, h) => [1, 0, 0, -1, 0, h],
  5: () => [0, 1, 1, 0, 0, 0], 6: (w, h) => [0, 1, -1, 0, h, 0], 7: (w, h) => [0, -1, -1, 0, h, w], 8: (w) => [0, -1, 1, 0, 0, w],
};

/** A picture's file without EXIF and XMP, and its orientation, 1..8: {blob, turn}. AVIF and HEIC turn by their own boxes. */
export async function plain(blob) {
  const data = new Uint8Array(await blob.arrayBuffer());
  const parts = [[2, 0xffd8, jpegParts], [4, 0x89504e47, pngParts], [4, 0x52494646, webpParts]].find(
    ([size, mark]) => number(data, 0, size) === mark);
  if (!parts) return { blob, turn: 1 };
  let [turn, done, kept] = [1, 0, []];
  for (const { from, to, exif } of parts[2](data)) {
    if (exif && turn === 1) turn = orientation(exif);
    kept.push(data.subarray(done, from));
    done = to;
  }
  return done ? { blob: new Blob([...kept, data.subarray(done)], { type: blob.type }), turn } : { blob, turn };
}

/** The sides of a picture once it is turned. */
export const turnedSides = ([width, height], turn) => (turn > 4 ? [height, width] : [width, height]);

/** Draw a picture upright over a whole canvas of `width` x `height`. */
export function drawUpright(context, bitmap, turn, width, height) {
  const [w, h] = turnedSides([width, height], turn);
  if (turn > 1) context.setTransform(...MOVES[turn](w, h));
  context.drawImage(bitmap, 0, 0, w, h);
  context.setTransform(1, 0, 0, 1, 0, 0);
}

/** 1..8; 1, upright, where a block says nothing or nothing that can be understood. */
export function orientation(block) {
  const exif = text(block, 0, 5) === "Exif\0" ? block.subarray(6) : block;
  const mark = text(exif, 0, 4);
  if (mark !== "II*\0" && mark !== "MM\0*") return 1;
  const read = (at, size) => number(exif, at, size, mark === "II*\0");
  const start = read(4, 4);
  const count = read(start, 2);
  if (start < 8 || start + 2 + 12 * count > exif.length) return 1;
  for (let at = start + 2; at < start + 2 + 12 * count; at += 12) {
    if (read(at, 2) !== ORIENTATION) continue;
    const [kind, values, size] = [read(at + 2, 2), read(at + 4, 4), read(at + 2, 2) === 3 ? 2 : 4];
    if (!values || (kind !== 3 && kind !== 4)) return 1;
    const turn = read(values * size > 4 ? read(at + 8, 4) : at + 8, size);
    return turn >= 1 && turn <= 8 ? turn : 1;
  }
  return 1;
}

/** The parts of a JPEG to take out: its APP1 segments, EXIF and XMP. */
function* jpegParts(data) {
  let at = 2;
  while (at + 4 <= data.length && data[at] === 0xff) {
    const marker = data[at + 1];
    if (marker === 0xff) at += 1;
    else if (marker === 0 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else {
      const end = at + 2 + number(data, at + 2, 2);
      const content = data.subarray(at + 4, end);
      if (marker === 0xe1) yield { from: at, to: end, exif: text(content, 0, 5) === "Exif\0" ? content : null };
      if (marker === 0xda) return;
      at = end;
    }
  }
}

/** Of a PNG: EXIF and texts, XMP among them. */
function* pngParts(data) {
  for (let at = 8; at + 8 <= data.length;) {
    const end = at + 12 + number(data, at, 4);
    const name = text(data, at + 4, 4);
    if (["eXIf", "iTXt", "tEXt", "zTXt"].includes(name)) {
      yield { from: at, to: end, exif: name === "eXIf" ? data.subarray(at + 8, end - 4) : null };
    }
    if (name === "IEND") return;
    at = end;
  }
}

/** Of a WebP nothing is taken out, as lengths stand before it; the names of EXIF and XMP are made unknown. */
function* webpParts(data) {
  const most = Math.min(data.length, 8 + number(data, 4, 4, true));
  for (let at = 12; at + 8 <= most;) {
    const size = number(data, at + 4, 4, true);
    const name = text(data, at, 4);
    if (name === "VP8X" && at + 8 < data.length) data[at + 8] &= 0xf3;
    if (name === "EXIF" || name === "XMP ") {
      data[at] = 0x5f;
      yield { from: at, to: at, exif: name === "EXIF" ? data.subarray(at + 8, at + 8 + size) : null };
    }
    at += 8 + size + (size % 2);
  }
}

function number(data, at, size, little = false) {
  let value = 0;
  for (let index = 0; index < size; index++) value = value * 256 + (data[little ? at + size - 1 - index : at + index] ?? 0);
  return value;
}

const text = (data, at, length) => TEXT.decode(data.subarray(at, at + length));
