"""How much of its accuracy the model keeps when samples are corrupted."""

from __future__ import annotations

from mien import html
from mien.core.errors import StorageError
from mien.evaluate import Illustration, Robustness, robustness_parts
from mien.kinds import Preview
from mien.report._run_files import RunFiles
from mien.report._thumbnails import Thumbnails


def robustness(files: RunFiles, thumbnails: Thumbnails) -> html.Section | None:
    """Show what corruptions do to it; None where nobody has measured it."""
    if not files.robustness:
        return None
    kind = files.kind
    found, shown = Robustness.from_dict(files.robustness.get("robustness", {})), files.robustness.get("shown", [])
    if not isinstance(shown, list):
        raise StorageError(f"'{files.run.robustness}' is damaged", todo="Run: mien evaluate RUN --corrupt")

    def place(preview: Preview, words: str) -> html.Html:
        return thumbnails.place(preview, words, size=(144 * kind.wide, 144))

    table, *cards = robustness_parts(found, [Illustration.from_dict(one) for one in shown], kind, place)
    worst = [html.block("What hurts most", *cards)] if cards else []
    return html.section(f"When {kind.many} are worse", found.sentence, *worst, table)
