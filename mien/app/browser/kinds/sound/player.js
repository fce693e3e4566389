// A recording on the stage: its waveform, playing, and what of it the answer is of.
import { button, make, paint } from "../../dom.js";
import { say } from "../../strings.js";
import { chosen } from "./activity.js";
import { RATE } from "./rate.js";
import { wave } from "./wave.js";

const COLUMNS = 150;
const SHORT = 0.95; // of the whole: a part that is longer needs no mark

/** An element that shows and plays a sample. */
export function player(sample) {
  const sound = make("audio", { src: sample.url, preload: "auto" });
  const seek = make("input", { type: "range", min: 0, max: 1000, step: 1, value: 0, className: "seek", aria: { label: say.seek } });
  const time = make("span", { className: "time" });
  const toggle = button(say.play, () => (sound.paused ? sound.play() : sound.pause()), { className: "button play" });
  const box = make("div", { className: "wave-box" }, ...shapes(sample), seek);
  const shown = make("div", { className: "player" }, box, make("div", { className: "marks" }),
    make("div", { className: "line" }, toggle, make("span", { className: "name", textContent: sample.name }), time), sound);
  const draw = () => {
    const share = Math.min(1, sound.currentTime / sample.seconds);
    paint(box, { "--at": share.toFixed(4) });
    if (document.activeElement !== seek || !sound.paused) seek.value = Math.round(1000 * share);
    time.textContent = say.timeOf(sound.currentTime, sample.seconds);
    seek.setAttribute("aria-valuetext", time.textContent);
  };
  const follow = () => {
    draw();
    if (!sound.paused && document.contains(sound)) requestAnimationFrame(follow);
  };
  for (const event of ["play", "pause", "ended"]) {
    sound.addEventListener(event, () => {
      toggle.textContent = sound.paused ? say.play : say.pause;
      follow();
    });
  }
  sound.addEventListener("seeked", draw);
  seek.addEventListener("input", () => {
    sound.currentTime = (seek.value / 1000) * sample.seconds;
    draw();
  });
  draw();
  return shown;
}

/** The waveform twice: what is still to come, and over it what was heard. */
function shapes({ samples }) {
  return samples ? [wave(samples, COLUMNS), wave(samples, COLUMNS, "wave heard")] : [make("p", { className: "quiet", textContent: say.blind })];
}

/** Brackets under what the answer is of: the part of a clip that the model was given, or where somebody speaks. */
export function marks({ samples, seconds }, windows, length) {
  const heard = windows.filter(({ probabilities }) => probabilities);
  if (!heard.length) return [];
  if (windows.length > 1) {
    const spans = joined(windows.flatMap((window) => window.spans));
    const spoken = spans.reduce((sum, [from, to]) => sum + to - from, 0);
    return [brackets(spans, seconds), make("p", { className: "quiet listened", textContent: say.spoken(spoken, seconds) })];
  }
  const part = chosen(samples, length).map((at) => at / RATE);
  if (part[1] - part[0] > SHORT * seconds) return [];
  return [brackets([part], seconds), make("p", { className: "quiet listened", textContent: say.listened(...part) })];
}

function brackets(spans, seconds) {
  return make("div", { className: "brackets", aria: { hidden: "true" } }, ...spans.map(([from, to]) =>
    make("span", { className: "bracket", style: { "--from": (from / seconds).toFixed(4), "--to": (to / seconds).toFixed(4) } })));
}

/** Spans that touch, as one: each window ends where the next begins. */
function joined(spans) {
  const found = [];
  for (const [from, to] of spans) {
    if (found.length && from - found.at(-1)[1] < 0.001) found.at(-1)[1] = to;
    else found.push([from, to]);
  }
  return found;
}
