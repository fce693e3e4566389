"""Makes the table that a student of stored answers is trained on; nothing in Mien needs to know of it.

$ python bench/teacher_student.py DATA PACK runs/student.parquet [--answers bench/teacher_lite0.npz ...]
      [--share 0.6] [--votes 0.1] [--corrupted 0.5]
$ mien train runs/student.parquet --recipe bench/teacher_student.toml --out runs/student

The label, the annotators' votes and the mean of the teachers' answers are one blend here, in columns ``taught_...``,
which the recipe takes for votes. The recipe starts from the weights in the box. Sides are those of teacher_net.py, and
PublicTest, which neither learns nor chooses. `--corrupted 0.5` adds a copy, corrupted at strength 1 to 3, of every
second face that is learnt from; bench/corruptions.py then no longer measures what the model has never seen.
"""

from __future__ import annotations

import argparse
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
from _teacher_faces import SEVEN, Faces, answers_of, read
from PIL import Image

from mien import kinds


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("pack", type=Path, help="what teacher_net.py pack wrote")
    parser.add_argument("out", type=Path)
    parser.add_argument("--answers", nargs="+", type=Path, default=sorted(Path(__file__).parent.glob("teacher_*.npz")))
    parser.add_argument("--share", type=float, default=0.6, help="of the teachers in the blend")
    parser.add_argument("--votes", type=float, default=0.1, help="of FER+'s annotators; the rest is FER2013's label")
    parser.add_argument("--corrupted", type=float, default=0.0, help="share of faces that come corrupted too")
    given = parser.parse_args()
    if not given.answers:
        raise SystemExit("There are no answers yet: see bench/teacher_net.py")
    source = given.data / "fer2013.parquet" if given.data.is_dir() else given.data
    faces = read(given.pack / "faces.npz")
    blend = blended(faces, answers_of(given.answers), given.share, given.votes)
    parts = [listed(faces, blend), corrupted(faces, blend, given.corrupted), tested(source)]
    given.out.parent.mkdir(parents=True, exist_ok=True)
    whole = pl.concat(parts, how="diagonal_relaxed")
    whole.write_parquet(given.out)
    print(whole.group_by("split").len().sort("split"))


def blended(faces: Faces, answers: dict[int, np.ndarray], share: float, votes: float) -> np.ndarray:
    """Blend label, votes and answers, float32 [N, 7]; a face without an answer keeps label and votes."""
    plain = faces.targets(votes / max(1 - share, 1e-9))
    found = plain.copy()
    for place, row in enumerate(faces.rows.tolist()):
        if row in answers:
            found[place] = share * answers[row] + (1 - share) * plain[place]
    return found


def listed(faces: Faces, blend: np.ndarray) -> pl.DataFrame:
    """List faces with what is to be learnt of them."""
    columns = {f"taught_{label}": blend[:, number] for number, label in enumerate(SEVEN)}
    sides = np.where(faces.chosen, "validation", "Training")
    labels = [SEVEN[number] for number in faces.labels]
    return pl.DataFrame({"png": [_png(one) for one in faces.pixels], "label": labels, "split": sides, **columns})


def corrupted(faces: Faces, blend: np.ndarray, share: float) -> pl.DataFrame:
    """List corrupted copies of a share of the faces that are learnt from, each with its own corruption."""
    draw = np.random.default_rng(0)
    drawn = np.flatnonzero(~faces.chosen & (draw.random(len(faces)) < share))
    every, pixels = kinds.kind("picture").corruptions(), []
    for place in drawn.tolist():
        one, strength = every[int(draw.integers(len(every)))], int(draw.integers(1, 4))
        picture = np.repeat(faces.pixels[place][None, ..., None], 3, -1)
        worse = one.apply(picture, strength, numbers=np.array([place]))[0]
        pixels.append(worse.mean(-1).round().astype(np.uint8))
    kept = faces.some(drawn)
    return listed(Faces(np.array(pixels, np.uint8).reshape(kept.pixels.shape), *_rest(kept)), blend[drawn])


def _rest(faces: Faces) -> list[np.ndarray]:
    return [getattr(faces, name) for name in faces.__dataclass_fields__ if name != "pixels"]


def tested(source: Path) -> pl.DataFrame:
    """List PublicTest as it is."""
    return pl.read_parquet(source, columns=["png", "label", "split"]).filter(pl.col("split") == "PublicTest")


def _png(pixels: np.ndarray) -> bytes:
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


if __name__ == "__main__":
    main()
