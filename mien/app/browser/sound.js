// The page for sounds: what it does beside what main.js does for all kinds. A clip is played, and seen over time.
import { find, make } from "./dom.js";
import { player } from "./kinds/sound/player.js";
import { over } from "./kinds/sound/over.js";
import { countOf } from "./kinds/sound/parts.js";
import { record } from "./kinds/sound/recorder.js";
import { sampleOf as fromFile, sampleOfRecording, within } from "./kinds/sound/sample.js";
import { words } from "./kinds/sound/words.js";
import { begin, judge, open, start, take } from "./main.js";
import { say } from "./strings.js";
import { tell } from "./view/answer.js";
import { alert } from "./view/stage.js";

Object.assign(say, words);
const EXAMPLE = new URL("kinds/sound/example.mp3", import.meta.url);

/** A sample of a file, or of what the microphone gave. */
const sampleOf = (given, limits, name) =>
  given.samples ? sampleOfRecording(given.samples, given.rate, limits, say.recordedName) : fromFile(given, limits, name);

/** Lay a sample on the stage; answers with the place below it. */
function show(sample) {
  const layer = make("div", { className: "below" });
  const note = sample.ours ? [make("p", { className: "quiet", textContent: say.exampleSays })] : [];
  find("picture").querySelector("audio")?.pause();
  find("picture").replaceChildren(player(sample, judge.model.contract.shape[0]), ...note, layer);
  find("picture").hidden = false;
  find("drop").classList.toggle("small", !sample.ours);
  return layer;
}

/** The answer over time, where the recording is longer than what the model is given; once for a sample and model. */
async function draw({ sample, layer }, answer) {
  const length = judge.model.contract.shape[0];
  if (!answer.label || answer.where !== "device" || !countOf(sample.samples?.length ?? 0, length)) return layer.replaceChildren();
  const { colours } = judge.config;
  if (!answer.over) {
    layer.replaceChildren(make("p", { className: "quiet", textContent: `${say.overBusy} …` }));
    try {
      answer.over = (await judge.ask(sample, { over: true })).over;
    } catch {
      return layer.replaceChildren(); // the answer for the whole stands
    }
  }
  return layer.replaceChildren(over(answer.over, sample.seconds, judge.model.labels, colours));
}

/** The microphone has stopped: why, and what was recorded. */
async function ended(why, kept) {
  if (!kept) start();
  find("live").focus({ preventScroll: true });
  if (kept) await take(kept);
  if (why === say.micOff) tell(why);
  else if (why) alert(why);
}

/** Before anything is given: our own example, answered on this device. */
async function first() {
  if (judge.where !== "device" || judge.state !== "ready") return;
  const answer = await fetch(EXAMPLE);
  if (!answer.ok) return;
  const sample = await sampleOf(await answer.blob(), judge.config.limits, say.example);
  if (!find("picture").hidden || find("recorder")) return;
  open({ ...sample, ours: true });
}

const plain = { name: "sound", asks: () => true, more: () => [], remark: () => "" };
const bringUp = () => find("answer").scrollIntoView({ block: "nearest" });
begin({ ...plain, within, sampleOf, show, draw, live: record, ended, first, bringUp });
