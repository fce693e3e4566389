// Several channels become one, as mien/kinds/sound/_mono.py has it: the mean of those that hold something.
const DEAD = 1e-4; // of the loudest channel's power: a microphone that was not plugged in
const OPPOSED = 0.05; // of the mean power: the channels erase each other, as one is wired the wrong way round
const LOUDEST = 2; // floats above it are on another scale, such as that of 16 bits

/** Float32Arrays of equal length, at least one, as one. */
export function mono(channels) {
  const weights = weightsOf(channels);
  const peak = channels.reduce((most, channel) => channel.reduce((one, value) => Math.max(one, Math.abs(value)), most), 0);
  const scale = peak > LOUDEST && Number.isFinite(peak) ? 1 / peak : 1;
  if (channels.length === 1 && scale === 1) return channels[0];
  const made = new Float32Array(channels[0].length);
  channels.forEach((channel, which) => {
    const weight = Math.fround(weights[which] * scale);
    if (weight) for (let at = 0; at < made.length; at++) made[at] += weight * channel[at];
  });
  return made;
}

function weightsOf(channels) {
  const common = (one, other) => one.reduce((sum, value, at) => sum + value * other[at], 0);
  const products = channels.map((one) => channels.map((other) => common(one, other)));
  const power = products.map((row, at) => row[at]);
  const loudest = Math.max(...power);
  if (!Number.isFinite(loudest) || loudest === 0) return power.map(() => 1 / power.length);
  const alive = power.map((value) => value > DEAD * loudest);
  const count = alive.filter(Boolean).length;
  const weights = alive.map((one) => (one ? 1 / count : 0));
  const mixed = products.reduce((sum, row, one) => row.reduce((part, value, other) => part + value * weights[one] * weights[other], sum), 0);
  const mean = power.reduce((sum, value, at) => sum + (alive[at] ? value : 0), 0) / count;
  if (mixed >= OPPOSED * mean) return weights;
  const first = power.indexOf(loudest);
  return power.map((_, at) => (at === first ? 1 : 0));
}
