// The device's answers, off the page's thread. One message in, {id, verb, ...}; one out, {id, result} or {id, error}.
// A further kind of sample is one more entry in KINDS.
import { said } from "./engine/answer.js";
import { occlusion } from "./engine/occlusion.js";
import { holdKey, run, session } from "./engine/sessions.js";
import { freed } from "./engine/yunet.js";
import * as picture from "./kinds/picture-rows.js";

const KINDS = { picture };
const CHUNK = 32;

/** Probabilities of N rows, as the model's file gives them: N arrays of one number a class. */
async function weigh(model, rows, count) {
  const active = await session(model);
  const [length, found] = [rows.length / count, []];
  for (let start = 0; start < count; start += CHUNK) {
    const some = Math.min(CHUNK, count - start);
    const data = rows.subarray(start * length, (start + some) * length);
    const { probabilities } = await run(active, "pixels", data, [some, model.size, model.size, 3]);
    const classes = probabilities.length / some;
    for (let row = 0; row < some; row++) found.push([...probabilities.subarray(row * classes, (row + 1) * classes)]);
  }
  return found;
}

async function load({ model, finder, key }) {
  holdKey(key);
  await Promise.all([session(model), finder ? session(finder, freed) : null]);
}

async function predict({ sample, model, options }) {
  const { rows, count, faces, width, height, times } = await KINDS[model.kind].prepare(sample, model, options);
  const prepared = performance.now();
  const answers = count ? (await weigh(model, rows, count)).map((row) => said(model.labels, row)) : [];
  times.weigh = performance.now() - prepared;
  const shared = { width, height, finder: faces ? options.finder.name : null, times };
  if (!answers.length) return { ...shared, label: null, probabilities: null, faces: [], reason: "no-face" };
  const found = (faces ?? []).map(({ box, points, score }, index) => ({ box, points, score, ...answers[index] }));
  return { ...shared, ...answers[0], faces: found, reason: null };
}

/** The map of one row, and that row as it was seen. */
async function explain({ sample, model, options, index, label }) {
  const { rows } = await KINDS[model.kind].prepare(sample, model, options);
  const length = model.size * model.size * 3;
  const seen = rows.slice(index * length, (index + 1) * length);
  const grid = await occlusion((batch, count) => weigh(model, batch, count), seen, model.size, model.labels.indexOf(label));
  return { label, grid, seen, size: model.size };
}

const VERBS = { load, predict, explain };

addEventListener("message", async ({ data: { id, verb, ...rest } }) => {
  try {
    postMessage({ id, result: await VERBS[verb](rest) });
  } catch (error) {
    postMessage({ id, error: String(error?.message ?? error) });
  }
});
