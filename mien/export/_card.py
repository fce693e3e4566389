"""The model card: what the file is, how good, and what it must not be used for."""

from __future__ import annotations

from mien.core.types import InputContract

NOT_FOR = (
    "Not for deciding about people. The label says what an expression looks like to annotators, not what a person "
    "feels. In the European Union, reading emotions at work and in education is banned with few exceptions, and "
    "elsewhere it is high-risk and must be disclosed (AI Act, articles 5 and 50, annex III)."
)


def card(contract: InputContract, *, family: str, data: str, sentence: str) -> str:
    """Write the model card that travels inside the file.

    Parameters
    ----------
    contract : InputContract
        What the model eats.
    family : str
        Name of the model family.
    data : str
        What it was trained on, in a few words.
    sentence : str
        How good it is, in a sentence with an interval.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> eats = InputContract(("happy", "sad"), 48)
    >>> text = card(eats, family="compact", data="400 faces", sentence="Right on 9 of 10.")
    >>> text.splitlines()[0]
    '# An expression classifier made with Mien'
    """
    return "\n".join(
        [
            "# An expression classifier made with Mien",
            "",
            f"Family: {family}. Says which of {', '.join(contract.labels)} a face looks like.",
            f"Takes: {contract.size} x {contract.size} px RGB bytes. Trained on: {data}.",
            "",
            f"How good: {sentence}",
            "",
            f"{NOT_FOR}",
            "",
        ]
    )
