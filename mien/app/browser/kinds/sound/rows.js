// The device's half of the kind "sound": from samples to the rows that a model eats, and from its answers to one.
import { said } from "../../engine/answer.js";
import { row } from "./activity.js";
import { RATE } from "./rate.js";
import { resample } from "./resample.js";
import { mean, windowsOf } from "./windows.js";

/**
 * The rows of a recording, {samples: Float32Array, rate}: one for each of its windows in which somebody speaks; with
 * `inputs` "whole" one, whatever is heard.
 */
export async function prepare({ samples, rate = RATE }, model, { inputs = "auto" } = {}) {
  const [length] = model.contract.shape;
  const heard = await resample(samples, rate, RATE);
  const end = heard.length / RATE;
  const whole = () => [{ start: 0, end, row: row(heard, length), weight: end, spans: [[0, end]] }];
  const windows = inputs === "whole" ? whole() : windowsOf(heard, length);
  const cut = windows.map(({ row }) => row).filter(Boolean);
  const rows = new Float32Array(cut.length * length);
  cut.forEach((one, index) => rows.set(one, index * length));
  return { rows, count: cut.length, windows };
}

/** One answer for all of it, with its windows; what `found` holds are the probabilities of the rows. */
export function answered(found, { windows }, { labels, sets }) {
  const rest = [...found];
  const heard = windows.map(({ row, ...window }) => ({ ...window, probabilities: row ? rest.shift() : null }));
  const whole = mean(heard);
  const nothing = { label: null, probabilities: null, prediction_set: [], sure: false };
  return { ...(whole ? said(labels, whole, sets) : nothing), faces: [], windows: heard };
}
