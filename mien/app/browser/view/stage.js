// The stage: where a sample is given and shown, with its boxes or the frame over it.
import { find, make, paint } from "../dom.js";
import { say } from "../strings.js";

/** Show the place to give a sample. */
export function showDrop() {
  find("drop").hidden = false;
  find("drop").classList.remove("small");
  find("picture").hidden = true;
  find("picture").replaceChildren();
  showUnder();
}

/** Show a picture or a video and return the layer over it. */
export function showPicture(element, width, height, { live = false } = {}) {
  const layer = make("div", { className: "layer" });
  const figure = find("picture");
  figure.classList.toggle("live", live);
  paint(figure, { "--wide": width, "--high": height });
  figure.replaceChildren(element, layer);
  figure.hidden = false;
  find("drop").hidden = true;
  return layer;
}

/** What may be done with it, below. */
export function showUnder(...elements) {
  find("under").replaceChildren(...elements);
  find("under").hidden = elements.length === 0;
}

/** Say what went wrong; nothing clears it. `elements` may offer a way out. */
export function alert(words = "", ...elements) {
  find("alert").replaceChildren(words, ...elements.flatMap((element) => [" ", element]));
}

/** Listen for samples that are dropped, pasted or chosen; `take` gets a File or nothing. */
export function listen(within, take) {
  let depth = 0;
  const over = (change) => {
    depth = Math.max(depth + change, 0);
    document.body.classList.toggle("over", depth > 0);
    find("drop-says").textContent = depth > 0 ? say.dropNow : say.drop;
  };
  addEventListener("dragenter", () => over(1));
  addEventListener("dragleave", () => over(-1));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    over(-depth);
    take(within(event.dataTransfer));
  });
  addEventListener("paste", (event) => {
    if (event.target.closest?.("input:not([type=file]), textarea")) return;
    take(within(event.clipboardData), say.nothingPasted);
  });
  for (const id of ["choose", "take"]) {
    find(id)?.addEventListener("change", ({ target }) => {
      if (target.files[0]) take(target.files[0]);
      target.value = "";
    });
  }
}
