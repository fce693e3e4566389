// What may be said of probabilities: the one rule of words, as mien/core/answer.py has it. A test holds the two together.

export const CONFIDENCE = 0.9; // how often the truth is to be in a prediction set
const LIKELY = 0.5; // from here on a class is probable, if it also has
const AHEAD = 2; // more than this many times the probability of the next one

const UNPROMISED = { confidence: CONFIDENCE, thresholds: null };

/**
 * The classes that may still be the truth, the most probable first (mien/core/prediction_sets.py, SetRule). `sets` is
 * the model's: from its thresholds on a class is named; where it has none, the fewest that reach the confidence in sum.
 */
export function predictionSet(probabilities, { confidence, thresholds } = UNPROMISED) {
  const [first, ...rest] = Object.entries(probabilities).toSorted((a, b) => b[1] - a[1]);
  const names = [first[0]];
  let total = first[1];
  for (const [label, value] of rest) {
    if (thresholds ? value >= thresholds[label] : total < confidence) names.push(label);
    total += value;
  }
  return names;
}

/**
 * What may be said of an answer: {kind: "looks", "probably", "between" or "not sure", names: its prediction set, doubts}.
 * With doubts nothing is sure: it is probable at most.
 */
export function verdict({ probabilities, prediction_set: names, confidence = CONFIDENCE, doubts = [] }) {
  const [first, second = 0] = Object.values(probabilities).toSorted((a, b) => b - a);
  if (names.length === 1 && first >= confidence) return { kind: doubts.length ? "probably" : "looks", names, doubts };
  if (first >= LIKELY && first > AHEAD * second) return { kind: "probably", names, doubts };
  return { kind: names.length === 2 ? "between" : "not sure", names, doubts };
}

/** One row of probabilities as the server answers it; `sets` is what the model's entry in mien.json has of that name. */
export function said(labels, values, sets = UNPROMISED, doubts = []) {
  const probabilities = Object.fromEntries(labels.map((label, index) => [label, values[index]]));
  const found = { probabilities, prediction_set: predictionSet(probabilities, sets), confidence: sets.confidence, doubts };
  return { label: found.prediction_set[0], ...found, sure: verdict(found).kind === "looks" };
}

/**
 * How many of several faces look like a class, or probably do: [{label, sure, probable}], the most frequent first.
 * `look` says which labels look alike, and decides between equals.
 */
export function counted(faces, look) {
  const found = new Map();
  for (const face of faces) {
    const { kind, names } = verdict(face);
    if (kind !== "looks" && kind !== "probably") continue;
    const word = look(names[0]);
    const entry = found.get(word) ?? { word, sure: 0, probable: 0 };
    entry[kind === "looks" ? "sure" : "probable"]++;
    found.set(word, entry);
  }
  const order = (a, b) => b.sure + b.probable - a.sure - a.probable || b.sure - a.sure || (a.word < b.word ? -1 : 1);
  return [...found.values()].toSorted(order);
}
