"""`mien notice`: the papers that a model's use asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli import _options as options
from mien.cli._terminal import answer

Purpose = Annotated[str, typer.Option("--purpose", help="What the answers are used for.")]
Operator = Annotated[str, typer.Option("--operator", help="Who is responsible.")]
Contact = Annotated[str, typer.Option("--contact", help="Where people object: an address, a number, a person.")]
Retention = Annotated[str, typer.Option("--retention", help="What is kept, and for how long.")]
_LANGUAGE = "The language of the papers."
Language = Annotated[str, typer.Option("--lang", metavar="de|en|es|fr|hi", help=_LANGUAGE)]
_EXCEPTION = "Claim a reason for which article 5(1)(f) of the AI Act allows what it prohibits; it stands in the papers."
Exception_ = Annotated[str, typer.Option("--exception", metavar="medical|safety", help=_EXCEPTION)]
Folder = Annotated[Path, typer.Option("--out", "-o", metavar="FOLDER", help="Where the papers go.")]


def notice(
    model: options.ModelFile,
    *,
    purpose: Purpose,
    operator: Operator,
    contact: Contact,
    retention: Retention,
    lang: Language = "en",
    exception: Exception_ = "",
    out: Folder = Path("notice"),
    as_json: options.Json = False,
) -> None:
    """Write the page that people must be shown, the log, a draft of the risk assessment, and the law.

    Purposes that article 5(1)(f) of the AI Act prohibits, reading people at work or in education, are refused.

    Try:

      mien notice face --purpose "A play" --operator "A theatre" --contact desk@example.org --retention nothing
    """
    from mien import notice as verbs

    deployment = verbs.Deployment(purpose, operator, contact, retention, exception, lang)
    made = verbs.write(model, deployment, out)
    if as_json:
        answer({"files": [str(path) for path in made]})
        return
    typer.echo("A draft, and no legal advice: read each, answer what is marked, and show people the first.")
    for path in made:
        typer.echo(f"  {path}")
