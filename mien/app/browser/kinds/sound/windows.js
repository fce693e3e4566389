// A recording of any length becomes windows that overlap by half, and in each the speech that it holds:
// mien/kinds/sound/_windows.py and mien/predict/_windows.py.
import { even } from "../../engine/numbers.js";
import { FRAME, MARGIN, row } from "./activity.js";
import { RATE } from "./rate.js";
import { speech } from "./speech.js";

const SHORT = 3; // halves of a row: what is no longer is one clip
const LEAST = 5; // frames of speech that are worth an answer

const seconds = (frames) => (frames * FRAME) / RATE;
const count = (flags) => flags.reduce((sum, flag) => sum + flag, 0);

/** The windows of samples at 16 kHz for rows of so many: [{start, end, row: Float32Array or null, weight, spans}]. */
export function windowsOf(samples, length) {
  if (!samples.length) return [];
  const half = Math.max(1, even(length / 2 / FRAME));
  const flags = speech(samples);
  const end = samples.length / RATE;
  if (flags.length <= SHORT * half) {
    const cut = count(flags) >= LEAST ? row(samples, length) : null;
    return [{ start: 0, end, row: cut, weight: seconds(count(flags)), spans: spansOf(flags, 0, flags.length, end) }];
  }
  const found = [];
  for (let start = 0; start < flags.length; start += half) found.push(next(samples, flags, start, half, length));
  return found;
}

function next(samples, flags, start, half, length) {
  const spoken = flags.slice(start, start + 2 * half);
  const alone = flags.length - start > half || !start; // the last piece lies within the window before it
  let cut = null;
  if (count(spoken) >= LEAST && alone) {
    const first = Math.max(0, spoken.indexOf(true) - MARGIN);
    const last = Math.min(2 * half, spoken.lastIndexOf(true) + 1 + MARGIN);
    cut = row(samples.subarray((start + first) * FRAME, (start + last) * FRAME), length);
  }
  const end = Math.min(samples.length, (start + half) * FRAME) / RATE;
  const spans = spansOf(flags, start, Math.min(flags.length, start + half), samples.length / RATE);
  return { start: seconds(start), end, row: cut, weight: cut ? seconds(count(spoken)) : 0, spans };
}

/** Where somebody speaks between two frames: [[from, to]], seconds. */
function spansOf(flags, start, stop, end) {
  const spans = [];
  for (let at = start; at < stop; at++) {
    if (!flags[at]) continue;
    if (at > start && flags[at - 1]) spans.at(-1)[1] = Math.min(seconds(at + 1), end);
    else spans.push([seconds(at), Math.min(seconds(at + 1), end)]);
  }
  return spans;
}

/** The mean of windows' probabilities, each by its weight; null where nobody speaks. */
export function mean(windows) {
  const heard = windows.filter(({ probabilities }) => probabilities);
  const weight = heard.reduce((sum, one) => sum + one.weight, 0);
  return heard.length ? heard[0].probabilities.map((_, at) =>
    heard.reduce((sum, one) => sum + (one.weight * one.probabilities[at]) / weight, 0)) : null;
}
