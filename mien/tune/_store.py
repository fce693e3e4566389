"""The study's database: Optuna's tables in one SQLite file, and Mien's own words beside each trial."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from mien.core.errors import MissingPartError, SettingError, StorageError
from mien.tune import _rules
from mien.tune._space import Space, distributions, params, settings
from mien.tune._trial import DONE, ENDED, FAILED, INTERRUPTED, PRUNED, RUNNING, Trial

if TYPE_CHECKING:
    import optuna

    from mien.core.recipe import Recipe

FORMAT = 1
NAME = "mien"
PATIENCE = 60.0  # seconds that a write waits for another program that reads or writes the file
PLACES = "trials"
UNWRITABLE = ("disk is full", "disk I/O error", "readonly", "locked", "unable to open")  # as SQLite says it


class Store:
    """A study on the disk. One process writes it; others may read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._running: dict[int, optuna.Trial] = {}
        with telling(path):
            _check_file(path)
            self._study = _open(path)
            form = self._attributes.get("format", FORMAT)
        if not isinstance(form, int) or form > FORMAT:
            raise SettingError(f"The study '{path}' has format {form}", expected=str(FORMAT), todo="Update Mien")

    @property
    def _attributes(self) -> dict[str, Any]:
        return dict(self._study.user_attrs)

    def found(self, recipe: Recipe, space: Space, version: str) -> None:
        """Write down what the study is about, once, and line up the recipe itself as its first trial."""
        with telling(self.path):
            if "format" in self._attributes:
                return
            first = params(space, recipe)
            if first is not None and not self._study.get_trials(deepcopy=False):
                self._study.enqueue_trial(first, user_attrs={"first": True})
            plain = {name: value for name, value in vars(recipe).items() if name != "search" and value is not None}
            for name, value in {"mien": version, "recipe": plain, "space": dict(space), "format": FORMAT}.items():
                self._study.set_user_attr(name, value)  # the format last: it says that the others are there

    @property
    def space(self) -> Space:
        """What is searched."""
        with telling(self.path):
            return dict(self._attributes["space"])

    def note(self, name: str) -> Any:  # noqa: ANN401 - JSON values
        """Return something that was written down about the study; None where nothing was."""
        with telling(self.path):
            return self._attributes.get(name)

    def write(self, name: str, value: Any) -> None:  # noqa: ANN401
        """Write something down about the study."""
        with telling(self.path):
            self._study.set_user_attr(name, value)

    def trials(self) -> tuple[Trial, ...]:
        """Read all trials that have begun, in order."""
        with telling(self.path):
            space = dict(self._attributes.get("space", {}))
            frozen = self._study.get_trials(deepcopy=False)
            return tuple(_read(one, space) for one in frozen if one.state.name != "WAITING")

    def recover(self) -> int:
        """Mark trials that a kill or Ctrl-C cut off, and line up their settings anew, in the same folder."""
        from optuna.trial import TrialState

        with telling(self.path):
            frozen = self._study.get_trials(deepcopy=False)
            again = {one.user_attrs.get("again_of") for one in frozen}
            cut = [one for one in frozen if one.state == TrialState.RUNNING]
            for one in cut:
                # The new one first: a kill between the two costs nothing, for it is found here the next time.
                if one.number not in again:
                    words = {"again_of": one.number, "place": _place(one), "first": one.user_attrs.get("first", False)}
                    self._study.enqueue_trial(dict(one.params), user_attrs=words)
                self._study.tell(one.number, state=TrialState.FAIL)
            return len(cut)

    def ask(self, seed: int) -> Trial:
        """Draw the next trial, which follows from the seed and the trials before, and mark it as running."""
        with telling(self.path):
            drawn = [one for one in self.trials() if one.state != INTERRUPTED]
            self._study.sampler = _rules.sampler(seed, len(drawn))
            trial = self._study.ask(distributions(self.space))
            self._running[trial.number] = trial
            frozen = self._study.trials[trial.number]
            return _read(frozen, self.space)

    def report(self, number: int, step: int, score: float) -> None:
        """Write down how good a running trial is at a step."""
        with telling(self.path):
            self._running[number].report(score, step)

    def hopeless(self, number: int, pruner: optuna.pruners.BasePruner) -> bool:
        """Say whether a running trial should be given up."""
        with telling(self.path):
            self._study.pruner = pruner
            return bool(self._running[number].should_prune())

    def end(self, number: int, state: str, score: float | None = None, **words: Any) -> None:  # noqa: ANN401 - JSON
        """Write down how a running trial ended: its ``epoch``, ``epochs``, ``seconds`` and ``why``."""
        from optuna.trial import TrialState

        with telling(self.path):
            trial = self._running.pop(number)
            for name, value in words.items():
                trial.set_user_attr(name, value)
            if state == FAILED:
                trial.set_user_attr("failed", value=True)
            # Optuna forgets trials that failed and would try their neighbours again. One that was pruned without a
            # figure it takes for the worst of all, which is what a failed one is.
            if state == DONE:
                self._study.tell(trial, score)
            else:
                self._study.tell(trial, state=TrialState.PRUNED)

    def trial(self, number: int) -> Trial:
        """Read one trial."""
        return next(trial for trial in self.trials() if trial.number == number)

    def scored(self) -> list[optuna.trial.FrozenTrial]:
        """Return the trials that have a score and did not fail, each as one that is done with the best it reached."""
        from optuna.trial import create_trial

        scores = {trial.number: trial.score for trial in self.trials() if trial.state in {DONE, PRUNED}}
        with telling(self.path):
            frozen = [one for one in self._study.get_trials(deepcopy=False) if scores.get(one.number) is not None]
        return [create_trial(params=t.params, distributions=t.distributions, value=scores[t.number]) for t in frozen]

    def count(self) -> int:
        """Return how many trials have ended; those that were interrupted do not count."""
        return sum(trial.state in ENDED for trial in self.trials())


def check_installed() -> None:
    """Refuse to begin what cannot be done."""
    try:
        import optuna  # noqa: F401 - whether it can be
        import sqlalchemy  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingPartError(f"A search needs {error.name}", todo="Install it: pip install 'mien[train]'") from error


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Put what SQLite and Optuna say of a file into a sentence."""
    check_installed()
    import sqlalchemy.exc
    from optuna.exceptions import OptunaError

    try:
        yield
    except (sqlalchemy.exc.SQLAlchemyError, OptunaError, sqlite3.Error) as error:
        _fail(path, error)


def _fail(path: Path, error: Exception) -> NoReturn:
    words = str(getattr(error.__cause__ or error, "orig", None) or error.__cause__ or error)
    if any(word in words for word in UNWRITABLE):
        came = f"The study '{path}' could not be written: {words}"
        raise StorageError(came, todo="Make room or let go of the file, and go on with --resume") from error
    came = f"The study '{path}' is damaged ({words})"
    raise StorageError(came, todo="Bring back a copy of it, or search anew with --replace") from error


def _check_file(path: Path) -> None:
    if not path.exists():
        return
    connection = sqlite3.connect(path, timeout=PATIENCE)
    try:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        connection.close()
    if found != "ok":
        raise sqlite3.DatabaseError(found)


def _open(path: Path) -> optuna.Study:
    import optuna
    from sqlalchemy.pool import NullPool

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        # Not by its URL: a path may hold what a URL gives a meaning to. A connection for each write: none is left open.
        kwargs = {"creator": lambda: sqlite3.connect(path, timeout=PATIENCE), "poolclass": NullPool}
        storage = optuna.storages.RDBStorage("sqlite://", engine_kwargs=kwargs)
        return optuna.create_study(storage=storage, study_name=NAME, direction="maximize", load_if_exists=True)
    except RuntimeError as error:
        came = f"The study '{path}' was made by another Optuna ({error})"
        raise SettingError(came, todo="Use the Optuna it was made with, or newer") from error
    except (AssertionError, KeyError, ValueError, AttributeError) as error:
        raise sqlite3.DatabaseError(f"{type(error).__name__}: {error}") from error
    finally:
        optuna.logging.set_verbosity(before)


def _place(frozen: optuna.trial.FrozenTrial) -> str:
    return str(frozen.user_attrs.get("place") or f"{PLACES}/{frozen.number:04}")


def _read(frozen: optuna.trial.FrozenTrial, space: Mapping[str, Any]) -> Trial:
    words = frozen.user_attrs
    values = frozen.intermediate_values
    return Trial(
        number=frozen.number,
        state=_state(frozen),
        settings=settings(space, frozen.params),
        score=max([*values.values(), *(frozen.values or [])], default=None),
        epoch=int(words.get("epoch", 0)),
        epochs=int(words.get("epochs", 0)),
        seconds=float(words.get("seconds", 0.0)),
        why=str(words.get("why", "")),
        place=_place(frozen),
        first=bool(words.get("first", False)),
    )


def _state(frozen: optuna.trial.FrozenTrial) -> str:
    from optuna.trial import TrialState

    if frozen.user_attrs.get("failed"):
        return FAILED
    words = {TrialState.COMPLETE: DONE, TrialState.PRUNED: PRUNED, TrialState.RUNNING: RUNNING}
    return words.get(frozen.state, INTERRUPTED)
