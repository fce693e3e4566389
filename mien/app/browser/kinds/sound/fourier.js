// The discrete Fourier transform of 1,024 points, in place: radix 2 (Cooley and Tukey 1965).
export const POINTS = 1024;
const BITS = Math.log2(POINTS);

const cosine = Float64Array.from({ length: POINTS / 2 }, (_, at) => Math.cos((2 * Math.PI * at) / POINTS));
const sine = Float64Array.from({ length: POINTS / 2 }, (_, at) => -Math.sin((2 * Math.PI * at) / POINTS));
const reversed = Uint16Array.from({ length: POINTS }, (_, at) => {
  let found = 0;
  for (let bit = 0; bit < BITS; bit++) found |= ((at >> bit) & 1) << (BITS - 1 - bit);
  return found;
});

/** Transform real and imaginary parts, two Float64Arrays of `POINTS`. */
export function transform(real, imaginary) {
  for (let at = 0; at < POINTS; at++) {
    const other = reversed[at];
    if (other <= at) continue;
    [real[at], real[other]] = [real[other], real[at]];
    [imaginary[at], imaginary[other]] = [imaginary[other], imaginary[at]];
  }
  for (let half = 1; half < POINTS; half *= 2) {
    const step = POINTS / 2 / half;
    for (let start = 0; start < POINTS; start += 2 * half) {
      for (let at = 0; at < half; at++) {
        const [low, high] = [start + at, start + at + half];
        const [turn, tilt] = [cosine[at * step], sine[at * step]];
        const re = real[high] * turn - imaginary[high] * tilt;
        const im = real[high] * tilt + imaginary[high] * turn;
        real[high] = real[low] - re;
        imaginary[high] = imaginary[low] - im;
        real[low] += re;
        imaginary[low] += im;
      }
    }
  }
}
