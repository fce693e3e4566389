// The device's half of the kind "picture": from a file or a frame to the rows that a model eats (Predictor.prepare).
import { checked, doubts, likeFace, plainly } from "../engine/check.js";
import { crop } from "../engine/crop.js";
import { find } from "../engine/fcos.js";
import { part, stretch } from "../engine/resize.js";
import { run, session } from "../engine/sessions.js";
import { drawUpright, plain, turnedSides } from "../engine/upright.js";

const MOST = 16_777_216; // pixels held at once: a phone's tab has no room for 64 million of them

/** Pixels of a Blob or an ImageBitmap, RGBA on white, upright; `scale` is how much smaller they are than the picture. */
async function open(source) {
  const { bitmap, turn } = source instanceof Blob ? await decode(source) : { bitmap: source, turn: 1 };
  const [wide, high] = turnedSides([bitmap.width, bitmap.height], turn);
  const whole = { width: wide, height: high };
  const scale = Math.min(1, Math.sqrt(MOST / (whole.width * whole.height)));
  const [width, height] = [whole.width, whole.height].map((side) => Math.max(1, Math.floor(side * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  drawUpright(context, bitmap, turn, width, height);
  bitmap.close();
  return { data: context.getImageData(0, 0, width, height).data, width, height, channels: 4, scale, whole };
}

async function decode(source) {
  const { blob, turn } = await plain(source);
  try {
    const how = { imageOrientation: "from-image", colorSpaceConversion: "none" };
    return { bitmap: await createImageBitmap(blob, how), turn };
  } catch {
    throw new Error("unreadable: picture");
  }
}

/**
 * The rows of a sample and where they come from: {rows: uint8 [N, height, size, 3], count, faces, width, height}, cut as
 * `mien.kinds.picture.rows` cuts them.
 */
export async function prepare(source, model, { inputs = "auto", square = null, finder = null, check = null }) {
  const watch = stopwatch();
  const picture = watch("open", await open(source));
  const enlarged = (box) => box.map((value) => Math.round(value / picture.scale));
  const shared = { width: picture.whole.width, height: picture.whole.height, times: watch.times };
  const both = model.inputs === "both";
  const whole = both ? stretch(picture, model.size) : null;
  const laid = (squares, against) => ({
    ...rowsOf(both ? squares.map((face) => stacked(face, whole)) : squares), doubts: against ?? squares.map(() => []),
  });
  const cut = (square || inputs === "faces") && model.inputs !== "whole";
  if (square || cut) {
    const face = square ? framed(picture, square, model.size) : whole ?? stretch(picture, model.size);
    const refused = cut && check && !(await likeFace(check, face, model.margin));
    const squares = refused ? [] : [face];
    return { ...shared, ...laid(squares, cut ? await doubts(check, squares, model.margin) : null), faces: null, refused };
  }
  const looks = inputs === "photos" || (inputs === "auto" && model.inputs !== "whole");
  if (!looks) return { ...shared, ...laid([both && inputs !== "faces" ? null : whole ?? stretch(picture, model.size)]), faces: null };
  const net = await session(finder, plainly);
  const found = watch("find", await find(picture, (data, dims) => run(net, "pixels", data, dims)));
  const faces = watch("check", await checked(check, picture, found));
  const rows = watch("crop", faces.map((face) => crop(picture, face, model.size, model.margin)));
  const boxes = faces.map((face) => enlarged(face.box));
  const alone = both && inputs !== "photos" && !rows.length;
  const laidOut = alone ? laid([null]) : laid(rows, await doubts(check, rows, model.margin, boxes));
  return { ...shared, ...laidOut, faces: faces.map((face, index) => ({ ...face, box: boxes[index] })) };
}

/** Notes how many milliseconds passed until a value was there. */
function stopwatch() {
  let began = performance.now();
  const watch = (name, value) => {
    watch.times[name] = performance.now() - began;
    began = performance.now();
    return value;
  };
  watch.times = {};
  return watch;
}

function framed(picture, square, size) {
  const [left, top, side] = square.map((value) => Math.round(value * picture.scale));
  const x = Math.min(Math.max(left, 0), picture.width - 1);
  const y = Math.min(Math.max(top, 0), picture.height - 1);
  return stretch(part(picture, x, y, Math.min(side, picture.width - x), Math.min(side, picture.height - y)), size);
}

/** A face over the whole picture; black where there is none. */
function stacked(face, whole) {
  const data = new Uint8ClampedArray(2 * whole.data.length);
  if (face) data.set(face.data);
  data.set(whole.data, whole.data.length);
  return { data };
}

function rowsOf(pictures) {
  const length = pictures[0]?.data.length ?? 0;
  const rows = new Uint8Array(pictures.length * length);
  pictures.forEach(({ data }, index) => rows.set(data, index * length));
  return { rows, count: pictures.length };
}
