// What the page says of sounds: the names of strings.js whose words differ, and further ones.
import { say } from "../../strings.js";

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const minutes = (seconds) => (seconds < 120 ? `${Math.round(seconds)} seconds` : `${Math.round(seconds / 60)} minutes`);
const small = (words) => `${words.charAt(0).toLowerCase()}${words.slice(1)}`;

export const words = {
  title: "What does this voice sound like?",
  lead: "Record a sentence, or give a clip, and Mien says which emotion it sounds like and how sure it is. What the person feels, no recording can tell.",
  skip: "To the recording",

  // Giving a sample.
  stage: "Your recording",
  drop: "Say a sentence, or drop a clip here",
  dropNow: "Let go to judge this clip",
  record: "Record",
  choose: "Choose a clip",
  pasted: "pasted clip",
  recordedName: "Your recording",
  example: "An example: a computer made this voice",
  exampleWaits: "An example is on its way.",
  exampleSays: "Nobody spoke here: the voice was synthesised to sound happy. Now give your own.",

  // Playing it.
  play: "Play",
  pause: "Pause",
  seek: "Position in the recording",
  timeOf: (at, all) => `${clock(at)} / ${clock(Math.max(1, Math.round(all)))}`,
  spoken: (spoken, all) => `Marked is where somebody speaks: ${Math.round(spoken)} of ${minutes(all)}. The answer is the mean of all of it.`,
  listened: (from, to) => `The model was given the part marked above, ${from.toFixed(1)} to ${to.toFixed(1)} seconds: the loudest, without the silence around it.`,

  // A longer one over time.
  over: "Over time",
  overAlt: "A column for each moment in which somebody speaks, divided by the probabilities of the classes; the list below says the same.",
  overList: "As a list",
  run: ({ kind, names }) => (kind === "not sure" ? "not sure" : names.slice(0, kind === "between" ? 2 : 1).map(say.looks).join(" or ")),
  span: (from, to, headline) => `${clock(from)} to ${clock(to)}: ${small(headline)}`,

  // Where the work happens.
  deviceSays: "What you record or choose does not leave this device.",
  serverSays: "Each clip is sent to this server, judged and forgotten.",
  locked: "The model is handed out for a key; give a clip, and you are asked for it.",
  fellBack: (why) => `${why} So the server does the work: clips are sent to it, judged and forgotten.`,

  otherPage: "Judge a face instead",

  // The answer.
  know: [
    ["It judges the sound, not the person.", "An answer is what people who labelled such clips would call the emotion."],
    ["It says when it is not sure.", "Two classes that are close are both named, and a bar shows the probability of each."],
    ["You keep your voice.", "No recording is stored, here or elsewhere, unless you ask for it."],
  ],
  drawn: ["It knows synthesised voices alone.", "What it says of people means nothing."],
  looking: "Listening",
  verdict: ({ kind, names }) => ({
    looks: `Sounds ${say.looks(names[0])}`,
    probably: `Probably ${say.looks(names[0])}`,
    between: `Between ${names.map(say.looks).join(" and ")}`,
    "not sure": "Not sure",
  })[kind],
  noFace: "No speech found",
  noFaceSays: "Silence, noise and music get no emotion. Is somebody speaking? Then come closer to the microphone, or choose another clip.",
  whole: "Judge it all the same",
  wholeDone: "The clip was judged as a whole, whatever is heard in it.",

  // The microphone.
  micTitle: "Before the microphone starts",
  micNote: [
    "Mien will say what your voice sounds like to people who labelled such clips. It is often wrong, and it does not know what you feel.",
    "Only record people who agree. At work and in schools, reading emotions from voices is banned in the European Union, with few exceptions.",
  ],
  micDevice: "The recording stays on this device, and is gone when you close this tab.",
  micServer: "When you stop, the recording is sent to this server, judged and forgotten.",
  micLimit: (seconds) => `It stops by itself after ${minutes(seconds)}, or when you leave the page.`,
  micYes: "Start recording",
  micNo: "Not now",
  micStop: "Stop and judge",
  micCancel: "Throw away",
  micLevel: "Level",
  micQuiet: "Quiet. Say a sentence.",
  micHears: "It hears something.",
  micVoice: "It hears a voice.",
  micLoud: "Too loud: move away a little.",
  micSoFar: "So far, going by the last seconds.",
  micTime: (at, all) => `${clock(at)} of ${clock(all)}`,
  micOff: "The microphone is off. Nothing was kept.",
  micFull: (seconds) => `The recording stopped after ${minutes(seconds)}: that is the most.`,
  micHidden: "The recording was thrown away because the page was hidden.",
  micDenied: "The browser did not let this page use the microphone. Allow it beside the address, then try again.",
  micMissing: "No microphone was found.",
  micInsecure: "A browser gives the microphone only to a page that came over HTTPS.",

  // "That is wrong".
  wrongConsent: "I give this clip to those who run this server, so that the model can be made better. Everyone who is heard agrees.",
  wrongSend: "Give the clip",
  wrongTwice: "Thank you. This clip was there already.",

  // What can go wrong.
  tooLong: (seconds, limit) => `This clip has ${minutes(seconds)}; at most ${minutes(limit)} can be judged.`,
  tooShort: "This clip is too short to judge: say a word at least.",
  notPicture: "There is no clip in what came.",
  nothingPasted: "There is no clip in what was pasted.",
  notSound: "This file holds values that are no sound.",
  aPicture: "This is a picture. Choose a clip: WAV, MP3, FLAC, M4A, Ogg or WebM.",
  notHere: "This browser cannot read this file as sound. WAV and MP3 work everywhere; FLAC, M4A, Ogg and WebM in most browsers.",
  notHereButServer: "This browser cannot read this file as sound. The server knows more formats.",
  blind: "This browser cannot show this recording.",

  // What this is.
  aboutSays: [
    "A label is what a voice sounds like to the people who labelled the training clips. It is not what the person feels: the same tone can mean many things, and people, languages and moments differ. Scientists dispute that emotions can be read from voices at all.",
    "In the European Union, systems that read emotions from voices are banned at work and in education with few exceptions, and elsewhere mostly count as high-risk: whoever uses one must tell the people who are heard. Do not decide anything about a person by it.",
    "The page keeps no cookies and counts nobody. What you give is in this tab's memory, and gone when you close it.",
  ],
};
