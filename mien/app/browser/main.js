// The page: from a sample to an answer. What is drawn is in view/, who answers in judge.js, what a sample is in kinds/.
import { modelOf, readConfig } from "./config.js";
import { ask, button, fill, find, make } from "./dom.js";
import { Judge } from "./judge.js";
import * as kind from "./kinds/picture.js";
import { offline } from "./offline.js";
import { Refusal } from "./server.js";
import { say } from "./strings.js";
import { about } from "./view/about.js";
import { isDrawn, showAnswer, showBusy, showNothing, tell } from "./view/answer.js";
import { drawBoxes } from "./view/boxes.js";
import { correction } from "./view/correct.js";
import { frameOver } from "./view/frame.js";
import { heat } from "./view/heat.js";
import { forget, remember } from "./view/history.js";
import { live } from "./view/live.js";
import { alert, listen, showDrop, showPicture, showUnder } from "./view/stage.js";
import { whereSwitch } from "./view/where.js";
import { headline, remark, summary } from "./view/words.js";

let judge;
let camera = null;
let current = null; // {sample, options}: what is on the stage
let turn = 0; // of the last question: an answer that comes late is not shown

/** Show a sample and ask about it. */
async function take(blob, otherwise = say.notPicture, name = undefined) {
  alert();
  camera?.stop("");
  if (!judge) return;
  if (!blob) return void alert(otherwise);
  try {
    open(await kind.sampleOf(blob, judge.config.limits, name));
  } catch (error) {
    alert(error.message);
  }
}

function open(sample) {
  if (!sample.opens && judge.where === "device") return elsewhere(sample);
  const layer = showSample(sample);
  current = { sample, layer, options: {} };
  if (judge.framing) {
    showNothing(theModel());
    showUnder(...frameOver(layer, sample, (square) => question({ square })), button(say.another, start));
    return undefined;
  }
  return question({});
}

/** Lay a sample on the stage; answers with the layer over it. */
function showSample(sample) {
  showUnder(button(say.another, start));
  const shown = sample.opens ? make("img", { src: sample.url, alt: say.alt(sample.name) }) : make("p", { textContent: say.blind });
  return showPicture(shown, sample.width, sample.height);
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
async function question(options) {
  const mine = ++turn;
  const asked = { ...current, options };
  alert();
  showBusy();
  try {
    const answer = { ...sized(await judge.ask(asked.sample.blob, options), asked.sample), options };
    if (mine !== turn) return;
    current = asked;
    remember(asked.sample, answer, again);
    show(answer, 0);
    bringUp();
    tell(say.told(summary(answer), headline(answer)));
  } catch (error) {
    if (mine !== turn) return;
    showNothing(theModel());
    if (error.message.startsWith("unreadable")) elsewhere(asked.sample);
    else alert(error instanceof Refusal ? error.message : say.failed(error.message));
  }
}

/** On a phone the answer comes below the picture: move both into view. */
function bringUp() {
  if (find("answer").getBoundingClientRect().top > innerHeight - 150) find("stage").scrollIntoView();
}

/** The server says nothing of the picture's size: the page knows it. */
const sized = (answer, { width, height }) => ({ ...answer, width: answer.width ?? width, height: answer.height ?? height });

function again(sample, answer) {
  camera?.stop("");
  alert();
  turn++;
  current = { sample, layer: showSample(sample), options: answer.options };
  show(answer, 0);
  tell(say.told(summary(answer), headline(answer)));
}

function show(answer, chosen) {
  const { colours } = judge.config;
  const choose = answer.faces.length > 1 ? (index) => show(answer, index) : null;
  if (!judge.framing && current.sample.opens) drawBoxes(current.layer, answer, { colours, chosen, choose });
  const more = answer.label ? possible(answer, chosen) : [button(say.whole, () => question({ inputs: "whole" }), { className: "button main" })];
  const model = modelOf(judge.config, answer.model);
  const worth = answer.options.inputs !== "whole" ? model.said : isDrawn(model) ? say.drawn.join(" ") : "";
  const said = [remark(model, answer.options, answer), worth].filter(Boolean).join(" ");
  showAnswer(answer, { colours, said, chosen, choose, sample: current.sample, more });
}

/** What may be done with an answer. */
function possible(answer, chosen) {
  const { sample, options } = current;
  const { label } = answer.faces[chosen] ?? answer;
  const place = make("div", { className: "why" });
  const press = button(say.mattered, async () => {
    press.disabled = true;
    place.replaceChildren(make("p", { className: "quiet", textContent: `${say.mattering} …`, aria: { role: "status" } }));
    try {
      const found = await judge.explain(sample.blob, { ...options, index: chosen, label });
      const { faces } = answer;
      const face = judge.model.inputs === "faces" ? options.inputs !== "whole" : faces.length > 0 || Boolean(options.square);
      place.replaceChildren(await heat(found, face));
    } catch (error) {
      place.replaceChildren(make("p", { textContent: error.message, aria: { role: "alert" } }));
      press.disabled = false;
    }
  });
  const parts = [make("div", { className: "buttons" }, press), place];
  if (judge.config.inbox) {
    const { labels } = modelOf(judge.config, judge.chosen);
    parts.push(correction(labels, label, (right) => judge.give(sample.blob, right, label)));
  }
  return parts;
}

/** The model that will be asked; null before it is known. */
const theModel = () => (judge ? modelOf(judge.config, judge.chosen) : null);

/** Back to the beginning. */
function start() {
  turn++;
  camera?.stop("");
  current = null;
  alert();
  showDrop();
  showNothing(theModel());
  find("stage").focus({ preventScroll: true });
}

async function openCamera() {
  alert();
  if (!judge) return;
  turn++;
  const ended = (why, picture) => {
    camera = null;
    find("camera").disabled = false;
    start();
    if (picture) take(picture, "", say.frameName);
    else tell(why);
    if (why && why !== say.cameraOff) alert(why);
  };
  find("camera").disabled = true;
  try {
    camera = await live(judge, ended);
  } catch (error) {
    alert(error.message);
  }
  if (!camera) find("camera").disabled = false;
}

async function askKey() {
  const field = make("input", { type: "password", autocomplete: "off", id: "key", required: true });
  const body = [make("p", { textContent: say.keySays }), make("label", { className: "field" }, make("span", { textContent: say.keyLabel }), field)];
  return ask(say.keyTitle, body, { yes: say.keyYes, no: say.keyNo, read: () => field.value.trim() });
}

async function begin() {
  fill();
  showNothing();
  about(null, null);
  const waiting = offline();
  listen(kind.within, take);
  const config = await readConfig();
  if (!config) return void alert(say.noConfig);
  judge = new Judge(config, askKey);
  whereSwitch(judge, () => {
    about(config, theModel());
    if (current) open(current.sample);
    else showNothing(theModel());
  });
  about(config, theModel());
  showNothing(theModel());
  find("camera").addEventListener("click", openCamera);
  find("forget").addEventListener("click", forget);
  judge.load(waiting);
}

begin();
