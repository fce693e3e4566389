// The answer's side of the page: the headline, a bar a class, the faces to choose from.
import { find, make } from "../dom.js";
import { say } from "../strings.js";
import { inkOn } from "./colours.js";
import { headline, isSure, sentence, summary } from "./words.js";

const MADE_HERE = ["drawn faces", "synthetic voices"]; // mien.core.answer.MADE_HERE
const body = () => find("answer-body");

/** Whether photos are nothing to this model. */
export const isDrawn = (model) => MADE_HERE.includes(model?.trained_on);

/** What stands there before there is an answer. */
export function showNothing(model) {
  const known = isDrawn(model) ? [say.drawn, ...say.know] : say.know;
  const list = make("ul", { className: "know" }, ...known.map(([first, rest]) =>
    make("li", {}, make("strong", { textContent: first }), " ", rest)));
  body().replaceChildren(make("h3", { textContent: say.empty }), list);
  tell("");
}

export function showBusy() {
  body().classList.add("busy");
  tell(say.looking);
}

/** Say it to screen readers, once. */
export function tell(words) {
  const status = find("status");
  if (status.textContent !== words) status.textContent = words;
}

/** One part of an answer, whole or of a face: headline, meaning, bars. */
export function verdict(part, colours) {
  const title = make("p", {
    className: `headline${part.label && isSure(part) ? "" : " unsure"}`, textContent: headline(part), id: "headline",
  });
  const means = make("p", { className: "means", textContent: sentence(part) });
  return part.label ? [title, means, bars(part, colours)] : [title, means];
}

/** The probabilities, in the model's own order: so that they stay where they are from face to face. */
export function bars({ probabilities, prediction_set: held }, colours) {
  const rows = Object.entries(probabilities).map(([label, share]) => make("li", {
    className: held.includes(label) ? "holds" : "", data: { label, probability: String(share) },
    style: { "--share": share.toFixed(4), "--class": colours[label] ?? "#888888" },
  }, make("span", { className: "name", textContent: say.looks(label), title: label }),
  make("span", { className: "track", aria: { hidden: "true" } }, make("i")),
  make("span", { className: "figure", textContent: say.percent(share) })));
  return make("ul", { className: "bars", aria: { label: say.bars } }, ...rows);
}

/** Show a whole answer. `more` are elements below it: what may be done with it; `live` stands in the place of who answered. */
export function showAnswer(answer, { colours, said, chosen, choose, sample, more, live = "" }) {
  const part = answer.faces[chosen] ?? answer;
  const shown = [...verdict(part, colours)];
  if (answer.faces.length > 1) shown.unshift(...faces(answer, { chosen, choose, sample, colours }));
  if (answer.label) shown.push(make("p", { className: "quiet by", textContent: live || say.answeredBy(answer.model, answer.where, said) }));
  const choosing = document.activeElement?.name === "face";
  body().classList.remove("busy");
  body().replaceChildren(...shown, ...more);
  if (choosing) body().querySelector(".pick input:checked")?.focus(); // drawn anew, and still there for the keyboard
}

/** A line that sums up, and the faces by the numbers that their boxes have. */
function faces(answer, { chosen, choose, sample, colours }) {
  const choices = answer.faces.map((face, index) => {
    const input = make("input", { type: "radio", name: "face", className: "unseen", checked: index === chosen });
    input.addEventListener("change", () => choose(index));
    const picture = sample.thumb(face.box, 96);
    picture.setAttribute("aria-hidden", "true");
    const colour = colours[face.label] ?? "#888888";
    const number = make("span", {
      className: "number-tag", textContent: String(index + 1), style: { "--class": colour, "--on-class": inkOn(colour) },
      aria: { hidden: "true" },
    });
    const words = make("span", { className: "words", textContent: say.short(headline(face)), aria: { hidden: "true" } });
    const spoken = make("span", { className: "unseen", textContent: say.face(index + 1, headline(face)) });
    return make("label", { className: "pick" }, input, picture, number, words, spoken);
  });
  return [
    make("p", { className: "group", textContent: summary(answer), id: "group" }),
    make("fieldset", { className: "faces" }, make("legend", { textContent: say.faces }), ...choices),
  ];
}
