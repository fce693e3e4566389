"""How the training went."""

from __future__ import annotations

from mien import web
from mien.report._material import Material


def training(material: Material) -> web.Section | None:
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
    column = {name: [row.get(name) for row in history] for name in history[0]}
    loss = web.curves(
        "Loss",
        {"training": column.get("loss", []), "validation": column.get("val_loss", [])},
        about="How far the answers are from the labels; lower is better.",
        best=best,
    )
    accuracy = web.curves(
        "Right answers",
        {"training": column.get("accuracy", []), "validation": column.get("val_accuracy", [])},
        about="Of the pictures it learns from, and of those it is only tested on.",
        share=True,
        best=best,
    )
    stopped = str(material.scores.get("stopped") or material.state.get("stopped", ""))
    kept = f"The model of epoch {best} was kept: it did best on the validation pictures." if best else ""
    parts = [web.columns(accuracy, loss), web.text(_gap(material, best)), _seconds(material)]
    return web.section("Training", *parts, note=" ".join(part for part in (stopped, kept) if part))


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
            f"It knows the pictures it learns from ({web.percent(known)} right) better than new ones "
            f"({web.percent(new)}): the difference is what it has learnt by heart. More pictures, or stronger "
            "augmentation, would narrow it."
        )
    return (
        f"It does about as well on new pictures ({web.percent(new)} right) as on those it learns from "
        f"({web.percent(known)}): it has not learnt them by heart."
    )


def _seconds(material: Material) -> web.Html:
    found = material.scores.get("seconds") or material.state.get("seconds") or {}
    stages = {name: float(value) for name, value in found.items()}
    if not stages:
        last = material.history[-1].get("seconds")
        return web.facts([("time to train", web.duration(last))]) if last else web.Html("")
    rows = [(name, web.duration(value)) for name, value in stages.items()]
    total = web.duration(sum(stages.values()))
    return web.details(f"The whole run took {total}: where the time went", web.facts(rows))
