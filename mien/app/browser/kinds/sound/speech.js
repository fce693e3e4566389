// Where somebody speaks: the rule over pitch of mien/kinds/sound/_speech.py, with its bounds. A test holds the two
// together; docs/decisions/0035-voice-activity.md says what each was chosen by.
import { FRAME } from "./activity.js";
import { POINTS, transform } from "./fourier.js";

const SIZE = 512; // samples of a spectrum
const [LOW, HIGH] = [6, 256]; // bins that are listened to
const WIDE = HIGH - LOW;
const [SHORTEST, LONGEST] = [27, 230]; // lags, samples
const QUIETEST = -20;
const PERIODIC = 0.12;
const PURE = 0.65;
const RUMBLE = 0.93;
const CALM = 0.05;
const SINE = 0.3;
const GLIDE = 3;
const [LEAST, MOST] = [0.004, 0.15];
const [STAY, STAYS] = [12, 0.5];
const AROUND = 25;
const ENOUGH = 4;
const SHARE = 0.35;
const REACH = 25;
const HANG = 10;
const GAP = 15;
const CONTEXT = 100; // frames beyond those that are judged on which the answer can depend
const AT_ONCE = 1000; // frames that are judged at once, so that memory does not grow with the length

const hanning = Float32Array.from({ length: SIZE }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / (SIZE - 1)));

/** Of each 20 ms of samples at 16 kHz whether somebody speaks. */
export function speech(samples) {
  const count = Math.max(1, Math.ceil(samples.length / FRAME));
  const found = [];
  for (let start = 0; start < count; start += AT_ONCE) {
    const [from, to] = [Math.max(0, start - CONTEXT), Math.min(count, start + AT_ONCE + CONTEXT)];
    const judged = flagged(samples.subarray(from * FRAME, to * FRAME), to - from);
    found.push(...judged.slice(start - from, Math.min(count, start + AT_ONCE) - from));
  }
  return found;
}

function flagged(samples, count) {
  const { periodic, gliding } = pitch(samples, count);
  const enough = counted(gliding);
  const share = counted(periodic);
  const voice = periodic.map((one, at) => one && enough[at] >= ENOUGH && enough[at] >= SHARE * share[at]);
  const near = widened(voice, REACH);
  return closed(widened(periodic.map((one, at) => one && near[at]), HANG));
}

/** Of each 20 ms whether it is periodic as a voice is, and whether its pitch glides. */
function pitch(samples, count) {
  const bands = new Float32Array(count * WIDE);
  const facts = Array.from({ length: count }, (_, frame) => measured(samples, frame, bands.subarray(frame * WIDE, (frame + 1) * WIDE)));
  const gliding = facts.map(({ periodic, height, lag, total, most }, frame) => {
    const moved = Math.abs(lag - facts[Math.max(0, frame - GLIDE)].lag);
    if (!periodic || height >= PURE || moved <= LEAST || moved >= MOST || most >= SINE * total) return false;
    return stays(bands, frame, count) < STAYS * total;
  });
  return { periodic: facts.map((one) => one.periodic), gliding };
}

const [real, imaginary] = [new Float64Array(POINTS), new Float64Array(POINTS)];

/** Measure one frame; its band goes into `band`. */
function measured(samples, frame, band) {
  real.fill(0);
  imaginary.fill(0);
  const first = frame * FRAME - (SIZE - FRAME) / 2; // the middle of the spectrum is that of the 20 ms
  for (let at = Math.max(0, -first); at < SIZE && first + at < samples.length; at++) real[at] = samples[first + at] * hanning[at];
  transform(real, imaginary);
  let [all, rumble, calm, total, most] = [0, 0, 0, 1e-10, 0];
  for (let bin = 1; bin <= POINTS / 2; bin++) {
    const power = real[bin] ** 2 + imaginary[bin] ** 2;
    all += power;
    if (bin < 13) rumble += power;
    if (bin < LOW || bin >= HIGH) continue;
    band[bin - LOW] = power;
    total += power;
    if (bin < LOW + 58) calm += power;
    most = Math.max(most, power);
  }
  const { height, lag } = period(band);
  const loud = 10 * Math.log10(total) > QUIETEST;
  return { height, lag, total, most, periodic: height > PERIODIC && loud && rumble < RUMBLE * all && calm > CALM * total };
}

/** The highest peak of the autocorrelation of the compressed spectrum, 0..1, and the logarithm of its lag. */
function period(band) {
  real.fill(0);
  imaginary.fill(0);
  band.forEach((power, at) => {
    const root = Math.cbrt(power);
    real[LOW + at] = root;
    real[POINTS - LOW - at] = root;
  });
  transform(real, imaginary);
  let place = SHORTEST;
  for (let lag = SHORTEST + 1; lag < LONGEST; lag++) if (real[lag] > real[place]) place = lag;
  const [left, peak, right] = [real[place - 1], real[place], real[place + 1]];
  const bend = left - 2 * peak + right;
  const between = bend < 0 ? (0.5 * (left - right)) / bend : 0; // the parabola's top
  return { height: peak / (real[0] + 1e-9 * POINTS), lag: Math.log(place + Math.min(Math.max(between, -1), 1)) };
}

/** How much of the power is in its place a quarter of a second before and after as well. */
function stays(bands, frame, count) {
  const [now, before, after] = [frame, Math.max(0, frame - STAY), Math.min(count - 1, frame + STAY)].map((at) => at * WIDE);
  let sum = 0;
  for (let bin = 0; bin < WIDE; bin++) sum += Math.min(bands[now + bin], bands[before + bin], bands[after + bin]);
  return sum;
}

/** How many are set within `by` to each side. */
function counted(flags, by = AROUND) {
  const total = new Float64Array(flags.length + 1);
  flags.forEach((flag, at) => (total[at + 1] = total[at] + flag));
  return Array.from(flags, (_, at) => total[Math.min(flags.length, at + by + 1)] - total[Math.max(0, at - by)]);
}

const widened = (flags, by) => counted(flags, by).map((count) => count > 0);

/** Fill short gaps between what is set. */
function closed(flags) {
  const filled = [...flags];
  let last = -1;
  flags.forEach((flag, at) => {
    if (!flag) return;
    if (last >= 0 && at - last <= GAP + 1) filled.fill(true, last, at);
    last = at;
  });
  return filled;
}
