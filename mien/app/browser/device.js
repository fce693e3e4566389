// The worker that answers on this device, as if it were a server.
export class Device {
  #worker;
  #waiting = new Map();
  #next = 0;

  constructor() {
    this.#worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    this.#worker.addEventListener("message", ({ data: { id, result, error } }) => {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) reject(new Error(error));
      else resolve(result);
    });
    this.#worker.addEventListener("error", (event) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(event.message || "missing: worker"));
      this.#waiting.clear();
    });
  }

  /** Ask the worker. An ImageBitmap is handed over, not copied. */
  ask(verb, rest) {
    const id = this.#next++;
    const given = rest.sample instanceof ImageBitmap ? [rest.sample] : [];
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, verb, ...rest }, given);
    });
  }
}
