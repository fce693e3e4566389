// From an answer to a headline and a sentence.
import { say } from "../strings.js";

const LIKELY = 0.5; // of the weight: more than all other classes together

export function headline({ holds, label, probabilities }) {
  if (!label) return say.noFace;
  if (holds.length === 1) return say.looksLike(holds[0]);
  if (holds.length === 2) return say.between(...holds);
  return probabilities[label] >= LIKELY ? say.perhaps(label) : say.notSure;
}

export function sentence({ holds, label, probabilities }, confidence) {
  if (!label) return say.noFaceSays;
  const sum = holds.reduce((total, name) => total + probabilities[name], 0);
  if (holds.length === 1) return say.sure(sum);
  if (holds.length === 2) return say.close(holds, sum);
  return probabilities[label] >= LIKELY ? say.likely(probabilities[label], holds.slice(1)) : say.open(holds, confidence);
}
