"""Copies and signatures, tried as a sceptic would.

$ python bench/sceptic.py planted DATA STATE [--peers PYTHON]  recall and false joins, beside peers
$ python bench/sceptic.py looked STATE SHEET=WRONG ...          how many pairs of a sheet are two pictures
$ python bench/sceptic.py across DATA STATE                     FER2013's copies on both sides, and the box
$ python bench/sceptic.py cost DATA STATE                       what signatures cost the audit
$ python bench/sceptic.py growth DATA STATE                     10,000, 100,000 and 1,000,000 signatures

STATE keeps what is done: a command that was broken off goes on. PYTHON has cleanvision and imagededup; their CNN's
weights would have to be fetched, so it is left out. `planted` draws contact sheets into STATE: count by eye, tell
`looked`, and start `planted` again.
"""

from __future__ import annotations

import sys
from pathlib import Path

import _copies_across
import _copies_cost
import _copies_growth
import _copies_planted

COMMANDS = {"across": _copies_across.across, "cost": _copies_cost.cost, "growth": _copies_growth.growth}


def main(arguments: list[str]) -> None:
    """Do what the command line says."""
    if not arguments or arguments[0] not in ({"planted", "looked"} | COMMANDS.keys()):
        raise SystemExit(__doc__)
    name, *rest = arguments
    python = rest.pop(rest.index("--peers") + 1) if "--peers" in rest else None
    names = [one for one in rest if one != "--peers"]
    if name == "looked":
        _copies_planted.looked(*names)
        return
    data, state = map(Path, names)
    state.mkdir(parents=True, exist_ok=True)
    if name == "planted":
        _copies_planted.planted(data, state, python)
    else:
        COMMANDS[name](data, state)


if __name__ == "__main__":
    main(sys.argv[1:])
