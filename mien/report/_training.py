"""How the training went."""

from __future__ import annotations

import statistics
from pathlib import PurePath

from mien import html
from mien.report._run_files import RunFiles


def training(files: RunFiles) -> html.Section | None:
    """Draw the curves and say why training stopped; None without a history."""
    history = files.history.epochs
    if not history:
        return None
    best = files.history.best.epoch if files.state.best_epoch is None else files.state.best_epoch
    stopped = str(files.scores.get("stopped") or files.state.stopped)
    if len(history) == 1:
        parts = [_origin(files), html.text(_gap(files, best)), _seeds(files), _seconds(files)]
        return html.section("Training", *parts, note=stopped)
    losses = {"training": [row.loss for row in history], "validation": [row.val_loss for row in history]}
    about = "How far the answers are from the labels; lower is better."
    loss = html.curves("Loss", losses, about=about, best=best)
    right = {"training": [row.accuracy for row in history], "validation": [row.val_accuracy for row in history]}
    about = f"Of the {files.kind.many} it learns from, and of those it is only tested on."
    accuracy = html.curves("Right answers", right, about=about, share=True, best=best)
    kept = f"The model of epoch {best} was kept: it did best on the validation {files.kind.many}."
    parts = [_origin(files), html.columns(accuracy, loss), html.text(_gap(files, best)), _seeds(files), _seconds(files)]
    return html.section("Training", *parts, note=" ".join(part for part in (stopped, kept) if part))


def _gap(files: RunFiles, best: int) -> str:
    epochs = files.history.epochs
    row = epochs[min(best, len(epochs)) - 1]
    known, new, many = row.accuracy, row.val_accuracy, files.kind.many
    if known - new > 0.1:
        return (
            f"It knows the {many} it learns from ({html.percent(known)} right) better than new ones "
            f"({html.percent(new)}): the difference is what it has learnt by heart. More {many}, or stronger "
            "augmentation, would narrow it."
        )
    return (
        f"It does about as well on new {many} ({html.percent(new)} right) as on those it learns from "
        f"({html.percent(known)}): it has not learnt them by heart."
    )


def _origin(files: RunFiles) -> html.Html:
    recipe = files.recipe
    words = []
    if recipe is not None and recipe.warm_start:
        words.append(f"It started from the network of the earlier run '{PurePath(recipe.warm_start).name}'.")
    if recipe is not None and recipe.teacher:
        words.append(f"It learnt what '{PurePath(recipe.teacher).name}' answers, beside the labels.")
    if words:
        words.append("Nothing that the earlier model was trained or chosen on is measured here.")
    return html.text(*words) if words else html.Html("")


def _seeds(files: RunFiles) -> html.Html:
    found = files.scores.get("members") or []
    test = files.test
    if not found or test is None:
        return html.Html("")
    alone = [float(member["accuracy"]) for member in found]
    mean, spread = statistics.mean(alone), statistics.stdev(alone)
    rows = [html.Estimate("all together", test.accuracy.value, test.accuracy.low, test.accuracy.high)]
    rows += [html.Estimate(f"seed {member['seed']} alone", float(member["accuracy"])) for member in found]
    words = (
        f"{len(alone)} models, alike but for their seed, answer together. Alone they are right on "
        f"{html.percent(mean, unit=False)} of 100 on average, and one seed differs from another by about "
        f"{spread * 100:.1f} points: a better model has to beat that."
    )
    chart = html.intervals("Right answers, of 100", rows, about="Dots are measured; the bar is the 95 % interval.")
    note = ["The curves above are those of the first seed."] if len(files.history.epochs) > 1 else []
    return html.block("Several seeds", words, chart, *note)


def _seconds(files: RunFiles) -> html.Html:
    found = files.scores.get("seconds") or files.state.seconds
    stages = {name: float(value) for name, value in found.items()}
    if not stages:
        return html.facts([("time to train", html.duration(files.history.epochs[-1].seconds))])
    rows = [(name, html.duration(value)) for name, value in stages.items()]
    total = html.duration(sum(stages.values()))
    return html.details(f"The whole run took {total}: where the time went", html.facts(rows))
