// The page: from a sample to an answer. What is drawn is in view/, who answers in judge.js, what a sample is in kinds/,
// and what a page of one kind does beside in picture.js and sound.js, which begin here.
import { modelOf, ofKind, readConfig } from "./config.js";
import { ask, button, fill, find, make } from "./dom.js";
import { Judge } from "./judge.js";
import { offline } from "./offline.js";
import { Refusal } from "./server.js";
import { say } from "./strings.js";
import { about } from "./view/about.js";
import { isDrawn, showAnswer, showBusy, showNothing, tell } from "./view/answer.js";
import { correction } from "./view/correct.js";
import { forget, remember } from "./view/history.js";
import { alert, listen, showDrop } from "./view/stage.js";
import { whereSwitch } from "./view/where.js";
import { headline, summary } from "./view/words.js";

export let judge;
let kind; // of the page's samples: what picture.js or sound.js gives
let live = null; // the camera or microphone, while it is on
let current = null; // {sample, options}: what is on the stage
let turn = 0; // of the last question: an answer that comes late is not shown

/** Show a sample and ask about it. */
export async function take(given, otherwise = say.notPicture, name = undefined) {
  alert();
  live?.stop("");
  if (!judge) return;
  if (!given) return void alert(otherwise);
  const mine = ++turn;
  try {
    const sample = await kind.sampleOf(given, judge.config.limits, name);
    if (mine === turn) await open(sample);
  } catch (error) {
    if (mine === turn) alert(error.message);
  }
}

export function open(sample) {
  if (!sample.opens && judge.where === "device") return elsewhere(sample);
  current = { sample, layer: kind.show(sample), options: {} };
  return kind.asks(current) ? question({}) : undefined;
}

/** This browser cannot open it: offer the server, where there is one. */
function elsewhere(sample) {
  if (!judge.config.server) return void alert(say.notHere);
  alert(say.notHereButServer, button(say.askServer, () => {
    alert();
    judge.choose({ where: "server" });
    open(sample);
  }));
}

/** Ask about what is on the stage. */
export async function question(options) {
  const mine = ++turn;
  const asked = { ...current, options };
  alert();
  showBusy();
  try {
    const answer = { ...sized(await judge.ask(asked.sample, options), asked.sample), options };
    if (mine !== turn) return;
    current = asked;
    if (!asked.sample.ours) remember(asked.sample, answer, again);
    show(answer, 0);
    if (!asked.sample.ours) bringUp();
    tell(say.told(summary(answer), headline(answer)));
  } catch (error) {
    if (mine !== turn) return;
    showNothing(theModel());
    if (error.message.startsWith("unreadable")) elsewhere(asked.sample);
    else alert(error instanceof Refusal ? error.message : say.failed(error.message));
  }
}

/** On a phone the answer comes below the sample: move both into view. */
function bringUp() {
  if (find("answer").getBoundingClientRect().top > innerHeight - 150) kind.bringUp();
}

/** The server says nothing of the picture's size: the page knows it. */
const sized = (answer, { width, height }) => ({ ...answer, width: answer.width ?? width, height: answer.height ?? height });

function again(sample, answer) {
  live?.stop("");
  alert();
  turn++;
  current = { sample, layer: kind.show(sample), options: answer.options };
  show(answer, 0);
  tell(say.told(summary(answer), headline(answer)));
}

function show(answer, chosen) {
  const choose = answer.faces.length > 1 ? (index) => show(answer, index) : null;
  kind.draw(current, answer, { chosen, choose });
  const model = modelOf(judge.config, answer.model);
  const worth = answer.options.inputs !== "whole" ? model.said : isDrawn(model) ? say.drawn.join(" ") : "";
  const said = [kind.remark(model, answer.options, answer), worth].filter(Boolean).join(" ");
  const more = [...kind.more(current, answer, chosen), ...wrong(answer, chosen)];
  showAnswer(answer, { colours: judge.config.colours, said, chosen, choose, sample: current.sample, more });
}

/** The way to say that an answer is wrong, where the server keeps samples. */
function wrong(answer, chosen) {
  const { sample } = current;
  const { label } = answer.faces[chosen] ?? answer;
  if (!judge.config.inbox || sample.ours || !label) return [];
  const { labels } = modelOf(judge.config, judge.chosen);
  return [correction(labels, label, (right) => judge.give(sample.blob, right, label))];
}

/** The model that will be asked; null before it is known. */
const theModel = () => (judge ? modelOf(judge.config, judge.chosen) : null);

/** Back to the beginning. */
export function start() {
  turn++;
  live?.stop("");
  current = null;
  alert();
  showDrop();
  showNothing(theModel());
  find("stage").focus({ preventScroll: true });
}

async function openLive() {
  alert();
  if (!judge) return;
  turn++;
  const press = find("live");
  press.disabled = true;
  try {
    live = await kind.live(judge, (...end) => {
      live = null;
      press.disabled = false;
      kind.ended(...end);
    });
  } catch (error) {
    alert(error.message);
  }
  if (!live) press.disabled = false;
}

async function askKey() {
  const field = make("input", { type: "password", autocomplete: "off", id: "key", required: true });
  const body = [make("p", { textContent: say.keySays }), make("label", { className: "field" }, make("span", { textContent: say.keyLabel }), field)];
  return ask(say.keyTitle, body, { yes: say.keyYes, no: say.keyNo, read: () => field.value.trim() });
}

/** Begin a page of a kind of samples. */
export async function begin(given) {
  kind = given;
  fill();
  showNothing();
  about(null, null);
  const waiting = offline();
  listen(kind.within, take);
  const config = ofKind(await readConfig(), kind.name);
  if (!config) return void alert(say.noConfig);
  judge = new Judge(config, askKey);
  whereSwitch(judge, () => {
    about(config, theModel());
    if (current) open(current.sample);
    else showNothing(theModel());
  });
  about(config, theModel());
  showNothing(theModel());
  find("live").addEventListener("click", openLive);
  find("forget").addEventListener("click", forget);
  await judge.load(waiting);
  if (!current && !live && turn === 0) kind.first?.();
}
