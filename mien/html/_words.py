"""Numbers as people read them."""

from __future__ import annotations

from math import floor, isfinite

_MISSING = "\N{EN DASH}"


def percent(share: float | None, *, unit: bool = True) -> str:
    """Write a share, 0..1, in per cent; only a whole share is ever written as 100, and only none as 0.

    The space before the sign does not break; a dash stands where there is no number.

    >>> percent(0.843, unit=False), percent(0.9996, unit=False), percent(0.001, unit=False)
    ('84', '99.9', '<1')
    """
    if share is None or not isfinite(share):
        return _MISSING
    text = str(floor(share * 100 + 0.5))
    if text == "100" and share < 1:
        text = f"{floor(share * 1000) / 10:.1f}"
    elif text == "0" and share > 0:
        text = "<1"
    return f"{text}\N{NO-BREAK SPACE}%" if unit else text


def span(low: float | None, high: float | None) -> str:
    r"""Write an interval of shares, 0..1, in per cent, with a dash between; empty where an end is missing."""
    if low is None or high is None:
        return ""
    return f"{percent(low, unit=False)}\N{EN DASH}{percent(high, unit=False)}"


def points(share: float | None, *, sign: bool = False, places: int = 1) -> str:
    r"""Write a difference of two shares, -1..1, as so many of 100; a dash where there is no number.

    `sign` writes a plus before what is above zero (a minus is always written); a half is rounded away from zero.

    >>> points(0.0225), points(0.0225, sign=True), points(-0.004) == "\N{MINUS SIGN}0.4", points(0.2, places=0)
    ('2.3', '+2.3', True, '20')
    """
    if share is None or not isfinite(share):
        return _MISSING
    # Through twelve digits first: 0.0225 is 2.2499999999999996 of 100, and means 2.25.
    text = f"{floor(round(abs(share) * 100 * 10**places, 9) + 0.5) / 10**places:.{places}f}"
    before = "" if not text.strip("0.") else "\N{MINUS SIGN}" if share < 0 else "+" if sign else ""
    return before + text


def count(number: int, noun: str = "", plural: str = "") -> str:
    """Write a number of things; `plural` is needed where an s is not enough.

    >>> count(1204, "picture"), count(1, "class", "classes"), count(7)
    ('1,204 pictures', '1 class', '7')
    """
    if not noun:
        return f"{number:,}"
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def duration(seconds: float) -> str:
    """Write seconds as a length of time, in two units at most.

    >>> duration(0.42), duration(8.26), duration(75), duration(3720)
    ('0.4 s', '8.3 s', '1 min 15 s', '1 h 2 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def clock(seconds: float) -> str:
    """Write a moment of a recording as a player shows it, to the second.

    >>> clock(7.6), clock(75), clock(3720)
    ('0:07', '1:15', '1:02:00')
    """
    whole = int(seconds)
    minutes = f"{whole // 60 % 60:02d}" if whole >= 3600 else f"{whole // 60}"
    return f"{f'{whole // 3600}:' if whole >= 3600 else ''}{minutes}:{whole % 60:02d}"


def weight(size: int) -> str:
    """Write a file's size, bytes, in powers of 1,000, as file managers show it.

    >>> weight(999), weight(14_820_000)
    ('999 bytes', '14.8 MB')
    """
    if size < 1000:
        return f"{size} bytes"
    value, unit = (size / 1000, "kB") if size < 1_000_000 else (size / 1_000_000, "MB")
    return f"{value:.1f} {unit}"


def listing(names: list[str] | tuple[str, ...], last: str = "and") -> str:
    """Write names one after the other.

    >>> listing(["angry", "happy", "sad"], "or"), listing(["angry"])
    ('angry, happy or sad', 'angry')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"
