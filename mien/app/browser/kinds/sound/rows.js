// The device's half of the kind "sound": from samples to the rows that a model eats (mien.kinds.sound).
import { row } from "./activity.js";
import { partsOf } from "./parts.js";
import { RATE } from "./rate.js";
import { resample } from "./resample.js";

/**
 * The rows of a recording, {samples: Float32Array, rate}: one for the whole, or with `over` one for each part of it in
 * which something sounds. `parts` says which row answers for which part, -1 where none does.
 */
export async function prepare({ samples, rate = RATE }, model, { over = false }) {
  const [length] = model.contract.shape;
  const heard = await resample(samples, rate, RATE);
  const found = (over ? partsOf(heard, length) : [heard]).map((piece) => piece && row(piece, length));
  const sounding = found.filter(Boolean);
  const rows = new Float32Array(sounding.length * length);
  sounding.forEach((one, index) => rows.set(one, index * length));
  return { rows, count: sounding.length, faces: null, parts: found.map((one) => sounding.indexOf(one)), times: {} };
}
