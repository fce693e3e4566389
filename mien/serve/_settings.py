"""How a server behaves: every setting with its sentence and its unit."""

from __future__ import annotations

import dataclasses
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mien.core.errors import SettingError


def _setting(default: Any, about: str, **rule: Any) -> Any:  # noqa: ANN401 - as dataclasses.field is typed
    """Declare a field: ``least`` and ``most`` bound a number, ``option`` is what Typer takes for it."""
    return dataclasses.field(default=default, metadata={"about": about, **rule})


@dataclass(frozen=True)
class Settings:
    """How a server behaves. Each field's ``metadata["about"]`` says what it means and in which unit; see docs/cli.md.

    Raises
    ------
    SettingError
        If one of them is out of range, or the address can be reached from elsewhere and neither `key` nor `open` is
        given.
    """

    models: tuple[str, ...] = _setting(
        (), "Model files, runs, names of models in the box, or NAME=FILE; those in the box if none."
    )
    detector: str = _setting("auto", "Who looks for faces: auto (fcos, in the box), or another detector's name.")
    host: str = _setting("127.0.0.1", "Address to listen on.")
    port: int = _setting(8000, "Port; 0 takes a free one.", least=0, most=65_535, option={"names": ("--port", "-p")})
    key: str = _setting(
        "", "Clients must send it.", option={"names": ("--api-key",), "envvar": "MIEN_API_KEY", "show_default": False}
    )
    open: bool = _setting(False, "Let everyone in who reaches the address.", option={"names": ("--open",)})
    inbox: Path | None = _setting(  # noqa: RUF009 - it returns a field
        None, "Keep samples that visitors give, with their consent.", option={"metavar": "DIR", "show_default": False}
    )
    counts: Path | None = _setting(  # noqa: RUF009 - it returns a field
        None,
        "Count answers by the hour, for mien watch: no sample, no address, no single answer.",
        option={"metavar": "FILE", "show_default": False},
    )
    inbox_bytes: int = _setting(1 << 30, "What the inbox may hold, bytes.", least=0, most=1 << 50)
    max_bytes: int = _setting(20_000_000, "The largest sample, bytes.", least=1, most=1 << 30)
    max_samples: int = _setting(16, "Samples in a request.", least=1, most=1000)
    max_faces: int = _setting(100, "Faces of a picture that are answered for.", least=1, most=500)
    # Twice as many at once; clients on this machine have no limit.
    rate: float = _setting(20.0, "Requests a second and client; 0: no limit.", least=0, most=1_000_000)
    queue: int = _setting(256, "Requests in work; more are sent away with 503.", least=1, most=100_000)
    wait: float = _setting(0.0, "Seconds an answer may wait for others.", least=0, most=1)
    patience: float = _setting(30.0, "Seconds in which a request must arrive.", least=0.1, most=3600)

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            value, rule = getattr(self, item.name), item.metadata
            if "least" in rule and not rule["least"] <= value <= rule["most"]:
                expected = f"{rule['least']:,} to {rule['most']:,}"
                raise SettingError(f"{item.name} = {value} is out of range", expected=expected)
        if self.key and self.open:
            raise SettingError("Both a key and --open came", expected="one of them")
        if any(not 33 <= ord(letter) <= 126 for letter in self.key):
            raise SettingError("The key has a letter that no header can carry", expected="letters, digits and signs")
        if not (self.key or self.open or is_loopback(self.host)):
            came = f"'{self.host}' can be reached from other machines, and no key is set"
            raise SettingError(came, todo="Set one: MIEN_API_KEY=... mien serve, or let everyone in: --open")


def is_loopback(host: str) -> bool:
    """Say whether an address can be reached from this machine alone; what names but ``localhost`` mean is not known."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
