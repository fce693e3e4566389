// A square to put the face in, where nobody looks for faces: moved with pointer and arrow keys, sized with plus and minus.
import { make, paint } from "../dom.js";
import { say } from "../strings.js";

const STEP = 0.03; // of the shorter side, a key press
const PATIENCE = 250; // milliseconds without a move, then it is judged

/** Lay a frame over a picture; `judge` is called with [left, top, side] in pixels. Returns what to put under the picture. */
export function frameOver(layer, { width, height }, judge) {
  const short = Math.min(width, height);
  const square = { side: 0.7 * short, x: width / 2, y: height * 0.46 };
  let timer = 0;
  const frame = make("button", { type: "button", className: "frame", aria: { label: say.frame, describedby: "frame-says" } });
  const size = make("input", { type: "range", min: 15, max: 100, value: 70, aria: { label: say.frameSize } });

  const settle = () => {
    square.side = Math.min(Math.max(square.side, 0.15 * short), short);
    square.x = Math.min(Math.max(square.x, square.side / 2), width - square.side / 2);
    square.y = Math.min(Math.max(square.y, square.side / 2), height - square.side / 2);
    const [left, top] = [square.x - square.side / 2, square.y - square.side / 2];
    paint(frame, {
      left: `${(100 * left) / width}%`, top: `${(100 * top) / height}%`,
      width: `${(100 * square.side) / width}%`, height: `${(100 * square.side) / height}%`,
    });
    size.value = Math.round((100 * square.side) / short);
    clearTimeout(timer);
    timer = setTimeout(() => judge([left, top, square.side]), PATIENCE);
  };
  const move = (across, down, more = 0) => {
    square.x += across * short;
    square.y += down * short;
    square.side += more * short;
    settle();
  };
  const keys = {
    ArrowLeft: () => move(-STEP, 0), ArrowRight: () => move(STEP, 0), ArrowUp: () => move(0, -STEP),
    ArrowDown: () => move(0, STEP), "+": () => move(0, 0, STEP), "=": () => move(0, 0, STEP), "-": () => move(0, 0, -STEP),
  };
  frame.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  frame.addEventListener("pointerdown", (event) => frame.setPointerCapture(event.pointerId));
  frame.addEventListener("pointermove", (event) => {
    if (!frame.hasPointerCapture(event.pointerId)) return;
    const scale = width / layer.clientWidth / short;
    move(event.movementX * scale, event.movementY * scale);
  });
  size.addEventListener("input", () => move(0, 0, size.value / 100 - square.side / short));
  layer.replaceChildren(frame);
  settle();
  const words = make("p", { className: "quiet", id: "frame-says", textContent: say.frameSays });
  return [words, make("label", { className: "size" }, say.frameSize, " ", size)];
}
