"""Draw the page's icons: `python app/make_icons.py` after a change. The same drawing as `mien.svg` beside them."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

ICONS = Path(__file__).parents[1] / "mien" / "app" / "browser" / "icons"
TEAL, PAPER = "#0f766e", "#fbfaf7"
FINE = 4  # drawn that much larger, then averaged
UNITS = 64  # of the drawing
LINES = (  # of the viewfinder's corners
    ((15, 24), (15, 15), (24, 15)),
    ((40, 15), (49, 15), (49, 24)),
    ((49, 40), (49, 49), (40, 49)),
    ((24, 49), (15, 49), (15, 40)),
    ((26, 27.5), (26, 29.5)),
    ((38, 27.5), (38, 29.5)),
)
SMILE = ((25, 37), (28.5, 40.6), (35.5, 40.6), (39, 37))


def draw(side: int, *, round_corners: bool, share: float = 1.0) -> Image.Image:
    """Draw one icon; `share` is how much of its side the drawing takes."""
    scale = side * FINE / UNITS
    image = Image.new("RGBA", (side * FINE, side * FINE), (0, 0, 0, 0) if round_corners else TEAL)
    pen = ImageDraw.Draw(image)
    if round_corners:
        pen.rounded_rectangle((0, 0, side * FINE - 1, side * FINE - 1), 15 * scale, fill=TEAL)
    for line in (*LINES, bezier(SMILE)):
        points = [tuple((32 + (value - 32) * share) * scale for value in point) for point in line]
        stroke(pen, points, 4 * share * scale)
    return image.resize((side, side), Image.Resampling.LANCZOS)


def stroke(pen: ImageDraw.ImageDraw, points: list[tuple[float, ...]], width: float) -> None:
    """Draw a line with round ends and joints."""
    pen.line(points, fill=PAPER, width=round(width))
    for x, y in points:
        pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=PAPER)


def bezier(points: tuple[tuple[float, float], ...], steps: int = 40) -> list[tuple[float, float]]:
    """Return points along a cubic Bézier curve."""
    found = []
    for step in range(steps + 1):
        t = step / steps
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        found.append(
            tuple(sum(weight * point[axis] for weight, point in zip(weights, points, strict=True)) for axis in (0, 1))
        )
    return found


def main() -> None:
    """Write them all."""
    for side in (192, 512):
        draw(side, round_corners=True).save(ICONS / f"mien-{side}.png", optimize=True)
    draw(180, round_corners=False, share=0.9).save(ICONS / "mien-180.png", optimize=True)
    draw(512, round_corners=False, share=0.8).save(ICONS / "mien-maskable-512.png", optimize=True)


if __name__ == "__main__":
    main()
