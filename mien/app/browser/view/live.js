// The camera on the stage: the picture with its boxes, the answer beside it, and how to stop.
import { modelOf } from "../config.js";
import { button } from "../dom.js";
import { jpeg } from "../kinds/picture.js";
import { say } from "../strings.js";
import { showAnswer, tell } from "./answer.js";
import { drawBoxes } from "./boxes.js";
import { Camera, frameFor, openCamera, pauseFor } from "./camera.js";
import { alert, showPicture, showUnder } from "./stage.js";
import { headline, remark } from "./words.js";

const OFTEN = 3000; // milliseconds between two sentences for screen readers

/** Start it; null where the visitor said no. `ended` hears why it stopped, and the picture that was kept. */
export async function live(judge, ended) {
  const stream = await openCamera(judge.where);
  if (!stream) return null;
  const camera = new Camera(stream, { judge: (video) => look(judge, camera, video), show: (answer) => show(answer), ended });
  const { video } = camera;
  await new Promise((ready) => video.addEventListener("loadedmetadata", ready, { once: true }));
  const layer = showPicture(video, video.videoWidth, video.videoHeight, { live: true });
  showUnder(
    button(say.cameraKeep, async () => {
      const picture = await jpeg(await createImageBitmap(video));
      camera.ended = () => ended("", picture);
      camera.stop();
    }, { className: "button main" }),
    button(say.cameraStop, () => camera.stop()),
  );
  tell(say.cameraRuns);
  const show = shower(judge, layer, video);
  camera.run();
  return camera;
}

async function look(judge, camera, video) {
  camera.pause = pauseFor(judge.where);
  const square = judge.framing ? middle(video) : null;
  const answer = await judge.ask(await frameFor(judge.where, video), square ? { square } : {});
  return answer;
}

/** Without a finder the middle of the picture is judged. */
function middle({ videoWidth: width, videoHeight: height }) {
  const side = 0.7 * Math.min(width, height);
  return [(width - side) / 2, 0.46 * height - side / 2, side];
}

function shower(judge, layer, video) {
  const { colours } = judge.config;
  let [told, when] = ["", 0];
  return (answer) => {
    const shrunk = answer.where === "server" ? Math.min(1, 640 / Math.max(video.videoWidth, video.videoHeight)) : 1;
    const size = { width: Math.round(video.videoWidth * shrunk), height: Math.round(video.videoHeight * shrunk) };
    const model = modelOf(judge.config, answer.model);
    const said = [remark(model, { square: judge.framing || null }, answer), model.said].filter(Boolean).join(" ");
    drawBoxes(layer, { ...answer, ...size }, { colours, mirrored: true });
    showAnswer({ ...answer, ...size, faces: answer.faces.slice(0, 1) }, { colours, said, chosen: 0, sample: {}, more: [] });
    alert(answer.label ? "" : say.noFaceLive);
    const words = headline(answer);
    if (words === told || performance.now() - when < OFTEN) return;
    [told, when] = [words, performance.now()];
    tell(words);
  };
}

