"""What a kind is called, and how its samples are described: where every sentence takes its nouns from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from mien.core.types import InputContract
    from mien.faces import Detector


class Words:
    """The words of a kind; for what each is, see `Kind`."""

    name: ClassVar[str]
    one: ClassVar[str]
    many: ClassVar[str]
    unit: ClassVar[str] = "number"
    endings: ClassVar[tuple[str, ...]]
    formats: ClassVar[str]
    accepted: ClassVar[str] = "a path, a file's bytes, or an open file"
    verb: ClassVar[str] = "is"
    caution: ClassVar[str] = ""
    made_here: ClassVar[str] = ""
    classes: ClassVar[str] = "classes"

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
