// The microphone: asks first, hands on what it hears, stops when hidden, when told to, or at a limit.
import { ask, make } from "../../dom.js";
import { say } from "../../strings.js";

// As it is: what browsers do for calls evens out the loud and the soft, and takes breath for noise.
const AS_IT_IS = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: { ideal: 1 } };

/** Say what it is, then ask for the microphone; null where the visitor said no, or an Error with a sentence. */
export async function openMicrophone(where, limit) {
  const notes = [...say.micNote, where === "device" ? say.micDevice : say.micServer, say.micLimit(limit)];
  const body = notes.map((textContent) => make("p", { textContent }));
  if (!(await ask(say.micTitle, body, { yes: say.micYes, no: say.micNo }))) return null;
  if (!navigator.mediaDevices || !globalThis.AudioWorkletNode) throw new Error(say.micInsecure);
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: AS_IT_IS, video: false });
  } catch (error) {
    throw new Error(error.name === "NotFoundError" ? say.micMissing : say.micDenied);
  }
}

export class Microphone {
  #context = new AudioContext();
  #stream;
  #pieces = [];
  #running = true;
  #hidden = () => document.hidden && this.stop(say.micHidden);

  /** `heard` gets each piece; `ended` hears why it stopped, and whether what was recorded is of use. `limit`: seconds. */
  constructor(stream, { limit, heard, ended }) {
    this.#stream = stream;
    Object.assign(this, { limit, heard, ended, count: 0 });
  }

  get rate() {
    return this.#context.sampleRate;
  }

  get seconds() {
    return this.count / this.rate;
  }

  /** Begin to hear; whether it still runs when that is done: it may be stopped meanwhile. */
  async start() {
    document.addEventListener("visibilitychange", this.#hidden);
    this.#stream.getAudioTracks()[0].addEventListener("ended", () => this.finish());
    try {
      await this.#context.audioWorklet.addModule(new URL("tap.js", import.meta.url));
      await this.#context.resume();
    } catch (error) {
      if (this.#running) this.stop(say.failed(error.message));
    }
    if (!this.#running) return false;
    const tap = new AudioWorkletNode(this.#context, "tap", { channelCount: 1, channelCountMode: "explicit" });
    tap.port.addEventListener("message", ({ data }) => this.#take(data));
    tap.port.start();
    this.#context.createMediaStreamSource(this.#stream).connect(tap).connect(this.#context.destination); // as silence
    return true;
  }

  #take(piece) {
    if (!this.#running) return;
    this.#pieces.push(piece);
    this.count += piece.length;
    this.heard(piece);
    if (this.seconds >= this.limit) this.finish(say.micFull(this.limit));
  }

  /** The last seconds of it, or all, as one Float32Array. */
  last(seconds = Infinity) {
    const wanted = Math.min(this.count, Math.ceil(seconds * this.rate));
    const made = new Float32Array(wanted);
    let at = wanted;
    for (let index = this.#pieces.length - 1; at > 0; index--) {
      const piece = this.#pieces[index].subarray(Math.max(0, this.#pieces[index].length - at));
      at -= piece.length;
      made.set(piece, at);
    }
    return made;
  }

  /** Stop, and judge what was recorded. */
  finish(why = "") {
    this.#end(why, true);
  }

  /** Stop, and throw it away. */
  stop(why = "") {
    this.#end(why, false);
  }

  #end(why, kept) {
    if (!this.#running) return;
    this.#running = false;
    document.removeEventListener("visibilitychange", this.#hidden);
    for (const track of this.#stream.getTracks()) track.stop();
    this.#context.close();
    this.ended(why, kept);
  }
}
