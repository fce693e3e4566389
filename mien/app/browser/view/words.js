// From an answer to a headline and a sentence.
import { counted, verdict } from "../engine/answer.js";
import { say } from "../strings.js";

/** An answer, or one face of it, in a few words. */
export function headline(answer) {
  if (answer.label) return worded(verdict(answer));
  return answer.reason === "not-a-face" ? say.notAFace : say.noFace;
}

/** A verdict in words, with what forbids to be sure. */
function worded(found) {
  return found.doubts.length ? say.doubtful(say.verdict(found), found.doubts) : say.verdict(found);
}

/** What that means. */
export function sentence(answer) {
  if (!answer.label) return answer.reason === "not-a-face" ? say.notAFaceSays : say.noFaceSays;
  const { probabilities, confidence } = answer;
  const { kind, names } = verdict(answer);
  const sum = names.reduce((total, name) => total + probabilities[name], 0);
  if (kind === "looks") return say.sure(sum);
  if (kind === "between") return say.close(names, sum);
  return kind === "probably" ? say.likely(probabilities[names[0]], names.slice(1)) : say.open(names, confidence);
}

/** All faces of an answer in one line; of one face it is the headline. */
export function summary(answer) {
  if (answer.faces.length < 2) return headline(answer);
  return say.group(answer.faces.length, counted(answer.faces, say.looks));
}

/** What stands at a box: the words, and how probable the class is that they name. */
export function boxWords(face) {
  const found = verdict(face);
  const share = found.kind === "looks" || found.kind === "probably" ? face.probabilities[face.label] : null;
  return say.box(say.verdict(found), share);
}

/** Whether one class is enough. */
export const isSure = (answer) => verdict(answer).kind === "looks";

/** What to know of an answer of this model, asked with these options: whether faces were looked for, and found. */
export function remark(model, { inputs = "auto", square = null }, { faces }) {
  if (inputs === "whole") return say.wholeDone;
  if (inputs !== "auto" || square) return "";
  if (model.inputs === "both") return faces.length ? "" : say.wholeAnswered;
  return model.inputs === "whole" ? say.wholeModel : "";
}
