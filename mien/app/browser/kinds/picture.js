// The page's half of the kind "picture": what is taken, how it is checked and shown. A kind offers these same names.
import { make } from "../dom.js";
import { drawUpright, plain, turnedSides } from "../engine/upright.js";
import { say } from "../strings.js";

export const name = "picture";

const THUMB = 160; // pixels

/** Content decides, not the name: the first bytes of what browsers or the server can read. */
const MARKS = [
  [0, "ffd8ff"], [0, "89504e47"], [0, "47494638"], [0, "424d"], [8, "57454250"], [4, "66747970"], [0, "49492a00"], [0, "4d4d002a"],
  ...["1", "2", "3", "4", "5", "6", "7"].flatMap((kind) => ["20", "09", "0a", "0d"].map((gap) => [0, `503${kind}${gap}`])), // PNM
];

/** What neither reads, by its name; what begins as a TIFF or an MP4 does, the server knows. */
const OTHERS = [
  [0, "38425053", "Photoshop"], [4, "6a502020", "JPEG 2000"], [0, "ff4fff51", "JPEG 2000"], [4, "4a584c20", "JPEG XL"],
  [0, "ff0a", "JPEG XL"], [0, "762f3101", "OpenEXR"], [0, "233f52", "Radiance HDR"], [0, "67696d7020786366", "GIMP"],
  [0, "00000100", "ICO"], [0, "46554a4946494c4d", "RAW"], [0, "4949524f", "RAW"], [0, "49495500", "RAW"],
  [0, "25215053", "PostScript"], [0, "44445320", "DDS"], [0, "53494d504c452020", "FITS"], [128, "4449434d", "DICOM"],
];

/** Is there a sample in what was pasted or dropped? */
export function within(transfer) {
  const files = [...(transfer?.files ?? [])];
  return files.find((file) => file.type.startsWith("image/")) ?? files[0] ?? null;
}

/**
 * Make a sample of a file: {kind, blob, name, url, width, height, opens}. `opens` is false where only the server can
 * read it. Throws an Error whose message is a sentence.
 */
export async function sampleOf(blob, limits, name = blob.name ?? say.pasted) {
  if (!blob.size) throw new Error(say.emptyFile);
  if (blob.size > limits.bytes) throw new Error(say.tooLarge(blob.size, limits.bytes));
  await check(blob);
  const url = URL.createObjectURL(await shownUpright(blob));
  const sample = { kind: "picture", blob, name, url, thumb: (box, side) => thumbnail(null, 4, 3, box, side) };
  const image = make("img", { src: url });
  try {
    await image.decode();
  } catch {
    return { ...sample, opens: false, width: 4, height: 3, image: null };
  }
  const [width, height] = [image.naturalWidth, image.naturalHeight];
  const thumb = (box, side) => thumbnail(image, width, height, box, side);
  if (width * height <= limits.pixels) return { ...sample, opens: true, width, height, image, thumb };
  URL.revokeObjectURL(url);
  throw new Error(say.tooMany(width * height, limits.pixels));
}

/** Throw a sentence for what no one here can read. */
async function check(blob) {
  const start = new Uint8Array(await blob.slice(0, 132).arrayBuffer());
  const hex = Array.from(start, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const begins = ([at, mark]) => hex.startsWith(mark, at * 2);
  const other = OTHERS.find(begins);
  if (other) throw new Error(say.otherKind(other[2]));
  if (!MARKS.some(begins)) throw new Error(say.notPicture);
}

/** A file that an <img> shows upright: itself, or, where browsers differ, the picture turned. */
async function shownUpright(source) {
  const { blob, turn } = await plain(source);
  if (turn === 1) return blob;
  if (source.type === "image/jpeg") return source; // every browser turns these
  const bitmap = await createImageBitmap(blob).catch(() => null);
  if (!bitmap) return source;
  const [width, height] = turnedSides([bitmap.width, bitmap.height], turn);
  const canvas = make("canvas", { width, height });
  drawUpright(canvas.getContext("2d"), bitmap, turn, width, height);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob((made) => resolve(made ?? source), "image/webp", 0.9));
}

/** A frame of a running video, to be judged: an ImageBitmap, or with `small` a JPEG for the wire. */
export async function frameOf(video, small) {
  const longest = Math.max(video.videoWidth, video.videoHeight);
  const scale = small ? Math.min(1, small / longest) : 1;
  const size = { resizeWidth: Math.round(video.videoWidth * scale), resizeHeight: Math.round(video.videoHeight * scale) };
  const bitmap = await createImageBitmap(video, size);
  return small ? jpeg(bitmap) : bitmap;
}

export async function jpeg(bitmap) {
  const canvas = make("canvas", { width: bitmap.width, height: bitmap.height });
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
}

/** A small square canvas of a part of a picture, or of the whole. */
export function thumbnail(image, width, height, box = [0, 0, width, height], side = THUMB) {
  const canvas = make("canvas", { width: side, height: side, className: "thumb" });
  const reach = Math.max(box[2], box[3]) * (box[2] === width ? 1 : 1.25);
  const [x, y] = [box[0] + box[2] / 2 - reach / 2, box[1] + box[3] / 2 - reach / 2];
  const context = canvas.getContext("2d");
  if (image) context.drawImage(image, x, y, reach, reach, 0, 0, side, side);
  return canvas;
}

/** What a model saw, from its bytes: a canvas of size x size. */
export function shown(bytes, size) {
  const canvas = make("canvas", { width: size, height: size });
  const pixels = new ImageData(size, size);
  for (let at = 0; at < size * size; at++) {
    pixels.data.set(bytes.subarray(at * 3, at * 3 + 3), at * 4);
    pixels.data[at * 4 + 3] = 255;
  }
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}
