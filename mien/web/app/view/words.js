// From an answer to a headline and a sentence.
import { say } from "../strings.js";

export function headline({ holds, label }) {
  if (!label) return say.noFace;
  if (holds.length === 1) return say.looksLike(holds[0]);
  return holds.length === 2 ? say.between(...holds) : say.notSure;
}

export function sentence({ holds, label, probabilities }, confidence) {
  if (!label) return say.noFaceSays;
  const sum = holds.reduce((total, name) => total + probabilities[name], 0);
  if (holds.length === 1) return say.sure(sum);
  return holds.length === 2 ? say.close(holds, sum) : say.open(holds, confidence);
}
