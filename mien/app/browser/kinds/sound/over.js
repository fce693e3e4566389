// A longer recording's answer over time: a column for each part, a share of it for each class, and the same as a list.
import { make } from "../../dom.js";
import { say } from "../../strings.js";
import { verdict } from "../../engine/answer.js";
import { headline } from "../../view/words.js";
import { svg } from "./wave.js";

const LETTER = 0.028; // of the width, on a phone: a run of parts that has no room for its word gets none

/** A figure of the answers of all parts of `seconds`; null for a part in which nobody speaks. */
export function over(answers, seconds, labels, colours) {
  const said = answers.map((answer) => (answer ? say.run(verdict(answer.probabilities)) : ""));
  const words = runsOf(said, seconds).filter(({ word, from, to }) => (to - from) / seconds > LETTER * word.length).map((run) =>
    make("span", { textContent: run.word, style: { "--from": (run.from / seconds).toFixed(4), "--to": (run.to / seconds).toFixed(4) } }));
  const whole = runsOf(answers.map((answer) => (answer ? headline(answer) : say.quietPart)), seconds);
  const list = make("ol", { className: "runs" }, ...whole.map(({ from, to, word }) => make("li", { textContent: say.span(from, to, word) })));
  return make("figure", { className: "over" },
    make("figcaption", { textContent: say.over }),
    make("div", { className: "above", aria: { hidden: "true" } }, ...words), columns(answers, labels, colours),
    make("details", {}, make("summary", { textContent: say.overList }), list));
}

function columns(answers, labels, colours) {
  const shapes = answers.flatMap((answer, column) => {
    if (!answer) return [svg("rect", { x: column, y: 98, width: 1, height: 2, class: "nobody" })];
    let top = 0;
    return labels.map((label) => {
      const high = 100 * answer.probabilities[label];
      const rect = svg("rect", { x: column + 0.04, y: top.toFixed(2), width: 0.92, height: high.toFixed(2), fill: colours[label] ?? "#888888" });
      top += high;
      return rect;
    });
  });
  const box = { viewBox: `0 0 ${answers.length} 100`, preserveAspectRatio: "none", class: "columns", role: "img", "aria-label": say.overAlt };
  return svg("svg", box, ...shapes);
}

/** Neighbours of which the same is said, as one: [{from, to, word}], seconds. */
function runsOf(words, seconds) {
  const step = seconds / words.length;
  const found = [];
  words.forEach((word, index) => {
    if (found.at(-1)?.word === word) found.at(-1).to = (index + 1) * step;
    else found.push({ from: index * step, to: (index + 1) * step, word });
  });
  return found;
}
