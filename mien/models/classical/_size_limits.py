"""What may stand together in a recipe of `svm` or `forest`, and whether its model file stays small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.core.types import SOUND
from mien.models.features import BYTES, OF_KIND, count

if TYPE_CHECKING:
    from mien.models.features import Embedding

LARGEST = 5_000_000  # bytes of a model file, whatever the data's size
FRAME = 60_000  # of them for what is not weights: nodes, contract, scores, model card


def check_features(recipe: Recipe) -> None:
    """Refuse features that cannot be measured, or that do not go together with warm start and teacher."""
    features = recipe.features or ()
    if not features or len(set(features)) < len(features):
        raise SettingError(f"features = {list(features)}", expected="one or more, each once")
    if "embedding" in features and not recipe.warm_start:
        came = "features has 'embedding' without an earlier network"
        todo = "Name its run: --from RUN, where RUN is a folder that `mien run` with a network has left"
        raise SettingError(came, todo=todo)
    if recipe.warm_start and "embedding" not in features:
        came = f"warm_start = '{recipe.warm_start}' came, and features = {list(features)} do without it"
        raise SettingError(came, todo="Add 'embedding' to the features, or leave out --from")
    if recipe.teacher:
        came = f"'{recipe.model}' cannot learn from the teacher '{recipe.teacher}'"
        raise SettingError(came, expected="a network, or no teacher")


def room(embedding: Embedding | None = None) -> int:
    """Say how many bytes of 5,000,000 are left for what is learnt; below 0 when the earlier network is too large."""
    return LARGEST - FRAME - (embedding.bytes if embedding else 0)


def projection_bytes(recipe: Recipe, embedding: Embedding | None = None) -> int:
    """Say what leads from samples to components takes.

    Of the matrix two bytes a number, eight for a feature's spread, and the nodes that measure a clip.
    """
    features = recipe.features or ()
    measuring = BYTES if set(OF_KIND[SOUND]) & set(features) - {"embedding"} else 0
    return measuring + count(features, embedding) * (8 + 2 * int(recipe.components or 1))


def require_room(recipe: Recipe, classes: int, embedding: Embedding | None = None) -> None:
    """Refuse an `svm` whose file could grow beyond 5 MB, and say how many landmarks would do."""
    left = room(embedding) - projection_bytes(recipe, embedding)
    components = int(recipe.components or 1)
    if recipe.kernel == "linear":
        needed, each = 4 * classes * components, 0
    else:
        each = 2 * components + 4 * classes + 4  # bytes of a landmark: its components, its weights, its length
        needed = each * int(recipe.landmarks or 0)
    if needed <= left:
        return
    most = max(left // each, 0) if each else 0
    raise SettingError(
        f"components = {components}" + (f" and landmarks = {recipe.landmarks}" if each else "") + " make a model file "
        f"of {(LARGEST + needed - left) / 1e6:.1f} MB",
        expected=f"at most {LARGEST / 1e6:.0f} MB",
        todo=f"Take landmarks = {most}, or fewer components" if most >= 2 else "Take fewer components or features",
    )
