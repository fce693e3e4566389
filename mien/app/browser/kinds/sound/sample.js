// The page's half of the kind "sound": what is taken, how it is checked and decoded.
import { make } from "../../dom.js";
import { say } from "../../strings.js";
import { mono } from "./mono.js";
import { RATE, rateOf } from "./rate.js";
import { resample } from "./resample.js";
import { wavOf } from "./wav.js";
import { thumbnail } from "./wave.js";

const SHORTEST = 0.1; // seconds
const LATE = 5000; // milliseconds for a length that no file should need

/** Is there a sample in what was pasted or dropped? */
export function within(transfer) {
  const files = [...(transfer?.files ?? [])];
  return files.find((file) => /^(audio|video)\//.test(file.type)) ?? files[0] ?? null;
}

/**
 * Make a sample of a file: {kind, blob, name, url, seconds, opens, samples, rate}, samples at 16 kHz. `opens` is false
 * where only the server can read it. Throws an Error whose message is a sentence.
 */
export async function sampleOf(blob, limits, name = blob.name ?? say.pasted) {
  if (!blob.size) throw new Error(say.emptyFile);
  if (blob.size > limits.bytes) throw new Error(say.tooLarge(blob.size, limits.bytes));
  await refusePictures(blob);
  const url = URL.createObjectURL(blob);
  try {
    const long = await lengthOf(url); // known before anything is decoded: an hour of speech fits into few bytes
    if (long > limits.seconds) throw new Error(say.tooLong(long, limits.seconds));
    const samples = await decoded(blob);
    if (!samples) return { kind: "sound", blob, name, url, opens: false, seconds: long || 1, thumb: () => thumbnail(null) };
    return finished({ blob, name, url, samples }, limits);
  } catch (error) {
    URL.revokeObjectURL(url);
    throw error;
  }
}

/** The same of what the microphone gave. */
export async function sampleOfRecording(recorded, rate, limits, name) {
  const samples = await resample(recorded, rate, RATE);
  const blob = wavOf(samples, RATE);
  return finished({ blob, name, url: URL.createObjectURL(blob), samples }, limits);
}

function finished({ samples, ...rest }, limits) {
  const seconds = samples.length / RATE;
  if (seconds > limits.seconds + 1) throw new Error(say.tooLong(seconds, limits.seconds));
  if (seconds < SHORTEST) throw new Error(say.tooShort);
  const onDevice = { samples, rate: RATE };
  return { kind: "sound", ...rest, samples, seconds, onDevice, opens: true, thumb: () => thumbnail(samples) };
}

/** Samples at 16 kHz; null where this browser cannot read the file. */
async function decoded(blob) {
  const bytes = await blob.arrayBuffer();
  const rate = rateOf(new Uint8Array(bytes.slice(0, 1 << 16)));
  const found = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes).catch(() => null);
  if (!found) return null;
  const samples = mono(Array.from({ length: found.numberOfChannels }, (_, channel) => found.getChannelData(channel)));
  if (samples.some(Number.isNaN)) throw new Error(say.notSound);
  return resample(samples, found.sampleRate, RATE);
}

/** Seconds, as the browser's player says; NaN where it cannot tell. */
function lengthOf(url) {
  const player = make("audio", { preload: "metadata", src: url });
  const told = new Promise((resolve) => {
    player.addEventListener("error", () => resolve(NaN), { once: true });
    player.addEventListener("durationchange", () => {
      if (player.duration !== Infinity) return resolve(player.duration);
      player.currentTime = 1e9; // a stream without a length: the player finds its end
      return undefined;
    });
    setTimeout(() => resolve(NaN), LATE);
  });
  return told.finally(() => player.removeAttribute("src"));
}

/** A picture gets a sentence of its own. */
async function refusePictures(blob) {
  if (blob.type.startsWith("image/")) throw new Error(say.aPicture);
}
