// A recording's time line: stretches of speech that sound alike, and what lies between them; mien/predict/_recording.py.
const PAUSE = 1.5; // seconds without speech that end a stretch
const LONG = 4; // windows from which a recording is long
const LEAD = 0.1; // by how much another class has to be ahead before a stretch ends: less is a flicker
const NEIGHBOUR = 1 / 3; // what the windows next to those that hear a moment count

/** Whether it is longer than two rows of a model: then one answer for all of it says little. */
export const isLong = (windows) => windows.length > 0 && windows.at(-1).end > LONG * windows[0].end;

const average = (pairs) => {
  const weight = pairs.reduce((sum, [share]) => sum + share, 0);
  return pairs[0][1].map((_, at) => pairs.reduce((sum, [share, row]) => sum + (share * row[at]) / weight, 0));
};
const first = (row) => row.indexOf(Math.max(...row));

/** What the windows say of one window's own seconds, neighbours included; null where nobody speaks. */
export function smoothed(windows, place) {
  if (!windows[place].spans.length) return null;
  const shares = [[1, place], [1, place - 1]];
  if (windows[place - 1]?.spans.length) shares.push([NEIGHBOUR, place - 2]);
  if (windows[place + 1]?.spans.length) shares.push([NEIGHBOUR, place + 1]);
  const known = shares.filter(([, at]) => windows[at]?.probabilities);
  return known.length ? average(known.map(([share, at]) => [share * windows[at].weight, windows[at].probabilities])) : null;
}

/** Parts in which a voice sounds alike, or nobody speaks: [{start, end, probabilities: numbers or null}]. */
export function stretchesOf(windows) {
  const found = [];
  let [open, silent] = [null, 0];
  const ended = () => {
    if (open) found.push({ start: open.start, end: open.end, probabilities: average(open.rows) });
    open = null;
  };
  windows.forEach((window, place) => {
    const row = smoothed(windows, place);
    if (!row) return;
    let label = first(row);
    if (open && row[label] - row[open.label] < LEAD) label = open.label;
    for (const [start, end] of window.spans) {
      const pause = start - silent > PAUSE;
      if (open && (pause || open.label !== label)) ended();
      if (!open && pause) found.push({ start: silent, end: start, probabilities: null });
      open ??= { label, start, rows: [] };
      open.rows.push([end - start, row]);
      open.end = silent = end;
    }
  });
  ended();
  const total = windows.at(-1)?.end ?? 0;
  if (total - silent > (silent ? PAUSE : 0)) found.push({ start: silent, end: total, probabilities: null });
  return found;
}
