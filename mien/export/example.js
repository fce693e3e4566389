// The model in a page of your own: give it a picture, it says what the face looks like. Nothing leaves the browser.
import * as ort from "./vendor/ort.mjs";
import { said } from "./engine/answer.js";
import { stretch } from "./engine/resize.js"; // resizes as in training, which a canvas does not promise
import { headline } from "./view/words.js"; // the page's words: looks, probably, between, or not sure

ort.env.wasm.wasmPaths = new URL("vendor/", import.meta.url).href;
const page = fetch("mien.json").then((answer) => answer.json());
const model = page.then(({ models, device }) => models.find(({ name }) => name === device));
const session = model.then(({ file }) => ort.InferenceSession.create(file, { executionProviders: ["wasm"] }));

async function answer(photo) {
  const { size, labels, inputs, sets } = await model;
  const image = await createImageBitmap(photo);
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const { data, width, height } = canvas.getImageData(0, 0, image.width, image.height);
  const seen = stretch({ data, width, height, channels: 4 }, size).data; // RGB
  const rows = inputs === "both" ? [...new Uint8Array(seen.length), ...seen] : seen; // the face above: black, none is found
  const pixels = new ort.Tensor("uint8", Uint8Array.from(rows), [1, rows.length / (3 * size), size, 3]);
  const { probabilities } = await (await session).run({ pixels });
  return headline(said(labels, [...probabilities.data], sets));
}

document.querySelector("input").addEventListener("change", async ({ target }) => {
  document.querySelector("[role=status]").textContent = await answer(target.files[0]);
});
