// Files that compute: fetched once, held to their hash, opened in ONNX Runtime's WebAssembly.
import { hasCard, quicker } from "./card.js";
import { sha256 } from "./numbers.js";

let runtime;
let carded = false; // whether the runtime knows the graphics card
let key = null;
let turn = Promise.resolve();
const opened = new Map();

/** One after another: the runtime that knows the graphics card takes no two calls at a time. */
function inTurn(work) {
  const done = turn.then(work);
  turn = done.catch(() => {});
  return done;
}

/** Files of a server that asks for a key are fetched with it. */
export function holdKey(given) {
  key = given;
}

async function start() {
  const better = (await hasCard()) ? await import("../vendor/ort-card.mjs").catch(() => null) : null;
  carded = Boolean(better);
  const ort = better ?? (await import("../vendor/ort.mjs"));
  ort.env.wasm.wasmPaths = new URL("../vendor/", import.meta.url).href;
  // Nets this small gain nothing from a third thread; without COOP and COEP headers there is but one.
  ort.env.wasm.numThreads = globalThis.crossOriginIsolated ? Math.min(2, navigator.hardwareConcurrency || 1) : 1;
  ort.env.logLevel = "error";
  return ort;
}

/** ONNX Runtime, loaded on first use. */
export function ort() {
  runtime ??= start();
  runtime.catch(() => (runtime = undefined)); // so that another try is another try
  return runtime;
}

const same = (bytes) => bytes;

/** What computes a file of `mien.json`: {file, sha256}. `change` may edit the bytes that were checked. */
export function session(file, change = same) {
  const name = file.file + file.sha256;
  if (!opened.has(name)) {
    const opening = open(file, change);
    opening.catch(() => opened.delete(name));
    opened.set(name, opening);
  }
  return opened.get(name);
}

async function open({ file, sha256: wanted }, change) {
  const [{ InferenceSession }, bytes] = await Promise.all([ort(), load(file, wanted)]);
  const found = await sha256(bytes);
  if (found && wanted && found !== wanted) throw new Error(`other-file: ${file}`);
  const options = { executionProviders: ["wasm"], graphOptimizationLevel: "all", logSeverityLevel: 3 };
  const net = change(new Uint8Array(bytes));
  const session = await inTurn(() => InferenceSession.create(net, options));
  // What was changed takes inputs of any size, and the card prepares itself anew for each: not worth a try.
  return { session, untried: carded && change === same ? net : null };
}

async function load(file, wanted) {
  const address = new URL(`../${file}?v=${(wanted ?? "").slice(0, 16)}`, import.meta.url);
  const answer = await fetch(address, key ? { headers: { "X-API-Key": key } } : {});
  if (answer.status === 401) throw new Error(`locked: ${file}`);
  if (!answer.ok) throw new Error(`missing: ${file}`);
  return answer.arrayBuffer();
}

/** Run what `session` gave over one input; answers with the plain arrays by name. */
export async function run(active, name, data, dims) {
  const { Tensor } = await ort();
  const kind = data instanceof Float32Array ? "float32" : "uint8";
  const feeds = { [name]: new Tensor(kind, data, dims) };
  const answers = await inTurn(() => active.session.run(feeds));
  if (active.untried) tryCard(active, { [name]: new Tensor(kind, data.slice(), dims) });
  return Object.fromEntries(Object.entries(answers).map(([key, { data: values }]) => [key, values]));
}

/** Once, and after the first answer: is the card quicker at this? */
async function tryCard(active, feeds) {
  const bytes = active.untried;
  active.untried = null;
  const before = active.session;
  active.session = await quicker(await ort(), before, bytes, feeds, inTurn);
  if (active.session !== before) await inTurn(() => before.release());
}
