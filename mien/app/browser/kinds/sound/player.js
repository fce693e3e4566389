// A recording on the stage: its waveform, playing, and which part of it the model was given.
import { button, make, paint } from "../../dom.js";
import { say } from "../../strings.js";
import { chosen } from "./activity.js";
import { RATE } from "./rate.js";
import { wave } from "./wave.js";

const COLUMNS = 150;
const SHORT = 0.95; // of the whole: a part that is longer needs no mark

/** An element that shows and plays a sample; `length` is what the model is given, in samples. */
export function player(sample, length) {
  const sound = make("audio", { src: sample.url, preload: "auto" });
  const seek = make("input", { type: "range", min: 0, max: 1000, step: 1, value: 0, className: "seek", aria: { label: say.seek } });
  const time = make("span", { className: "time" });
  const toggle = button(say.play, () => (sound.paused ? sound.play() : sound.pause()), { className: "button play" });
  const box = make("div", { className: "wave-box" }, ...shapes(sample), seek);
  const shown = make("div", { className: "player" }, box, ...mark(sample, length),
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

/** A bracket under what the model was given, where that is not all. */
function mark({ samples }, length) {
  const part = samples && chosen(samples, length);
  if (!part || part[1] - part[0] > SHORT * samples.length) return [];
  const [from, to] = part.map((at) => at / samples.length);
  const bracket = make("span", { className: "bracket", style: { "--from": from.toFixed(4), "--to": to.toFixed(4) }, aria: { hidden: "true" } });
  return [bracket, make("p", { className: "quiet listened", textContent: say.listened(part[0] / RATE, part[1] / RATE) })];
}
