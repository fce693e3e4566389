// Who answers: this device or the server. Starts with the device and turns to the server where the device cannot.
import { modelOf, onDevice } from "./config.js";
import { Device } from "./device.js";
import * as server from "./server.js";
import { say } from "./strings.js";

export class Judge extends EventTarget {
  state = "loading"; // of the device: loading, ready, failed, or locked: the server wants a key for its model
  where = "device";
  why = "";
  #device = null;
  #loading = null;

  constructor(config, askKey) {
    super();
    this.config = config;
    this.chosen = config.default ?? config.models[0].name;
    this.askKey = config.server ? askKey : null;
  }

  /** The model that answers now. */
  get model() {
    return this.where === "device" ? onDevice(this.config, this.chosen) : modelOf(this.config, this.chosen);
  }

  /** Does the visitor have to put a frame around the face? */
  get framing() {
    return this.where === "device" && !this.config.finder && this.model.inputs !== "whole";
  }

  /** What finds faces on the device, and what says whether they are any. */
  get #looking() {
    return { finder: this.config.finder, check: this.config.check };
  }

  /** Make the device ready, after `waiting`. Where it cannot be, the server takes over. */
  load(waiting = null) {
    this.#loading = this.#load(waiting);
    return this.#loading;
  }

  async #load(waiting) {
    this.#become("loading");
    try {
      await waiting;
      this.#device ??= new Device();
      const files = { model: onDevice(this.config, this.chosen), ...this.#looking };
      await this.#device.ask("load", { ...files, key: server.heldKey() });
      this.#become("ready");
    } catch (error) {
      if (error.message.startsWith("locked")) return this.#become("locked");
      this.why = reason(error);
      if (this.config.server) this.where = "server";
      this.#become("failed");
    }
  }

  #become(state) {
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }

  choose({ where = this.where, model = this.chosen }) {
    const other = model !== this.chosen;
    [this.where, this.chosen] = [where, model];
    this.#become(this.state);
    if (other && where === "device") this.load();
  }

  /** An answer about a sample; a Blob will do, or on the device a frame. */
  async ask(sample, options = {}) {
    if (this.where === "device") await this.#loading;
    while (this.where === "device" && this.state === "locked") {
      await server.demandKey(this.askKey);
      await this.load();
    }
    const { where, model } = this; // the wait may have changed them
    if (where === "server") return { ...(await server.predict(sample.blob ?? sample, model.name, options, this.askKey)), where };
    const given = { sample: sample.onDevice ?? sample.blob ?? sample, model, options: { ...options, ...this.#looking } };
    return { ...(await this.#device.ask("predict", given)), model: model.name, where };
  }

  explain(sample, options) {
    if (this.where === "server") return server.explain(sample, this.model.name, options, this.askKey);
    const { index = 0, label, ...rest } = options;
    const given = { sample, model: this.model, index, label, options: { ...rest, ...this.#looking } };
    return this.#device.ask("explain", given);
  }

  give(sample, label, said) {
    return server.give(sample, this.chosen, label, said, this.askKey);
  }
}

function reason({ message }) {
  if (message.startsWith("other-file")) return say.otherFile;
  return message.startsWith("missing: models") ? say.noModel : say.noRuntime;
}
