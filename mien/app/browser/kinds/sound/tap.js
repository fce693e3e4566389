// On the sound's own thread: hands on what the microphone gives, a piece at a time.
const PIECE = 2048; // samples, 43 ms at 48 kHz

registerProcessor("tap", class extends AudioWorkletProcessor {
  #held = new Float32Array(PIECE);
  #count = 0;

  process([[channel]]) {
    if (!channel) return true;
    for (const value of channel) {
      this.#held[this.#count++] = value;
      if (this.#count < PIECE) continue;
      this.port.postMessage(this.#held, [this.#held.buffer]);
      [this.#held, this.#count] = [new Float32Array(PIECE), 0];
    }
    return true;
  }
});
