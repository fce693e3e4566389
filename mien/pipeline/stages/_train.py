"""Train every model of the run."""

from __future__ import annotations

from mien import backends, models
from mien.core.files import write_bytes
from mien.pipeline import _bout
from mien.pipeline._context import EnsembleMember, RunContext


def train(context: RunContext) -> None:
    """Train every member."""
    _bout.compare(context)
    if models.family(context.recipe.model).network:
        context.run.update(backend=backends.backend(), devices=list(backends.accelerators()))
    for number, part in enumerate(context.open_rounds(), 1):
        context.reporter.say(f"train: round {number} of {len(context.open_rounds())}")
        for member in part.members:
            _train_one(part, member)
    if context.open_rounds():
        context.reporter.say(f"train: the model that ships, on the {context.kind.many} of all rounds")
    for member in context.members:
        _train_one(context, member)
    first = context.members[0].run
    if first.folder != context.run.folder:  # the report draws the curves of one
        write_bytes(context.run.history, first.history.read_bytes())


def _train_one(context: RunContext, member: EnsembleMember) -> None:
    if not member.run.state().trained:
        if context.recipe.seeds > 1:
            context.reporter.say(f"train: seed {member.recipe.seed}")
        context.reporter.say(f"train: {context.train(member).stopped}")
    state = member.run.state()
    context.run.update(stopped=state.stopped, best_epoch=state.best_epoch)
