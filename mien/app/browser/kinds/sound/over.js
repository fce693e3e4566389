// A longer recording's answer over time: a column for each window, a share of it for each class, and the same as a list.
import { make } from "../../dom.js";
import { said, verdict } from "../../engine/answer.js";
import { say } from "../../strings.js";
import { headline } from "../../view/words.js";
import { smoothed, stretchesOf } from "./stretches.js";
import { svg } from "./wave.js";

const LETTER = 0.028; // of the width, on a phone: a part that has no room for its word gets none
const MOST = 120; // columns

/** A figure of an answer's windows. */
export function over(windows, { labels, sets }, colours) {
  const seconds = windows.at(-1).end;
  const parts = stretchesOf(windows).map(({ probabilities, ...part }) => ({ ...part, answer: probabilities && said(labels, probabilities, sets) }));
  const words = parts.flatMap(({ start, end, answer }) => {
    const word = answer ? say.run(verdict(answer)) : "";
    if (!word || (end - start) / seconds < LETTER * word.length) return [];
    return [make("span", { textContent: word, style: { "--from": (start / seconds).toFixed(4), "--to": (end / seconds).toFixed(4) } })];
  });
  const list = make("ol", { className: "runs" }, ...parts.map(({ start, end, answer }) =>
    make("li", { textContent: say.span(start, end, answer ? headline(answer) : say.noFace) })));
  return make("figure", { className: "over" },
    make("figcaption", { textContent: say.over }),
    make("div", { className: "above", aria: { hidden: "true" } }, ...words), columns(windows, labels, colours),
    make("details", {}, make("summary", { textContent: say.overList }), list));
}

function columns(windows, labels, colours) {
  const group = Math.ceil(windows.length / MOST);
  const shapes = [];
  for (let start = 0; start < windows.length; start += group) {
    const held = windows.slice(start, start + group);
    const rows = held.map((_, at) => smoothed(windows, start + at)).filter(Boolean);
    const [x, width] = [held[0].start, held.at(-1).end - held[0].start];
    if (!rows.length) shapes.push(svg("rect", { x, y: 98, width, height: 2, class: "nobody" }));
    let top = 0;
    for (const [at, label] of rows.length ? labels.entries() : []) {
      const high = (100 * rows.reduce((sum, row) => sum + row[at], 0)) / rows.length;
      const place = { x: x + 0.04 * width, width: 0.92 * width, y: top.toFixed(2), height: high.toFixed(2) };
      shapes.push(svg("rect", { ...place, fill: colours[label] ?? "#888888" }));
      top += high;
    }
  }
  const box = { viewBox: `0 0 ${windows.at(-1).end} 100`, preserveAspectRatio: "none", class: "columns", role: "img", "aria-label": say.overAlt };
  return svg("svg", box, ...shapes);
}
