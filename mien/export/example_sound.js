// The model in a page of your own: give it a clip, it says what the voice sounds like. Nothing leaves the browser.
import * as ort from "./vendor/ort.mjs";
import { answered, prepare } from "./kinds/sound/rows.js"; // finds the speech, and cuts it as in training
import { sampleOf } from "./kinds/sound/sample.js"; // decodes and resamples as the server does
import { words } from "./kinds/sound/words.js";
import { say } from "./strings.js";
import { headline } from "./view/words.js"; // the page's words: sounds, probably, between, or not sure

Object.assign(say, words);
ort.env.wasm.wasmPaths = new URL("vendor/", import.meta.url).href;
const page = fetch("mien.json").then((answer) => answer.json());
const model = page.then(({ models, device }) => models.find(({ name }) => name === device));
const session = model.then(({ file }) => ort.InferenceSession.create(file, { executionProviders: ["wasm"] }));

async function answer(clip) {
  const { labels, contract } = await model;
  const { onDevice } = await sampleOf(clip, (await page).limits);
  const made = await prepare(onDevice, await model);
  const rows = new ort.Tensor("float32", made.rows, [made.count, ...contract.shape]);
  const { data } = made.count ? (await (await session).run({ rows })).probabilities : { data: [] };
  const found = Array.from({ length: made.count }, (_, at) => [...data.slice(at * labels.length, (at + 1) * labels.length)]);
  return headline(answered(found, made, await model));
}

document.querySelector("input").addEventListener("change", ({ target }) => {
  const show = (words) => (document.querySelector("[role=status]").textContent = words);
  answer(target.files[0]).then(show, (error) => show(error.message));
});
