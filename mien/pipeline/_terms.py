"""What a run's model is bound to: by the data sets that its samples come from, and by the models it learnt from."""

from __future__ import annotations

from pathlib import Path

from mien import models
from mien.core.answer import MADE_HERE
from mien.core.errors import MienError
from mien.core.terms import Terms, recognised, terms_of
from mien.models.pretrained import IMAGENET
from mien.pipeline._context import RunContext
from mien.pipeline._words import noun
from mien.predict import Predictor, model_file

_CORPUS = "corpus"  # the column in which `mien.collect` says of which of several data sets a sample is
_TRAIL = 2  # last parts of the source's path that may name a data set


def terms(context: RunContext) -> Terms:
    """Say whether a run's model may be used commercially, and why; the strictest of all that it learnt from."""
    recipe, manifest = context.recipe, context.manifest.used
    made_here = noun(manifest, recipe.inputs)
    if made_here in MADE_HERE:
        names: tuple[str, ...] = (made_here,)
    else:
        frame, trail = manifest.frame, Path(context.run.state().source).parts[-_TRAIL:]
        corpora = frame[_CORPUS].drop_nulls().unique().to_list() if _CORPUS in frame.columns else []
        names = recognised([*frame["person"].drop_nulls().unique(), *corpora], [*trail, *frame.columns])
    names += ("ImageNet",) if recipe.model == "transfer" and recipe.weights == IMAGENET else ()
    whole = bool(set(names) - {"ImageNet"})
    return terms_of(names, others=[_of_model(one) for one in _earlier(context)], whole=whole)


def _earlier(context: RunContext) -> list[str]:
    """Name the models that a run starts from, or learns to answer like."""
    recipe = context.recipe
    box = None if recipe.warm_start else models.family(recipe.model).starts_from(recipe)
    return [one for one in (box, recipe.warm_start, recipe.teacher) if one]


def _of_model(name: str) -> Terms:
    try:
        return Predictor(model_file(name), inputs="auto").terms
    except MienError:
        return Terms(
            why=f"The model '{Path(name).name}' that it learnt from is gone, and with it what it was bound to."
        )
