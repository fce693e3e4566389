// A recording as the eye sees it: SVG, in the colours of the page.
const SPACE = "http://www.w3.org/2000/svg";
const HIGH = 64; // of the drawing's own units

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** How loud each of so many parts is, 0..1: its peak, on a scale that the loudest fills. */
export function peaks(samples, columns) {
  const found = Array.from({ length: columns }, (_, column) => {
    const [from, to] = [column, column + 1].map((edge) => Math.floor((edge * samples.length) / columns));
    let most = 0;
    for (let at = from; at < to; at++) most = Math.max(most, Math.abs(samples[at]));
    return most;
  });
  const loudest = Math.max(...found, 0.02); // silence stays a line
  return found.map((one) => one / loudest);
}

/** A drawing of it, `columns` lines; it fills whatever it is put into. */
export function wave(samples, columns, className = "wave") {
  const lines = peaks(samples, columns).map((share, column) => {
    const reach = Math.max(1, (share * HIGH) / 2);
    return `M${column + 0.5} ${(HIGH / 2 - reach).toFixed(1)}V${(HIGH / 2 + reach).toFixed(1)}`;
  });
  const shape = svg("path", { d: lines.join("") });
  const box = { viewBox: `0 0 ${columns} ${HIGH}`, preserveAspectRatio: "none", class: className, "aria-hidden": "true", focusable: "false" };
  return svg("svg", box, shape);
}

/** Something small for the strip of what was given. */
export const thumbnail = (samples) => wave(samples ?? new Float32Array(1), 24, "thumb wave");
