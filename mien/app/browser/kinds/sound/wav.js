// Samples as a file: 16 bits, one channel. What is recorded is played, sent and given as this, with nothing beside it.

/** A WAV of samples, Float32Array, -1..1 (RFC 2361, format 1). */
export function wavOf(samples, rate) {
  const bytes = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const text = (at, letters) => [...letters].forEach((letter, index) => bytes.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  bytes.setUint32(4, 36 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  [16, 1, rate, 2 * rate, 2, 2 * samples.length].forEach((value, index) => bytes.setUint32([16, 20, 24, 28, 32, 40][index], value, true));
  bytes.setUint16(22, 1, true); // one channel, above the format's two bytes
  bytes.setUint16(34, 16, true); // bits
  text(36, "data");
  samples.forEach((value, at) => bytes.setInt16(44 + 2 * at, Math.min(Math.max(Math.round(value * 32_768), -32_768), 32_767), true));
  return new Blob([bytes], { type: "audio/wav" });
}
