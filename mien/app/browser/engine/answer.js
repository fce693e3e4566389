// What may be said of probabilities: the one rule of words, as mien/core/answer.py has it. A test holds the two together.

export const CONFIDENCE = 0.9; // how often the truth is to be in a prediction set
const LIKELY = 0.5; // from here on a class is probable, if it also has
const AHEAD = 2; // more than this many times the probability of the next one

/** The fewest classes whose probabilities together reach a confidence, the most probable first. */
export function predictionSet(probabilities, confidence = CONFIDENCE) {
  const names = [];
  let total = 0;
  for (const [label, value] of Object.entries(probabilities).toSorted((a, b) => b[1] - a[1])) {
    names.push(label);
    total += value;
    if (total >= confidence) break;
  }
  return names;
}

/** What may be said: {kind: "looks", "probably", "between" or "not sure", names: the prediction set}. */
export function verdict(probabilities, confidence = CONFIDENCE) {
  const names = predictionSet(probabilities, confidence);
  const [first, second = 0] = Object.values(probabilities).toSorted((a, b) => b - a);
  if (names.length === 1) return { kind: "looks", names };
  if (first >= LIKELY && first > AHEAD * second) return { kind: "probably", names };
  return { kind: names.length === 2 ? "between" : "not sure", names };
}

/** One row of probabilities as the server answers it. */
export function said(labels, values) {
  const probabilities = Object.fromEntries(labels.map((label, index) => [label, values[index]]));
  const { kind, names } = verdict(probabilities);
  return { label: names[0], probabilities, prediction_set: names, sure: kind === "looks", confidence: CONFIDENCE };
}

/**
 * How many of several faces look like a class, or probably do: [{label, sure, probable}], the most frequent first.
 * `look` says which labels look alike, and decides between equals.
 */
export function counted(faces, look) {
  const found = new Map();
  for (const { probabilities, confidence } of faces) {
    const { kind, names } = verdict(probabilities, confidence);
    if (kind !== "looks" && kind !== "probably") continue;
    const word = look(names[0]);
    const entry = found.get(word) ?? { word, sure: 0, probable: 0 };
    entry[kind === "looks" ? "sure" : "probable"]++;
    found.set(word, entry);
  }
  const order = (a, b) => b.sure + b.probable - a.sure - a.probable || b.sure - a.sure || (a.word < b.word ? -1 : 1);
  return [...found.values()].toSorted(order);
}
