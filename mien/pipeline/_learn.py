"""The stages from training to the model file: train, evaluate, explain, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import backends, explain, export, models
from mien.core.answer import good_for
from mien.core.errors import ModelFileError
from mien.core.files import write_bytes
from mien.core.lineage import Lineage
from mien.core.run import read_json
from mien.media import encode_webp
from mien.pipeline import _bout
from mien.pipeline._evaluate import sentence
from mien.pipeline._rivals import numbered
from mien.pipeline._words import noun
from mien.pipeline._work import Member, Work, in_tensorflow
from mien.predict import Predictor

if TYPE_CHECKING:
    pass

EXPLAINED = 8  # pictures with a heat map in the report
APART = 1e-3  # largest difference in probability allowed between another backend and the file


def learn(work: Work) -> None:
    """Train every member.

    Parameters
    ----------
    work : Work
        The run.
    """
    _bout.hold(work)
    if models.family(work.recipe.model).network:
        work.run.update(backend=backends.backend(), devices=list(backends.accelerators()))
    for number, part in enumerate(work.rounds, 1):
        work.desk.say(f"train: round {number} of {len(work.rounds)}")
        for member in part.members:
            _learn_one(part, member)
    if work.rounds:
        work.desk.say("train: the model that ships, on the pictures of all rounds")
    for member in work.members:
        _learn_one(work, member)
    first = work.members[0].run
    if first.folder != work.run.folder:  # the report draws the curves of one
        write_bytes(work.run.history, first.history.read_bytes())


def _learn_one(work: Work, member: Member) -> None:
    if not member.run.state().get("trained"):
        if work.recipe.seeds > 1:
            work.desk.say(f"train: seed {member.recipe.seed}")
        work.desk.say(f"train: {work.train(member).stopped}")
    state = member.run.state()
    work.run.update(stopped=state["stopped"], best_epoch=state["best_epoch"])


def show(work: Work) -> None:
    """Explain: draw which part of some test pictures moved the answer.

    Parameters
    ----------
    work : Work
        The run.
    """
    part = next(iter(work.rounds), work)  # of several rounds the first: its model has not seen these
    predict = part.predict(read_json(work.run.scores)["temperature"])
    ids = part.manifest.of("test").frame["content"]
    pictures, numbers = next(numbered(part.side("test")))
    first = [int(np.flatnonzero(numbers == number)[0]) for number in np.unique(numbers)]
    chosen = [*first, *(row for row in range(len(numbers)) if row not in first)][:EXPLAINED]
    for row in work.desk.progress(chosen, total=len(chosen), what="explaining"):
        rows = work.contract.deciding(pictures[row])
        shown = explain.overlay(pictures[row][rows], explain.occlusion(predict, pictures[row], part=rows))
        write_bytes(work.run.explanations / f"{ids[row][:16]}.webp", encode_webp(shown))


def ship(work: Work) -> None:
    """Export: write the one model file.

    Parameters
    ----------
    work : Work
        The run.

    Raises
    ------
    ModelFileError
        If the file's answers differ from those of the model that was measured.
    """
    if export.needs_another_process(work.models):
        _ship_elsewhere(work)
        return
    work.desk.say("export: writing the model file and checking that it answers as the trained model does")
    found = read_json(work.run.scores)
    export.write(
        work.models,
        work.contract,
        work.run.model,
        temperature=found["temperature"],
        mirror=work.recipe.mirror,
        info=_info(work, found),
    )


def _info(work: Work, found: dict[str, Any]) -> export.ModelInfo:
    """Say what rides in the model file: its card, its scores, and what it has seen."""
    training, kept = work.manifest.of("train"), work.recipe.lineage != "none"
    source = Path(work.run.state()["source"]).name
    trained_on = found.get("trained_on") or noun(training, work.recipe.crop)
    card = export.card(
        work.contract,
        family=work.recipe.model,
        data=f"{len(training):,} {trained_on} from {source}",
        sentence=sentence(found),
        good_for=good_for(trained_on),
        lineage=kept,
    )
    measured = {name: found["test"][name] for name in ("accuracy", "n", "units", "basis")}
    known = Lineage.of_run(work.run) if kept else Lineage.empty(known=False)
    words = {"trained_on": trained_on, "sentence": sentence(found)}
    return export.ModelInfo(card, {**measured, **words}, known.to_text())


def _ship_elsewhere(work: Work) -> None:
    work.desk.say("export: in a process of its own, because the export needs TensorFlow")
    in_tensorflow("export_alone", work.run.folder)
    pixels, _ = next(work.side("val").epoch(0))
    temperature = read_json(work.run.scores)["temperature"]
    apart = float(np.abs(Predictor(work.run.model).probabilities(pixels) - work.predict(temperature)(pixels)).max())
    if not apart <= APART:
        work.run.model.unlink()
        raise ModelFileError(
            f"The exported file answers differently from the model that was measured, by up to {apart:.2g}",
            expected=f"at most {APART}",
            todo="Please report this, with recipe.toml; no file was kept",
        )
