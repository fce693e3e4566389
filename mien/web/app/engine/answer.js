// From weights to what may be said, as mien/predict does.

export const CONFIDENCE = 0.9;

/** The fewest classes whose weights together reach a confidence, heaviest first. */
export function holds(probabilities, confidence = CONFIDENCE) {
  const names = [];
  let total = 0;
  for (const [label, weight] of Object.entries(probabilities).toSorted((a, b) => b[1] - a[1])) {
    names.push(label);
    total += weight;
    if (total >= confidence) break;
  }
  return names;
}

/** One row of weights as the server would word it. */
export function said(labels, weights) {
  const probabilities = Object.fromEntries(labels.map((label, index) => [label, weights[index]]));
  const names = holds(probabilities);
  return { label: names[0], probabilities, holds: names, sure: names.length === 1 };
}
