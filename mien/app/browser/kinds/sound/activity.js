// Where something sounds, and what a model is given of it: mien/kinds/sound/_activity.py and _rows.py. A test holds the
// two together.
export const FRAME = 320; // samples, 20 ms
const SILENCE = -60; // dBFS: below it nothing counts as sound
const BELOW = 40; // dB under the loud parts: a room's noise, not a voice
const LOUD = 0.95; // share of the levels below what is called loud: no single click
export const MARGIN = 2; // frames kept before and after, for a soft onset
const STEP = 160; // samples between two windows that are tried

/** The level of each 20 ms, dBFS. */
export function levels(samples) {
  return Float64Array.from({ length: Math.max(1, Math.ceil(samples.length / FRAME)) }, (_, frame) => {
    let power = 0;
    for (let at = frame * FRAME; at < Math.min((frame + 1) * FRAME, samples.length); at++) power += samples[at] ** 2;
    return 10 * Math.log10(Math.max(power / FRAME, 1e-12));
  });
}

/** Of each 20 ms whether something sounds. */
export function sounding(samples) {
  const level = levels(samples);
  const sorted = level.toSorted();
  const place = LOUD * (sorted.length - 1);
  const low = Math.floor(place);
  const loud = sorted[low] + (place - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
  return Array.from(level, (value) => value > Math.max(SILENCE, loud - BELOW));
}

/** The part of a clip that a model of so many samples is given: [first, end]. What is silent all through stays. */
export function chosen(samples, length) {
  const there = sounding(samples);
  const [first, last] = there.includes(true) ? [there.indexOf(true), there.lastIndexOf(true)] : [0, there.length];
  const start = Math.max(0, first - MARGIN) * FRAME;
  const end = Math.min(samples.length, (last + 1 + MARGIN) * FRAME);
  if (end - start <= length) return [start, end];
  const from = start + loudest(samples.subarray(start, end), length);
  return [from, from + length];
}

function loudest(samples, length) {
  const energy = new Float64Array(samples.length + 1);
  for (let at = 0; at < samples.length; at++) energy[at + 1] = energy[at] + samples[at] ** 2;
  let [best, most] = [0, -1];
  for (let start = 0; start + length <= samples.length; start += STEP) {
    const held = energy[start + length] - energy[start];
    if (held > most) [best, most] = [start, held];
  }
  return best;
}

/** What a model is given of a clip, followed by zeros up to its length. */
export function row(samples, length) {
  const made = new Float32Array(length);
  made.set(samples.subarray(...chosen(samples, length)));
  return made;
}
