// The graphics card (WebGPU): tried where there is one, kept where it is the quicker one and says the same.
const ROUNDS = 5;
const CLEARLY = 0.8; // of the processor's time: for less nobody changes
const NEAR = 1e-2; // largest difference of a probability: drivers err
const PATIENCE = 10_000; // milliseconds for one step on the card: a driver that hangs must not hold up the page

/** Whether there is a card that pages may use, and a browser whose WebAssembly can wait for it (JSPI). */
export async function hasCard(gpu = globalThis.navigator?.gpu) {
  if (!gpu || !("Suspending" in WebAssembly)) return false;
  const adapter = await gpu.requestAdapter().catch(() => null);
  return Boolean(adapter) && !adapter.info?.isFallbackAdapter; // a fallback is the processor again, by a detour
}

/**
 * The session that answers sooner: `active`, on the processor, or a new one of the same file on the card. `inTurn` runs
 * one thing after another, so that whoever asks meanwhile is answered in between.
 */
export async function quicker(ort, active, bytes, feeds, inTurn, patience = PATIENCE) {
  let other;
  try {
    const options = { executionProviders: ["webgpu"], logSeverityLevel: 3 };
    other = await inTurn(() => within(patience, ort.InferenceSession.create(bytes, options)));
    const ours = await paced(active, feeds, inTurn, patience);
    const theirs = await paced(other, feeds, inTurn, patience);
    if (theirs.time < CLEARLY * ours.time && alike(ours.answers, theirs.answers)) return other;
  } catch {
    // A card that cannot do it is no card.
  }
  if (other) within(patience, other.release()).catch(() => {}); // a card that hangs is not waited for
  return active;
}

/** What a promise comes to, or an error once it takes too long. */
function within(milliseconds, promise) {
  let timer;
  const late = new Promise((_, refuse) => {
    timer = setTimeout(() => refuse(new Error(`no answer in ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The best of a few rounds, milliseconds; the first, which prepares the card, does not count. */
async function paced(session, feeds, inTurn, patience) {
  let answers;
  let time = Infinity;
  for (let round = 0; round <= ROUNDS; round++) {
    const took = await inTurn(async () => {
      const began = performance.now();
      answers = await within(patience, session.run(feeds));
      return performance.now() - began;
    });
    if (round) time = Math.min(time, took);
  }
  return { time, answers };
}

function alike(first, second) {
  return Object.keys(first).every((name) => first[name].data.every((value, at) => Math.abs(value - second[name].data[at]) < NEAR));
}
