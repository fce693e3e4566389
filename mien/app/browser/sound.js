// The page for sounds: what it does beside what main.js does for all kinds. A clip is played, and seen over time.
import { button, find, make } from "./dom.js";
import { marks, player } from "./kinds/sound/player.js";
import { over } from "./kinds/sound/over.js";
import { record } from "./kinds/sound/recorder.js";
import { sampleOf as fromFile, sampleOfRecording, within } from "./kinds/sound/sample.js";
import { isLong } from "./kinds/sound/stretches.js";
import { words } from "./kinds/sound/words.js";
import { begin, judge, open, question, start, take } from "./main.js";
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
  find("picture").replaceChildren(player(sample), ...note, layer);
  find("picture").hidden = false;
  find("drop").classList.toggle("small", !sample.ours);
  return layer;
}

/** What the answer is of, and over time where the recording is long; the server says neither. */
function draw({ sample, layer }, { windows }) {
  const { contract } = judge.model;
  find("picture").querySelector(".marks").replaceChildren(...marks(sample, windows ?? [], contract.shape[0]));
  layer.replaceChildren(...(windows && isLong(windows) ? [over(windows, judge.model, judge.config.colours)] : []));
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
  const ready = judge.where === "device" && judge.state === "ready";
  const answer = ready ? await fetch(EXAMPLE) : null;
  const sample = answer?.ok ? await sampleOf(await answer.blob(), judge.config.limits, say.example) : null;
  const given = find("picture").querySelector(".player") || find("recorder");
  if (sample && !given) open({ ...sample, ours: true });
  else if (!given) find("picture").hidden = true;
}

/** What may be done without an answer: to judge it all the same. */
const more = (_, { label }) => (label ? [] : [button(say.whole, () => question({ inputs: "whole" }), { className: "button" })]);

const plain = { name: "sound", asks: () => true, remark: (_, { inputs }) => (inputs === "whole" ? say.wholeDone : "") };
const bringUp = () => find("answer").scrollIntoView({ block: "nearest" });
begin({ ...plain, within, sampleOf, show, draw, more, live: record, ended, first, bringUp });
