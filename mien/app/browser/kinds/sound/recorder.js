// The microphone on the stage: the level, what it hears, the time, and how to stop. Nothing is said to screen readers
// while it records, as the microphone would hear them.
import { button, find, make, paint } from "../../dom.js";
import { say } from "../../strings.js";
import { showAnswer } from "../../view/answer.js";
import { levels } from "./activity.js";
import { Microphone, openMicrophone } from "./microphone.js";
import { svg } from "./wave.js";

const LIMIT = 60; // seconds
const BARS = 72; // of the level that are shown
const EVERY = 1000; // milliseconds between two answers while it records
const QUIET = -50; // dBFS, over the last second
const CLIPPED = 0.98; // of full scale

/** Start it; null where the visitor said no. `ended` hears why it stopped, and {samples, rate} where that is of use. */
export async function record(judge, ended) {
  const limit = Math.min(LIMIT, judge.config.limits.seconds);
  const stream = await openMicrophone(judge.where, limit);
  if (!stream) return null;
  const shown = scene(limit);
  const microphone = new Microphone(stream, {
    limit,
    heard: (piece) => shown.draw(microphone, piece),
    ended: (why, kept) => {
      clearInterval(timer);
      shown.clear();
      ended(why, kept ? { samples: microphone.last(), rate: microphone.rate } : null);
    },
  });
  const timer = setInterval(() => answer(judge, microphone), EVERY);
  shown.buttons(() => microphone.finish(), () => microphone.stop(say.micOff));
  return (await microphone.start()) ? microphone : null;
}

/** What it sounds like so far; on the device alone, nothing is sent before the visitor has stopped. */
async function answer(judge, microphone) {
  const seconds = judge.model.contract.shape[0] / 16_000;
  if (judge.where !== "device" || judge.state !== "ready" || microphone.seconds < 1 || microphone.busy) return;
  microphone.busy = true;
  try {
    const found = await judge.ask({ onDevice: { samples: microphone.last(seconds), rate: microphone.rate } });
    microphone.voice = Boolean(found.label);
    if (document.contains(find("recorder"))) showAnswer(found, { colours: judge.config.colours, said: "", chosen: 0, more: [], live: say.micSoFar });
  } finally {
    microphone.busy = false;
  }
}

/** The level as bars that move to the left, the newest at the right; and in words. */
function scene(limit) {
  const path = svg("path");
  const bars = svg("svg", { viewBox: `0 0 ${BARS} 64`, preserveAspectRatio: "none", class: "wave level", "aria-hidden": "true" }, path);
  const hears = make("p", { className: "hears" });
  const time = make("p", { className: "time" });
  const under = make("div", { className: "buttons" });
  const meter = make("meter", { min: -60, max: 0, low: -45, high: -3, optimum: -20, value: -60, aria: { label: say.micLevel } });
  const figure = make("div", { id: "recorder", className: "recorder" }, make("div", { className: "line" }, hears, time), bars, meter, under);
  find("drop").hidden = true;
  find("picture").querySelector("audio")?.pause();
  find("picture").hidden = true;
  find("drop").after(figure);
  const shares = Array(BARS).fill(0);
  return {
    clear() {
      figure.remove();
      find("drop").hidden = false;
    },
    buttons(stop, cancel) {
      under.replaceChildren(button(say.micStop, stop, { className: "button main stop" }), button(say.micCancel, cancel));
      under.firstChild.focus({ preventScroll: true });
    },
    draw(microphone, piece) {
      const peak = piece.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      shares.push(Math.min(1, peak * 1.6));
      shares.shift();
      const line = (share, at) => `M${at + 0.5} ${32 - Math.max(1, share * 32)}V${32 + Math.max(1, share * 32)}`;
      path.setAttribute("d", shares.map(line).join(""));
      const recent = microphone.last(1);
      const level = levels(recent).reduce((most, value) => Math.max(most, value), -120);
      meter.value = Math.max(-60, level);
      const loud = recent.some((value) => Math.abs(value) > CLIPPED);
      hears.textContent = loud ? say.micLoud : level < QUIET ? say.micQuiet : microphone.voice ? say.micVoice : say.micHears;
      paint(figure, { "--share": Math.min(1, microphone.seconds / limit) });
      time.textContent = say.micTime(microphone.seconds, limit);
    },
  };
}
