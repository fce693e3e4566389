// Boxes over a picture or a video: one a face, in the colour of its class, with its words.
import { make } from "../dom.js";
import { inkOn } from "./colours.js";
import { say } from "../strings.js";

/**
 * Draw the boxes of an answer anew. They are for the eye and the pointer; the list of faces beside the answer is for
 * everyone. `choose` is called with the number of a face that was pressed.
 */
export function drawBoxes(layer, answer, { colours, chosen = 0, choose = null, mirrored = false }) {
  const { faces, width, height } = answer;
  layer.replaceChildren(...faces.map(({ box, label, probabilities, holds, sure }, index) => {
    const colour = colours[label] ?? "#888888";
    const left = mirrored ? width - box[0] - box[2] : box[0];
    const words = faces.length > 1 && index !== chosen ? label : wordsOf({ label, probabilities, holds, sure });
    const place = { left: left / width, top: box[1] / height, width: box[2] / width, height: box[3] / height };
    const style = Object.fromEntries(Object.entries(place).map(([key, share]) => [key, `${share * 100}%`]));
    const edge = `${box[1] / height < 0.1 ? " low" : ""}${left + box[2] / 2 > 0.6 * width ? " right" : ""}`;
    const made = make(choose ? "button" : "div", {
      className: `box${index === chosen ? " chosen" : ""}${sure ? "" : " unsure"}${edge}`,
      style: { ...style, "--class": colour, "--on-class": inkOn(colour) },
    }, make("span", { className: "tag", textContent: words }));
    if (choose) {
      Object.assign(made, { type: "button", tabIndex: -1 });
      made.addEventListener("click", () => choose(index));
    }
    return made;
  }));
}

function wordsOf({ label, probabilities, holds, sure }) {
  return sure ? say.box(label, probabilities[label]) : holds.slice(0, 2).join(" / ") + (holds.length > 2 ? " …" : "");
}
