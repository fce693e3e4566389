// The page for pictures: what it does beside what main.js does for all kinds. A picture lies on the stage with its boxes.
import { button, find, make } from "./dom.js";
import * as picture from "./kinds/picture.js";
import { begin, judge, question, start, take } from "./main.js";
import { say } from "./strings.js";
import { showNothing, tell } from "./view/answer.js";
import { drawBoxes } from "./view/boxes.js";
import { frameOver } from "./view/frame.js";
import { heat } from "./view/heat.js";
import { live } from "./view/live.js";
import { alert, showPicture, showUnder } from "./view/stage.js";
import { remark } from "./view/words.js";

/** Lay a sample on the stage; answers with the layer over it. */
function show(sample) {
  showUnder(button(say.another, start));
  const shown = sample.opens ? make("img", { src: sample.url, alt: say.alt(sample.name) }) : make("p", { textContent: say.blind });
  return showPicture(shown, sample.width, sample.height);
}

/** Whether to ask at once; not where the visitor has to put a frame around the face. */
function asks({ sample, layer }) {
  if (!judge.framing) return true;
  showNothing(judge.model);
  showUnder(...frameOver(layer, sample, (square) => question({ square })), button(say.another, start));
  return false;
}

function draw({ sample, layer }, answer, { chosen, choose }) {
  if (!judge.framing && sample.opens) drawBoxes(layer, answer, { colours: judge.config.colours, chosen, choose });
}

/** What may be done with an answer: the map of what mattered, or, without a face, to judge the whole picture. */
function more({ sample, options }, answer, chosen) {
  if (!answer.label) return [button(say.whole, () => question({ inputs: "whole" }), { className: "button main" })];
  const { label } = answer.faces[chosen] ?? answer;
  const place = make("div", { className: "why" });
  const press = button(say.mattered, async () => {
    press.disabled = true;
    place.replaceChildren(make("p", { className: "quiet", textContent: `${say.mattering} …`, aria: { role: "status" } }));
    try {
      const found = await judge.explain(sample.blob, { ...options, index: chosen, label });
      const face = judge.model.inputs === "faces" ? options.inputs !== "whole" : answer.faces.length > 0 || Boolean(options.square);
      place.replaceChildren(await heat(found, face));
    } catch (error) {
      place.replaceChildren(make("p", { textContent: error.message, aria: { role: "alert" } }));
      press.disabled = false;
    }
  });
  return [make("div", { className: "buttons" }, press), place];
}

/** The camera has stopped: why, and the frame that was kept. */
function ended(why, kept) {
  start();
  if (kept) take(kept, "", say.frameName);
  else tell(why);
  if (why && why !== say.cameraOff) alert(why);
}

const bringUp = () => find("stage").scrollIntoView();
begin({ ...picture, show, asks, draw, more, remark, live, ended, bringUp });
