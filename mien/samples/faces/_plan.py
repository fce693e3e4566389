"""Which picture shows whom, and how a row of the table is made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from mien.samples.faces._camera import encode
from mien.samples.faces._draw import draw
from mien.samples.faces._parameters import FaceParameters
from mien.samples.faces._scene import sample_parameters

PICTURES_OF_A_PERSON = 3  # in each class

Row = dict[str, str | int | float | bool]


@dataclass(frozen=True)
class Picture:
    """One picture to draw."""

    verb: ClassVar[str] = "shows"
    path: str  # where it goes, relative to the folder, with ``/``
    face: FaceParameters  # what it shows
    label: str  # the folder it is filed under; in a dirty set not always what it shows
    seed: int = 0  # of the data set: each has people of its own
    size: int = 128  # side, pixels

    @property
    def who(self) -> int:
        """Number of the person that it shows."""
        return self.face.identity.person

    def data(self, kind: str = "") -> bytes:
        """Draw it, and give the file's content; `kind` is another format than its camera's."""
        camera = self.face.camera
        return encode(draw(self.face, self.size), replace(camera, kind=kind or camera.kind))

    def row(self) -> Row:
        """Give its line of the table."""
        identity = self.face.identity
        return {
            "path": self.path,
            "label": self.label,
            "person": name_of(self.who, self.seed),
            "skin_tone": identity.skin_tone,
            "glasses": self.face.setting.glasses,
            "light": self.face.light.name,
            "intensity": round(self.face.expression.intensity, 4),
        }


def name_of(person: int, seed: int = 0) -> str:
    """Name a person: ``p017``, or ``s5p017`` for another seed, whose people are others."""
    return f"{f's{seed}' if seed else ''}p{person:03d}"


def picture(
    index: int, person: int | None = None, filed: str = "", *, seed: int, labels: tuple[str, ...], size: int = 128
) -> Picture:
    """Plan picture number `index`; it does not depend on how many there are.

    Without a `person`, each is shown in a row of pictures, three times in each class.
    """
    label = labels[index % len(labels)]
    who = index // (PICTURES_OF_A_PERSON * len(labels)) if person is None else person
    face = sample_parameters(seed, index, label, person=who)
    folder = filed or label
    return Picture(f"{folder}/{name_of(who)}_{index:05d}.{face.camera.kind}", face, folder, seed, size)
