// How a longer recording is divided, so that its answer can be shown over time.
import { sounding } from "./activity.js";
import { RATE } from "./rate.js";

const MOST = 60; // parts
const LONGER = 1.5; // times what a model listens to: a shorter recording has but one answer

/** How many parts so many samples have for a model that listens to `length` of them; 0 where one answer says it all. */
export function countOf(total, length) {
  return total < LONGER * length ? 0 : Math.min(MOST, Math.max(2, Math.round(total / RATE)));
}

/** What a model is given for each part: as much as it listens to, around the part's middle; null where that is quiet. */
export function partsOf(samples, length) {
  const [count, flags] = [countOf(samples.length, length), sounding(samples)];
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [index, index + 1].map((edge) => Math.round((edge * flags.length) / count));
    if (!flags.slice(from, to).some(Boolean)) return null;
    const middle = ((index + 0.5) * samples.length) / count;
    const first = Math.round(Math.min(Math.max(middle - length / 2, 0), samples.length - length));
    return samples.subarray(first, first + length);
  });
}
