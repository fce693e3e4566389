// The device's answers, off the page's thread. One message in, {id, verb, ...}; one out, {id, result} or {id, error}.
// A further kind of sample is one more entry in KINDS.
import { said } from "./engine/answer.js";
import { occlusion } from "./engine/occlusion.js";
import { holdKey, run, session } from "./engine/sessions.js";
import { plainly } from "./engine/check.js";

const KINDS = { picture: () => import("./kinds/picture-rows.js"), sound: () => import("./kinds/sound/rows.js") };
const TENSORS = { picture: "pixels", sound: "rows" }; // InputContract.tensor
const CHUNK = 32;

/** Probabilities of N rows, as the model's file gives them: N arrays of one number a class. */
async function weigh(model, rows, count) {
  const active = await session(model);
  const [length, found] = [rows.length / count, []];
  for (let start = 0; start < count; start += CHUNK) {
    const some = Math.min(CHUNK, count - start);
    const data = rows.subarray(start * length, (start + some) * length);
    const { probabilities } = await run(active, TENSORS[model.kind], data, [some, ...model.contract.shape]);
    const classes = probabilities.length / some;
    for (let row = 0; row < some; row++) found.push([...probabilities.subarray(row * classes, (row + 1) * classes)]);
  }
  return found;
}

async function load({ model, finder, check, key }) {
  holdKey(key);
  await Promise.all([session(model), finder ? session(finder, plainly) : null, check ? session(check, plainly) : null]);
}

async function predict({ sample, model, options }) {
  const kind = await KINDS[model.kind]();
  const made = await kind.prepare(sample, model, options);
  const prepared = performance.now();
  const weighed = made.count ? await weigh(model, made.rows, made.count) : [];
  if (kind.answered) return kind.answered(weighed, made, model); // not one answer a row
  const { faces, width, height, times } = made;
  const answers = weighed.map((row, index) => said(model.labels, row, model.sets, made.doubts?.[index]));
  times.weigh = performance.now() - prepared;
  const shared = { width, height, finder: faces ? options.finder.name : null, times };
  if (!answers.length) return { ...shared, label: null, probabilities: null, faces: [], reason: made.refused ? "not-a-face" : "no-face" };
  const found = (faces ?? []).map(({ box, points, score }, index) => ({ box, points, score, ...answers[index] }));
  return { ...shared, ...answers[0], faces: found, reason: null };
}

/** The map of one row, and what of it was seen: of a face above a whole picture the face, unless it is all black. */
async function explain({ sample, model, options, index, label }) {
  const { rows } = await (await KINDS[model.kind]()).prepare(sample, model, options);
  const square = model.size * model.size * 3;
  const length = model.inputs === "both" ? 2 * square : square;
  const row = rows.slice(index * length, (index + 1) * length);
  const start = row.subarray(0, square).some(Boolean) ? 0 : length - square;
  const seen = row.slice(start, start + square);
  const within = (batch, count) => weigh(model, laid(row, start, batch, count), count);
  const grid = await occlusion(within, seen, model.size, model.labels.indexOf(label));
  return { label, grid, seen, size: model.size };
}

/** Rows like one, with other squares in one place. */
function laid(row, start, squares, count) {
  const [made, length] = [new Uint8Array(count * row.length), squares.length / count];
  for (let index = 0; index < count; index++) {
    made.set(row, index * row.length);
    made.set(squares.subarray(index * length, (index + 1) * length), index * row.length + start);
  }
  return made;
}

const VERBS = { load, predict, explain };

addEventListener("message", async ({ data: { id, verb, ...rest } }) => {
  try {
    postMessage({ id, result: await VERBS[verb](rest) });
  } catch (error) {
    postMessage({ id, error: String(error?.message ?? error) });
  }
});
