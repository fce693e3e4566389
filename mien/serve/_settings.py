"""How a server behaves: every setting with its sentence and its unit."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from mien.core.errors import SettingError


@dataclass(frozen=True)
class Settings:
    """How a server behaves.

    Parameters
    ----------
    models : tuple of str
        Model files, folders of runs, names of models in the box, or ``NAME=`` one of these; empty: those in the box.
    host : str
        Address to listen on.
    port : int
        0..65535; 0 takes a free one.
    key : str
        The key that a client must send; empty: none.
    open : bool
        Everyone who reaches the address may ask, without a key.
    inbox : path, optional
        Folder for the samples that visitors give; None: none can be given.
    inbox_bytes : int
        What the inbox may hold, bytes.
    max_bytes : int
        The largest sample, bytes.
    max_samples : int
        Samples in one request.
    max_faces : int
        Faces of one picture that are answered for, the largest.
    rate : float
        Requests a second and client, twice as many at once; 0: no limit. Clients on this machine have none.
    queue : int
        Requests in work at the same time; further ones are sent away with 503.
    wait : float
        Seconds that an answer may wait for others, to be worked out together.
    patience : float
        Seconds in which a request must have arrived whole.

    Raises
    ------
    SettingError
        If one of them is out of range, or the address can be reached from elsewhere and neither `key` nor `open` is
        given.
    """

    models: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8000
    key: str = ""
    open: bool = False
    inbox: Path | None = None
    inbox_bytes: int = 1 << 30
    max_bytes: int = 20_000_000
    max_samples: int = 16
    max_faces: int = 100
    rate: float = 20.0
    queue: int = 256
    wait: float = 0.0
    patience: float = 30.0

    def __post_init__(self) -> None:
        for name, least, most in _RANGES:
            value = getattr(self, name)
            if not least <= value <= most:
                raise SettingError(f"{name} = {value} is out of range", expected=f"{least:,} to {most:,}")
        if self.key and self.open:
            raise SettingError("Both a key and --open came", expected="one of them")
        if any(not 33 <= ord(letter) <= 126 for letter in self.key):
            raise SettingError("The key has a letter that no header can carry", expected="letters, digits and signs")
        if not (self.key or self.open or is_loopback(self.host)):
            raise SettingError(
                f"'{self.host}' can be reached from other machines, and no key is set",
                todo="Set one: MIEN_API_KEY=... mien serve, or let everyone in: --open",
            )


_RANGES = (
    ("port", 0, 65_535),
    ("inbox_bytes", 0, 1 << 50),
    ("max_bytes", 1, 1 << 30),
    ("max_samples", 1, 1000),
    ("max_faces", 1, 500),
    ("rate", 0, 1_000_000),
    ("queue", 1, 100_000),
    ("wait", 0, 1),
    ("patience", 0.1, 3600),
)


def is_loopback(host: str) -> bool:
    """Say whether an address can be reached from this machine alone.

    Parameters
    ----------
    host : str
        A name or an address.

    Returns
    -------
    bool
        False for a name that is not ``localhost``: what it means is not ours to know.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
