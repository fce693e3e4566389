// What was given before, in this tab's memory and nowhere else.
import { find, make } from "../dom.js";
import { say } from "../strings.js";
import { summary } from "./words.js";

const MOST = 12;
let kept = [];

/** Keep a sample with its answer; the same sample again takes the place of its former answer. */
export function remember(sample, answer, show) {
  const gone = kept.filter((entry) => entry.sample !== sample);
  kept = [{ sample, answer, show }, ...gone].slice(0, MOST);
  for (const { sample: old } of gone) if (!kept.some((entry) => entry.sample === old)) URL.revokeObjectURL(old.url);
  draw();
}

export function forget() {
  for (const { sample } of kept) URL.revokeObjectURL(sample.url);
  kept = [];
  draw();
}

function draw() {
  find("history").hidden = kept.length === 0;
  find("strip").replaceChildren(...kept.map(({ sample, answer, show }) => {
    const picture = sample.thumb(answer.faces[0]?.box);
    picture.setAttribute("aria-hidden", "true");
    const words = make("span", { textContent: summary(answer) });
    const press = make("button", { type: "button", className: "past", aria: { label: say.again(summary(answer), sample.name) } },
      picture, words);
    press.addEventListener("click", () => show(sample, answer));
    return make("li", {}, press);
  }));
}
