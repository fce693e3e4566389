"""What a kind is called, and how its samples are described: where every sentence takes its nouns from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from mien.core.types import InputContract
    from mien.faces import Detector


class Words:
    """The words of a kind.

    Attributes
    ----------
    name : str
        As manifests and contracts have it, and the entry point: lower-case letters.
    one, many : str
        What it is called in sentences, in one and in many.
    unit : str
        What one consists of, in one: ``pixel``.
    endings : tuple of str
        Of files that hold one, in lower case, without the dot.
    formats : str
        What a file may be saved as, for sentences: ``PNG or JPEG``.
    accepted : str
        What Python may call a sample, for sentences: paths, bytes and files, and what `convert` takes.
    subject, subjects : str
        What of it is judged, in one and in many, such as the face in a picture; else the sample itself.
    verb, classes : str
        In the sentence "which of these classes a subject is".
    attention, map_note : str
        What a model does to a sample, as in what it ``looks at``; and which part it ought to go by, in a sentence.
    caution : str
        What else a report must say against using a model of people; empty where nothing.
    made_here : str
        What those are called, in many, that bear the mark `Kind.is_drawn` looks for; empty where Mien makes none.
    example : str
        A file's name, for examples; `one` with the first ending where nothing is said.
    faces : bool
        Whether faces may be looked for in it.
    """

    name: ClassVar[str]
    one: ClassVar[str]
    many: ClassVar[str]
    unit: ClassVar[str] = "number"
    faces: ClassVar[bool] = False
    endings: ClassVar[tuple[str, ...]]
    formats: ClassVar[str]
    accepted: ClassVar[str] = "a path, a file's bytes, or an open file"
    verb: ClassVar[str] = "is"
    caution: ClassVar[str] = ""
    made_here: ClassVar[str] = ""
    classes: ClassVar[str] = "classes"
    attention: ClassVar[str] = "goes by"
    map_note: ClassVar[str] = ""

    @property
    def subject(self) -> str:
        """What of it is judged."""
        return self.one

    @property
    def subjects(self) -> str:
        """The same, in many."""
        return self.many

    @property
    def example(self) -> str:
        """A file's name, for examples."""
        return f"{self.one}.{self.endings[0]}"

    @property
    def appears(self) -> str:
        """What stands before an answer: ``looks`` of ``looks like``."""
        return self.verb.partition(" ")[0]

    @property
    def counted(self) -> tuple[str, str]:
        """What figures count, in one and in many: faces, where it shows any; else the samples themselves."""
        return (self.subject, self.subjects) if self.faces else (self.one, self.many)

    def count(self, number: int) -> str:
        """Say how many, such as ``1,200 pictures``."""
        return f"{number:,} {self.one if number == 1 else self.many}"

    def measure(self, contract: InputContract) -> str:
        """Say how large a row is, such as ``48 px``."""
        return " x ".join(map(str, contract.shape))

    def described(self, contract: InputContract) -> str:
        """Say what a batch of rows is, such as ``uint8 [N, 48, 48, 3], RGB``."""
        return f"{contract.dtype} [N, {', '.join(map(str, contract.shape))}]"

    def fitting(self, contract: InputContract) -> str:
        """Say in a sentence what another program must do to a decoded sample; empty where that is nothing."""
        return ""

    def stem(self, contract: InputContract, detector: Detector | None, *, cut_already: bool = False) -> str:
        """Begin the names of cached files; what two contracts share has one name. `cut_already` is as for `prepare`."""
        return f"{self.name}-{'x'.join(map(str, contract.shape))}-{contract.dtype}-"
