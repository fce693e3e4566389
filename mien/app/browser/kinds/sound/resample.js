// Another rate, by one filter for every browser: a windowed sinc that passes what soxr's "HQ" on the server passes.
const PASSED = 0.913; // of the lower rate's half: up to here nothing is lost
const STOPPED = 100; // decibels, from that half on
const BETA = 0.1102 * (STOPPED - 8.7); // of the Kaiser window (Kaiser 1974)
const SLICE = 1 << 15; // samples computed before the page may draw again

/** Resample mono sound, Float32Array, from one rate to another; what overshoots -1..1 is clipped, as on the server. */
export async function resample(samples, from, to) {
  if (from === to) return samples.map(clipped);
  const made = new Float32Array(Math.round((samples.length * to) / from));
  const filter = filterOf(from, to);
  for (let start = 0; start < made.length; start += SLICE) {
    fill(made, start, Math.min(start + SLICE, made.length), samples, filter);
    if (start + SLICE < made.length) await new Promise((done) => setTimeout(done));
  }
  return made;
}

const clipped = (value) => Math.min(Math.max(value, -1), 1);

function fill(made, start, end, samples, { up, down, half, taps, phases }) {
  for (let at = start; at < end; at++) {
    const place = at * down;
    const phase = place % up;
    const first = (place - phase) / up - half + 1;
    const low = Math.max(0, -first);
    const high = Math.min(taps, samples.length - first);
    const base = phase * taps;
    let sum = 0;
    for (let tap = low; tap < high; tap++) sum += phases[base + tap] * samples[first + tap];
    made[at] = clipped(sum);
  }
}

const kept = new Map();

/** A filter for each of the places between two samples that come up. */
function filterOf(from, to) {
  const key = `${from}:${to}`;
  if (!kept.has(key)) kept.set(key, designed(from, to));
  return kept.get(key);
}

function designed(from, to) {
  const shared = divisor(from, to);
  const [up, down] = [to / shared, from / shared];
  const half = Math.min(from, to) / 2 / from; // the lower half rate, in cycles a sample
  const cut = (half * (1 + PASSED)) / 2;
  const wide = half * (1 - PASSED);
  const reach = Math.ceil((STOPPED - 7.95) / (14.36 * wide) / 2);
  const taps = 2 * reach;
  const phases = new Float32Array(up * taps);
  for (let phase = 0; phase < up; phase++) {
    let total = 0;
    for (let tap = 0; tap < taps; tap++) {
      const away = tap - reach + 1 - phase / up;
      const weight = sinc(2 * cut * away) * bessel(BETA * Math.sqrt(Math.max(0, 1 - (away / reach) ** 2)));
      phases[phase * taps + tap] = weight;
      total += weight;
    }
    for (let tap = 0; tap < taps; tap++) phases[phase * taps + tap] /= total;
  }
  return { up, down, half: reach, taps, phases };
}

const divisor = (one, other) => (other ? divisor(other, one % other) : one);
const sinc = (value) => (value === 0 ? 1 : Math.sin(Math.PI * value) / (Math.PI * value));

/** The modified Bessel function of order 0, by its series. */
function bessel(value) {
  let [sum, term] = [1, 1];
  for (let step = 1; term > sum * 1e-12; step++) {
    term *= (value / 2 / step) ** 2;
    sum += term;
  }
  return sum;
}
