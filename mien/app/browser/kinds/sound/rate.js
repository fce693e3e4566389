// The rate that a sound file names, so that the browser decodes it without resampling: decodeAudioData turns everything
// into its context's rate, by a filter of its own (docs/decisions/0036-sound-on-the-page.md).
export const RATE = 16_000; // of everything that models hear
const UNKNOWN = 48_000; // what phones and browsers record at: no sound of a voice is lost on the way there
const BOUNDS = [8_000, 96_000]; // that every browser decodes at (Web Audio 1.1, 1.9.2)
const MPEG = [[11_025, 12_000, 8_000], null, [22_050, 24_000, 16_000], [44_100, 48_000, 32_000]]; // version, then index

/** Samples a second to decode a file at, by its first bytes: its own where they say, else what loses nothing. */
export function rateOf(bytes) {
  const start = afterId3(bytes);
  const found = wav(bytes) ?? flac(bytes, start) ?? ogg(bytes) ?? mpeg(bytes, start);
  return found >= BOUNDS[0] && found <= BOUNDS[1] ? found : UNKNOWN;
}

const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const text = (bytes, at, length) => String.fromCharCode(...bytes.subarray(at, at + length));

function wav(bytes) {
  if (text(bytes, 0, 4) !== "RIFF" || text(bytes, 8, 4) !== "WAVE") return undefined;
  for (let at = 12; at + 16 <= bytes.length;) {
    if (text(bytes, at, 4) === "fmt ") return view(bytes).getUint32(at + 12, true);
    const size = view(bytes).getUint32(at + 4, true);
    at += 8 + size + (size % 2);
  }
  return undefined;
}

function flac(bytes, start) {
  if (text(bytes, start, 4) !== "fLaC" || start + 21 > bytes.length) return undefined;
  return (bytes[start + 18] << 12) | (bytes[start + 19] << 4) | (bytes[start + 20] >> 4); // STREAMINFO, RFC 9639
}

function ogg(bytes) {
  if (text(bytes, 0, 4) !== "OggS" || bytes.length < 64) return undefined;
  const packet = 27 + bytes[26];
  if (text(bytes, packet, 8) === "OpusHead") return 48_000; // whatever it says (RFC 7845)
  return text(bytes, packet, 7) === "\x01vorbis" ? view(bytes).getUint32(packet + 12, true) : undefined;
}

function mpeg(bytes, start) {
  if (start + 3 > bytes.length || bytes[start] !== 0xff || (bytes[start + 1] & 0xe6) === 0xe0) return undefined;
  if ((bytes[start + 1] & 0xe0) !== 0xe0) return undefined;
  return MPEG[(bytes[start + 1] >> 3) & 3]?.[(bytes[start + 2] >> 2) & 3];
}

/** Where a file begins behind its ID3 tags. */
function afterId3(bytes) {
  if (text(bytes, 0, 3) !== "ID3" || bytes.length < 10) return 0;
  return 10 + [6, 7, 8, 9].reduce((size, at) => (size << 7) | (bytes[at] & 127), 0);
}
