// A face becomes a square as the nets know it, exactly as mien/faces/_crop.py cuts it.
import { clamp, even } from "./numbers.js";
import { averaged, part } from "./resize.js";

// Where eyes, nose and corners of the mouth lie in the square, as shares of its side.
const POINTS = [[0.316, 0.396], [0.684, 0.396], [0.5, 0.6], [0.35, 0.746], [0.65, 0.746]].map((pair) => pair.map(Math.fround));

/** Turn, scale and shift the face so that its points come to lie at POINTS: RGB, size x size. */
export function crop(picture, face, size, margin = 0) {
  const move = framed(similarity(face.points), margin).map((value) => value * size);
  const scale = Math.hypot(move[0], move[3]);
  const { left, top, right, bottom } = reach(picture, move, size);
  let shown = part(picture, left, top, right - left, bottom - top);
  let steps = [1, 1];
  if (scale < 0.5) { // a warp looks at 2 x 2 pixels; what is shrunk further is averaged first
    const small = [shown.width, shown.height].map((side) => Math.max(1, even(side * scale * 2)));
    steps = [shown.width / small[0], shown.height / small[1]];
    shown = averaged(shown, ...small);
  }
  const [x, y] = [left + 0.5 * steps[0], top + 0.5 * steps[1]];
  return warp(shown, [
    move[0] * steps[0], move[1] * steps[1], move[0] * x + move[1] * y + move[2] - 0.5,
    move[3] * steps[0], move[4] * steps[1], move[3] * x + move[4] * y + move[5] - 0.5,
  ], size);
}

/** The turn, scale and shift without a mirror that fits best (Umeyama 1991), in closed form for the plane. */
function similarity(points) {
  const mean = (all, axis) => all.reduce((sum, point) => sum + point[axis], 0) / all.length;
  const [ax, ay, bx, by] = [mean(points, 0), mean(points, 1), mean(POINTS, 0), mean(POINTS, 1)];
  let norm = 0, cosine = 0, sine = 0;
  points.forEach(([px, py], index) => {
    const [x, y, u, v] = [px - ax, py - ay, POINTS[index][0] - bx, POINTS[index][1] - by];
    norm += x * x + y * y;
    cosine += x * u + y * v;
    sine += x * v - y * u;
  });
  [cosine, sine] = [cosine / norm, sine / norm];
  return [cosine, -sine, bx - cosine * ax + sine * ay, sine, cosine, by - sine * ax - cosine * ay];
}

function framed(move, margin) {
  const wider = [...move];
  wider[2] += margin;
  wider[5] += margin;
  return wider.map((value) => value / (1 + 2 * margin));
}

/** From a move to the one back. */
function inverse([a, b, c, d, e, f]) {
  const det = a * e - b * d;
  const [p, q, r, s] = [e / det, -b / det, -d / det, a / det];
  return [p, q, -(p * c + q * f), r, s, -(r * c + s * f)];
}

/** The part of the picture that the square shows, with a little around it. */
function reach({ width, height }, move, size) {
  const back = inverse(move);
  const places = [[0, 0], [size, 0], [0, size], [size, size]].map(([x, y]) => [
    back[0] * x + back[1] * y + back[2], back[3] * x + back[4] * y + back[5]]);
  const around = 2 * [back[0], back[1], back[3], back[4]].reduce((sum, value) => sum + Math.abs(value), 0);
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
  const left = clamp(Math.floor(Math.min(...xs) - around), 0, width - 1);
  const top = clamp(Math.floor(Math.min(...ys) - around), 0, height - 1);
  const right = clamp(Math.ceil(Math.max(...xs) + around), left + 1, width);
  const bottom = clamp(Math.ceil(Math.max(...ys) + around), top + 1, height);
  return { left, top, right, bottom };
}

/** cv2.warpAffine with INTER_LINEAR and a repeated border: places are rounded to 1/32 of a pixel as OpenCV does. */
function warp({ data, width, height, channels }, move, size) {
  const back = inverse(move);
  const made = new Uint8ClampedArray(size * size * 3);
  let at = 0;
  for (let row = 0; row < size; row++) {
    const [startX, startY] = [back[1] * row + back[2], back[4] * row + back[5]].map((value) => even(value * 1024) + 16);
    for (let column = 0; column < size; column++) {
      const x = (startX + even(back[0] * column * 1024)) >> 5;
      const y = (startY + even(back[3] * column * 1024)) >> 5;
      const [left, top, across, down] = [x >> 5, y >> 5, x & 31, y & 31];
      const [x0, x1] = [clamp(left, 0, width - 1), clamp(left + 1, 0, width - 1)];
      const [y0, y1] = [clamp(top, 0, height - 1) * width, clamp(top + 1, 0, height - 1) * width];
      const [a, b, c, d] = [(y0 + x0) * channels, (y0 + x1) * channels, (y1 + x0) * channels, (y1 + x1) * channels];
      for (let channel = 0; channel < 3; channel++) {
        const upper = data[a + channel] * (32 - across) + data[b + channel] * across;
        const lower = data[c + channel] * (32 - across) + data[d + channel] * across;
        made[at++] = (upper * (32 - down) + lower * down + 512) >> 10;
      }
    }
  }
  return { data: made, width: size, height: size, channels: 3 };
}
