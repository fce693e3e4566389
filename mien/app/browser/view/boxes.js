// Boxes over a picture or a video: one a face, in the colour of its class, with its number or its words.
import { make } from "../dom.js";
import { inkOn } from "./colours.js";
import { boxWords, isSure } from "./words.js";

const FEW = 4; // faces that get words where no list beside them has them

/**
 * Draw the boxes of an answer anew. They are for the eye and the pointer; the list of faces beside the answer is for
 * everyone. `choose` is called with the number of a face that was pressed; then the boxes are numbered as the list is.
 */
export function drawBoxes(layer, answer, { colours, chosen = 0, choose = null, mirrored = false }) {
  const { faces, width, height } = answer;
  layer.replaceChildren(...faces.map((face, index) => {
    const { box, label } = face;
    const colour = colours[label] ?? "#888888";
    const left = mirrored ? width - box[0] - box[2] : box[0];
    const numbered = choose || (faces.length > FEW && index !== chosen);
    const place = { left: left / width, top: box[1] / height, width: box[2] / width, height: box[3] / height };
    const style = Object.fromEntries(Object.entries(place).map(([key, share]) => [key, `${share * 100}%`]));
    const edge = `${box[1] / height < 0.1 ? " low" : ""}${!numbered && left + box[2] / 2 > 0.6 * width ? " right" : ""}`;
    const made = make(choose ? "button" : "div", {
      className: `box${index === chosen ? " chosen" : ""}${isSure(face) ? "" : " unsure"}${edge}`,
      style: { ...style, "--class": colour, "--on-class": inkOn(colour) },
    }, make("span", { className: `tag${numbered ? " short" : ""}`, textContent: numbered ? String(index + 1) : boxWords(face) }));
    if (choose) {
      Object.assign(made, { type: "button", tabIndex: -1 });
      made.addEventListener("click", () => choose(index));
    }
    return made;
  }));
}
