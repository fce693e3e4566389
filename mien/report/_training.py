"""How the training went."""

from __future__ import annotations

import statistics
from pathlib import PurePath

from mien import html
from mien.report._material import Material


def training(material: Material) -> html.Section | None:
    """Draw the curves and say why training stopped.

    Parameters
    ----------
    material : Material
        The run.

    Returns
    -------
    Section or None
        None without a history.
    """
    history = material.history
    if not history:
        return None
    best = _best(material)
    stopped = str(material.scores.get("stopped") or material.state.get("stopped", ""))
    if len(history) == 1:
        parts = [_origin(material), html.text(_gap(material, best)), _seeds(material), _seconds(material)]
        return html.section("Training", *parts, note=stopped)
    column = {name: [row.get(name) for row in history] for name in history[0]}
    loss = html.curves(
        "Loss",
        {"training": column.get("loss", []), "validation": column.get("val_loss", [])},
        about="How far the answers are from the labels; lower is better.",
        best=best,
    )
    accuracy = html.curves(
        "Right answers",
        {"training": column.get("accuracy", []), "validation": column.get("val_accuracy", [])},
        about="Of the pictures it learns from, and of those it is only tested on.",
        share=True,
        best=best,
    )
    kept = f"The model of epoch {best} was kept: it did best on the validation pictures." if best else ""
    parts = [
        _origin(material),
        html.columns(accuracy, loss),
        html.text(_gap(material, best)),
        _seeds(material),
        _seconds(material),
    ]
    return html.section("Training", *parts, note=" ".join(part for part in (stopped, kept) if part))


def _best(material: Material) -> int | None:
    if "best_epoch" in material.state:
        return int(material.state["best_epoch"])
    rows = [
        (row.get("val_balanced_accuracy") or 0.0, -(row.get("val_loss") or 0.0), index + 1)
        for index, row in enumerate(material.history)
    ]
    return max(rows, key=lambda row: row[:2])[2] if rows else None


def _gap(material: Material, best: int | None) -> str:
    row = material.history[(best or len(material.history)) - 1 if (best or 0) <= len(material.history) else -1]
    known, new = row.get("accuracy"), row.get("val_accuracy")
    if known is None or new is None:
        return ""
    if known - new > 0.1:
        return (
            f"It knows the pictures it learns from ({html.percent(known)} right) better than new ones "
            f"({html.percent(new)}): the difference is what it has learnt by heart. More pictures, or stronger "
            "augmentation, would narrow it."
        )
    return (
        f"It does about as well on new pictures ({html.percent(new)} right) as on those it learns from "
        f"({html.percent(known)}): it has not learnt them by heart."
    )


def _origin(material: Material) -> html.Html:
    recipe = material.recipe
    words = []
    if recipe is not None and recipe.warm_start:
        words.append(f"It started from the network of the earlier run '{PurePath(recipe.warm_start).name}'.")
    if recipe is not None and recipe.teacher:
        words.append(f"It learnt what '{PurePath(recipe.teacher).name}' answers, beside the labels.")
    if words:
        words.append("Nothing that the earlier model was trained or chosen on is measured here.")
    return html.text(" ".join(words)) if words else html.Html("")


def _seeds(material: Material) -> html.Html:
    found = material.scores.get("members") or []
    test = material.test
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
    note = html.text("The curves above are those of the first seed.") if len(material.history) > 1 else html.Html("")
    chart = html.intervals("Right answers, of 100", rows, about="Dots are measured; the bar is the 95 % interval.")
    return html.block("Several seeds", html.text(words), chart, note)


def _seconds(material: Material) -> html.Html:
    found = material.scores.get("seconds") or material.state.get("seconds") or {}
    stages = {name: float(value) for name, value in found.items()}
    if not stages:
        last = material.history[-1].get("seconds")
        return html.facts([("time to train", html.duration(last))]) if last else html.Html("")
    rows = [(name, html.duration(value)) for name, value in stages.items()]
    total = html.duration(sum(stages.values()))
    return html.details(f"The whole run took {total}: where the time went", html.facts(rows))
