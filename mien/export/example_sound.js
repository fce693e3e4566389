// The model in a page of your own: give it a clip, it says what the voice sounds like. Nothing leaves the browser.
import * as ort from "./vendor/ort.mjs";
import { said } from "./engine/answer.js";
import { row } from "./kinds/sound/activity.js"; // cuts as in training
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
  const { samples } = await sampleOf(clip, (await page).limits);
  const cut = samples && row(samples, contract.shape[0]);
  if (!cut) return headline({ label: null });
  const { probabilities } = await (await session).run({ rows: new ort.Tensor("float32", cut, [1, ...contract.shape]) });
  return headline(said(labels, [...probabilities.data]));
}

document.querySelector("input").addEventListener("change", ({ target }) => {
  const show = (words) => (document.querySelector("[role=status]").textContent = words);
  answer(target.files[0]).then(show, (error) => show(error.message));
});
