// Every word that the page says, English. A translation is another file with the same names.

/** A share in per cent; only a whole one is ever written as 100, and only none as 0 (mien.html.percent). */
function percent(share) {
  let text = String(Math.floor(share * 100 + 0.5));
  if (text === "100" && share < 1) text = (Math.floor(share * 1000) / 10).toFixed(1);
  else if (text === "0" && share > 0) text = "<1";
  return `${text}\u00a0%`;
}
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
const either = (names) => (names.length < 3 ? names.join(" or ") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`);

/** How a face of a class looks (mien.core.answer.adjective); a class that is not here is said as it is called. */
const LOOKS = {
  anger: "angry", contempt: "contemptuous", disgust: "disgusted", fear: "afraid", fearful: "afraid", happiness: "happy",
  joy: "happy", sadness: "sad", surprise: "surprised",
};
const KNOWN = new Set([...Object.values(LOOKS), "neutral"]);
function looks(label) {
  const name = label.trim().toLowerCase();
  return KNOWN.has(name) ? name : Object.hasOwn(LOOKS, name) ? LOOKS[name] : label;
}
const look = (count) => (count === 1 ? "looks" : "look");
const small = (words) => `${words.charAt(0).toLowerCase()}${words.slice(1)}`;

/** "3 look happy, 1 more probably" */
function tally({ word, sure, probable }, of = "") {
  if (!sure) return `${probable}${of} probably ${look(probable)} ${word}`;
  return `${sure}${of} ${look(sure)} ${word}${probable ? `, ${probable} more probably` : ""}`;
}

export const say = {
  title: "What does this face look like?",
  lead: "Give a photo, and Mien says which expression it looks like and how sure it is. What the person feels, no picture can tell.",
  skip: "To the photo",

  // Giving a sample.
  stage: "Your photo",
  drop: "Drop a photo here, or paste one",
  dropNow: "Let go to judge this photo",
  choose: "Choose a photo",
  take: "Take a photo",
  camera: "Live camera",
  another: "Another photo",
  pasted: "pasted photo",
  frameName: "camera photo",
  alt: (name) => `The photo you gave: ${name}`,

  // Where the work happens.
  where: "Where the work happens",
  device: "On this device",
  server: "On the server",
  deviceSays: "Your photos do not leave this device.",
  serverSays: "Each photo is sent to this server, judged and forgotten.",
  deviceLoads: (bytes) => `Getting ready, once: ${megabytes(bytes)}.`,
  locked: "The model is handed out for a key; give a photo, and you are asked for it.",
  fellBack: (why) => `${why} So the server does the work: photos are sent to it, judged and forgotten.`,
  noServer: (why) => `${why} This page has no server to turn to. Reload it, or try another browser.`,
  noRuntime: "The part of this page that computes on your device is not there.",
  noModel: "The model could not be loaded onto this device.",
  otherFile: "The model that came is not the one this page expects, so it was not used.",
  model: "Model",
  otherPage: "Judge a voice instead",

  // The answer.
  answer: "The answer",
  empty: "What to know",
  know: [
    ["It judges the look, not the person.", "An answer is what people who labelled such faces would call the expression."],
    ["It says when it is not sure.", "Two classes that are close are both named, and a bar shows the probability of each."],
    ["You keep your photos.", "No photo is stored, here or elsewhere, unless you ask for it."],
  ],
  // What a model that was trained on drawn faces is good for (mien.core.answer.good_for).
  drawn: ["It knows drawn faces alone.", "What it says of photos means nothing."],
  looking: "Looking",
  looks,
  verdict: ({ kind, names }) => ({
    looks: `Looks ${looks(names[0])}`,
    probably: `Probably ${looks(names[0])}`,
    between: `Between ${names.map(looks).join(" and ")}`,
    "not sure": "Not sure",
  })[kind],
  doubtful: (words, doubts) =>
    `${words}; it is ${doubts.includes("covered") ? "covered too much" : `too ${doubts.join(" and ")}`} to be sure`,
  sure: (share) => `Its probability is ${percent(share)}. No other class comes close.`,
  close: (names, share) => `Sure only that it is one of the two: ${either(names.map(looks))}. Together they have ${percent(share)}.`,
  likely: (share, others) => `Likely, not sure: its probability is ${percent(share)}${others.length ? `, and it could also be ${either(others.map(looks))}` : ""}.`,
  open: (names, share) => `It could be ${either(names.map(looks))}. To be right ${percent(share)} of the time, it has to name them all.`,
  bars: "Probability of each class",
  percent,
  answeredBy: (model, where, said) => `Answered by ${model}, ${where === "device" ? "on this device" : "on the server"}. ${said}`,
  group: (count, [first, second]) => {
    const pair = count === 2;
    if (!first) return pair ? "Not sure of either face" : `Not sure of any of the ${count} faces`;
    if (first.sure === count) return `${pair ? "Both" : `All ${count}`} look ${first.word}`;
    if (first.probable === count) return `${pair ? "Both" : `All ${count}`} probably look ${first.word}`;
    return [tally(first, ` of ${count}`), ...(second ? [tally(second)] : [])].join("; ");
  },
  faces: "Choose a face:",
  face: (number, headline) => `Face ${number}: ${small(headline)}`,
  short: small,
  told: (summary, headline) => (summary === headline ? `${summary}.` : `${summary}. The largest: ${small(headline)}.`),
  box: (headline, share) => small(headline) + (share === null ? "" : ` ${percent(share)}`),
  noFace: "No face found",
  noFaceSays: "A face should be at least 16 pixels wide and look roughly at the camera. Is this already a cut-out face? Then judge the whole picture.",
  notAFace: "This does not look like a face",
  notAFaceSays: "So it is not judged. Put the frame around one, forehead to chin; or judge the whole picture all the same.",
  noFaceLive: "No face in view. Come closer, or turn to the light.",
  whole: "Judge the whole picture",
  wholeDone: "The whole picture was judged as one face.",
  wholeAnswered: "No face was found: answered from the whole picture.",
  wholeModel: "This model judges whole pictures; it did not look for faces.",

  // Which part mattered.
  mattered: "Which part mattered",
  mattering: "Hiding one part after another",
  matterSays: (place, label) => `Hiding the part ${place} lowers the probability of “${looks(label)}” most.`,
  matterNone: (label) => `No single part carries it: hiding any of them hardly changes the probability of “${looks(label)}”.`,
  matterAlt: "What the model saw, in grey; over it plain teal where a part spoke for the answer, striped amber where one spoke against it.",
  mapFor: "Plain teal spoke for it: hidden, its probability falls.", // as mien/explain/_key.py has it
  mapAgainst: "Striped amber spoke against it: hidden, it rises.",
  places: ["at the forehead", "around the eyes", "around the nose and cheeks", "around the mouth and chin"],
  sides: ["on the left", "in the middle", "on the right"],
  heights: ["at the top", "half-way down", "at the bottom"],

  // The frame, where no finder is at hand.
  frame: "Frame for the face",
  frameSays: "This device does not detect faces, so put the frame around one: forehead to chin. Drag it, or use the arrow keys, plus and minus.",
  frameSize: "Size of the frame",

  // The camera.
  cameraTitle: "Before the camera starts",
  cameraNote: [
    "Mien will say what your expression looks like to people who labelled such pictures. It is often wrong, and it does not know what you feel.",
    "Only point it at people who agree. At work and in schools, reading emotions from faces is banned in the European Union, with few exceptions.",
  ],
  cameraDevice: "The pictures stay on this device, and none is kept.",
  cameraServer: "The pictures are sent to this server, judged and forgotten.",
  cameraYes: "Start the camera",
  cameraNo: "Not now",
  cameraStop: "Stop camera",
  cameraKeep: "Take photo",
  cameraRuns: "The camera is on.",
  cameraOff: "The camera is off.",
  cameraHidden: "The camera was switched off because the page was hidden.",
  cameraDenied: "The browser did not let this page use the camera. Allow it beside the address, then try again.",
  cameraMissing: "No camera was found.",
  cameraInsecure: "A browser gives the camera only to a page that came over HTTPS.",
  cameraAlt: "What the camera sees",

  // What the visitor gave before.
  history: "In this tab",
  historySays: "Gone when you close it.",
  forget: "Forget all",
  again: (headline, name) => `${headline}: ${name}`,

  // "That is wrong".
  wrong: "That is wrong",
  wrongTitle: "What would you call it?",
  wrongLabel: "The right class",
  wrongConsent: "I give this photo to those who run this server, so that the model can be made better. Everyone in it agrees.",
  wrongSend: "Give the photo",
  wrongNeeds: "Tick the box first: without it nothing is sent.",
  wrongThanks: "Thank you. It was stored with the class you chose.",
  wrongTwice: "Thank you. This photo was there already.",

  // The key.
  keyTitle: "This server asks for a key",
  keySays: "Whoever runs it can give you one. It is kept in this tab only.",
  keyLabel: "API key",
  keyYes: "Use this key",
  keyNo: "Cancel",
  keyNeeded: "The server answers only with a key.",

  // What can go wrong.
  tooLarge: (bytes, limit) => `This file has ${megabytes(bytes)}; at most ${megabytes(limit)} can be judged.`,
  tooMany: (pixels, limit) => `This picture has ${Math.round(pixels / 1e6)} million pixels; at most ${Math.round(limit / 1e6)} million can be judged.`,
  emptyFile: "This file is empty.",
  notPicture: "This file cannot be read as a picture. JPEG, PNG, WebP, AVIF and GIF work everywhere.",
  otherKind: (name) => `This is a file of a kind that is not read here (${name}). Save it as JPEG or PNG.`,
  notHere: "This browser cannot open this picture: it may be damaged, or of a kind that browsers do not know (HEIC, TIFF, PNM).",
  notHereButServer: "This browser cannot open this picture. The server knows more kinds (HEIC, TIFF, PNM).",
  blind: "This browser cannot show this picture.",
  askServer: "Send it to the server",
  noAnswer: "The server did not answer. Is there a network?",
  failed: (why) => `That did not work: ${why}`,
  nothingPasted: "There is no picture in what was pasted.",
  noConfig: "The page could not find out what it may do (mien.json is missing). Reload it in a moment.",

  // What this is.
  about: "What this is, and what it is not",
  aboutSays: [
    "A label is what an expression looks like to the people who labelled the training pictures. It is not what the person feels: the same face can mean many things, and people, cultures and moments differ. Scientists dispute that emotions can be read from faces at all.",
    "In the European Union, systems that read emotions from faces are banned at work and in education with few exceptions, and elsewhere mostly count as high-risk: whoever uses one must tell the people in front of it. Do not decide anything about a person by it.",
    "The page keeps no cookies and counts nobody. What you give is in this tab's memory, and gone when you close it.",
  ],
  card: "The model's own page: what it was trained on, how good it is, where it fails",
  version: (version) => `Mien ${version}`,
};
