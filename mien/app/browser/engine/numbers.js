// Arithmetic as Python and NumPy do it, so that both sides of the wire come to the same figures.

/** Round to the nearest whole number, halves to the even one. */
export function even(value) {
  const low = Math.floor(value);
  const rest = value - low;
  if (rest !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/** The hexadecimal SHA-256 of bytes; null where the browser offers none (a page that did not come over HTTPS). */
export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
