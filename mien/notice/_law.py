"""The lines of law that bear on reading expressions of people, dated, in every language of the papers."""

from __future__ import annotations

from mien.notice._deployment import Deployment
from mien.notice._language import Language, language
from mien.notice._markdown import plain

AS_OF = "2026-11"  # the month in which the lines were checked
LINES = ("ban", "tell", "high", "special", "assess", "elsewhere")


def line(words: Language, name: str) -> str:
    """Write one of `LINES`, with the month as of which it is true, and that it is no legal advice."""
    return f"{words.say(f'law.{name}')} {words.say('law.suffix', month=AS_OF)}"


def law_page(deployment: Deployment, date: str) -> str:
    """Write the lines as a page, Markdown."""
    words = language(deployment.language)
    intro = words.say("law.intro", date=date, purpose=plain(deployment.purpose))
    parts = [f"# {words.say('law.title')}", intro, "\n".join(f"- {line(words, name)}" for name in LINES)]
    if deployment.exception:
        parts.append(words.say(f"notice.exception_{deployment.exception}", operator=plain(deployment.operator)))
    return "\n\n".join(parts) + "\n"
