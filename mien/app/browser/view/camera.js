// The live camera: asks first, shows what it sees, judges one frame after the other, stops when hidden or told to.
import { ask, make } from "../dom.js";
import { frameOf } from "../kinds/picture.js";
import { say } from "../strings.js";

const SENT = 640; // longest side of a frame that goes over the wire, pixels
const PAUSE = 300; // milliseconds between frames that go over the wire: the server has other visitors

/** Say what it is, then ask for the camera; the stream, null where the visitor said no, or an Error with a sentence. */
export async function openCamera(where) {
  const notes = [...say.cameraNote, where === "device" ? say.cameraDevice : say.cameraServer];
  const body = notes.map((textContent) => make("p", { textContent }));
  if (!(await ask(say.cameraTitle, body, { yes: say.cameraYes, no: say.cameraNo }))) return null;
  if (!navigator.mediaDevices) throw new Error(say.cameraInsecure);
  try {
    const video = { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 720 } };
    return await navigator.mediaDevices.getUserMedia({ video, audio: false });
  } catch (error) {
    throw new Error(error.name === "NotFoundError" ? say.cameraMissing : say.cameraDenied);
  }
}

export class Camera {
  #stream;
  #running = true;
  #hidden = () => document.hidden && this.stop(say.cameraHidden);

  /** `judge` answers a frame, `show` shows an answer, `ended` hears why it stopped. */
  constructor(stream, { judge, show, ended }) {
    this.#stream = stream;
    Object.assign(this, { judge, show, ended });
    this.video = make("video", { muted: true, playsInline: true, autoplay: true, srcObject: stream, aria: { label: say.cameraAlt } });
    document.addEventListener("visibilitychange", this.#hidden);
    stream.getVideoTracks()[0].addEventListener("ended", () => this.stop(say.cameraOff));
  }

  /** Judge frames until it is stopped. */
  async run() {
    await this.video.play();
    while (this.#running) {
      try {
        const answer = await this.judge(this.video);
        if (this.#running) this.show(answer);
      } catch (error) {
        this.stop(error.message);
      }
      await new Promise((done) => (this.pause ? setTimeout(done, this.pause) : requestAnimationFrame(done)));
    }
  }

  stop(why = say.cameraOff) {
    if (!this.#running) return;
    this.#running = false;
    document.removeEventListener("visibilitychange", this.#hidden);
    for (const track of this.#stream.getTracks()) track.stop();
    this.ended(why);
  }
}

/** A frame as the one who answers wants it. */
export const frameFor = (where, video) => frameOf(video, where === "server" ? SENT : 0);
export const pauseFor = (where) => (where === "server" ? PAUSE : 0);
