"""`probe`: what the network in the box sees of a picture, and a linear answer learnt on it; for tens of pictures.

Of a face it begins with the box's own answer and moves from it as far as the pictures ask. The whole picture has a head
of its own, on what the box sees of it, its edges and its colours. What was tried: docs/decisions/0026-probe.md.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from mien.core.answer import adjective
from mien.core.errors import SettingError
from mien.core.recipe import INPUTS, Recipe
from mien.models.classical import Head, OnFeatures, learn
from mien.models.families._family import Family
from mien.models.features import ProbeFeatures, box

if TYPE_CHECKING:
    from mien.core.types import InputContract, Integers, Progress
    from mien.models.classical import Learnt
    from mien.models.features import Features, Graph


def build(contract: InputContract, recipe: Recipe) -> OnFeatures:
    """Build an unfitted classifier of any size; the box looks at 48 px."""
    layout = ProbeFeatures(contract, box())
    return OnFeatures(contract, recipe, partial(_learn, layout), measure=layout.measure)


def check(recipe: Recipe) -> None:
    """Refuse another network to start from, and a teacher."""
    for name, given in (("warm_start", recipe.warm_start), ("teacher", recipe.teacher)):
        if given:
            came = f"{name} = '{given}' came with '{recipe.model}', which learns on the network in the box"
            todo = f"Leave it out, or take another family, such as {'svm' if name == 'warm_start' else 'compact'}"
            raise SettingError(came, todo=todo)


def own_answer(known: tuple[str, ...], labels: tuple[str, ...]) -> Features:
    """Say how the box's answer becomes one in classes that may be called otherwise: a matrix, float32 [known, labels].

    The mean of its logarithms over the shared classes becomes 0, which is what a class gets that the box does not know.

    >>> (own_answer(("fear", "happy"), ("happy", "afraid", "tired")) + 0.0).tolist()
    [[-0.5, 0.5, 0.0], [0.5, -0.5, 0.0]]
    """
    same = np.array([[adjective(one) == adjective(label) for label in labels] for one in known], np.float32)
    shared = same.max(0)
    mean = same.sum(1, keepdims=True) / max(shared.sum(), 1.0)
    return np.asarray((same - mean) * shared, np.float32)


def _learn(
    layout: ProbeFeatures, features: Features, numbers: Integers, classes: int, recipe: Recipe, progress: Progress
) -> Head:
    del progress  # it takes a second
    seed = recipe.seed
    first, wholes = layout.face, features[:, layout.face :].astype(np.float64)
    face = _learn_faces(layout, features[:, :first], numbers, seed) if first else None
    shares = np.log(np.maximum(np.bincount(numbers, minlength=classes), 1) / len(numbers))
    usual = np.broadcast_to(shares, (len(numbers), classes))
    whole = learn(wholes, usual, numbers, seed, groups=layout.groups, reluctant=False) if layout.whole else None

    def add(graph: Graph, tensor: str) -> str:
        if face is None and whole is not None:
            return _linear(graph, tensor, whole, shares)
        there, answer, embedding, rest = layout.parts(graph, tensor)
        turned = graph.constant(own_answer(layout.box.labels, layout.contract.labels))
        of_face = graph("Add", graph("MatMul", answer, turned), _linear(graph, embedding, face)) if face else ""
        return graph("Where", there, of_face, _linear(graph, rest, whole, shares)) if whole else of_face

    return add


def _learn_faces(layout: ProbeFeatures, features: Features, numbers: Integers, seed: int) -> Learnt:
    there, answer, embedding = layout.faces(features)
    given = (answer @ own_answer(layout.box.labels, layout.contract.labels)).astype(np.float64)
    return learn(embedding[there].astype(np.float64), given[there], numbers[there], seed)


def _linear(graph: Graph, tensor: str, learnt: Learnt, usual: Features | float = 0.0) -> str:
    return graph("Gemm", tensor, graph.constant(learnt.weights), graph.constant(learnt.bias + usual))


FAMILY = Family(
    about="A linear answer on what the box sees of face and whole picture: tens of photos are enough, in seconds.",
    colour="rgb",
    build=build,
    check=check,
    network=False,
    inputs=INPUTS,
    starts_from=lambda _: "face",
)
