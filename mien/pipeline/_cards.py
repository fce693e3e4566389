"""The cards of a run: of its model and of its data, from what the stages have measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mien import audit, export
from mien.core import artifacts
from mien.core.answer import good_for
from mien.core.terms import Terms
from mien.core.types import SPLITS, Manifest
from mien.export import CardFacts, DataFacts
from mien.pipeline._context import RunContext
from mien.pipeline._groups import few
from mien.pipeline._words import noun
from mien.split import Proof


def model_card(context: RunContext, found: dict[str, Any], terms: Terms, sentence: str) -> str:
    """Write the card of a run's model; `found` is what scores.json holds, and `sentence` how good it is."""
    training = context.manifest.of("train")
    trained_on = found.get("trained_on") or noun(training, context.recipe.inputs)
    measured = dict.fromkeys(row["column"] for row in found.get("groups", ()))
    facts = CardFacts(
        name=context.run.folder.resolve().name,
        scores=found["test"],
        terms=terms,
        source=_source(context),
        counts=export.count_table(data_facts(context, terms)),
        groups=", ".join(measured),
    )
    return export.card(
        context.contract,
        family=context.recipe.model,
        data=f"{len(training):,} {trained_on} from {_source(context)}",
        sentence=sentence,
        good_for=good_for(trained_on),
        lineage=context.recipe.lineage != "none",
        facts=facts,
    )


def data_facts(context: RunContext, terms: Terms) -> DataFacts:
    """Count what a run learns from and is measured on."""
    used = context.manifest.used
    scores = artifacts.read_scores(context.run) if context.run.scores.exists() else {}
    found = artifacts.read_findings(context.run) if context.run.findings.exists() else None
    tallies = audit.summary(found, used.kind) if found is not None else ()
    return DataFacts(
        source=_source(context),
        kind=used.kind,
        terms=terms,
        counts=_counts(used),
        people=_people(used),
        findings=[(one.title, one.pictures, one.aside) for one in tallies],
        aside=len(context.manifest) - len(used),
        proof=Proof.from_dict(scores["proof"]).sentence if "proof" in scores else "",
        groups=few(used),
    )


def _source(context: RunContext) -> str:
    return Path(context.run.state().source).name


def _counts(used: Manifest) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {label: {} for label in used.labels}
    for label, split, number in used.frame.group_by("label", "split").len().iter_rows():
        found[label][split] = number
    return found


def _people(used: Manifest) -> dict[str, int]:
    if not used.frame["person"].count():
        return {}
    return {split: used.of(split).frame["person"].drop_nulls().n_unique() for split in SPLITS}
