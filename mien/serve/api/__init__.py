"""What a client sees: the addresses, what they take, and the shape of what they answer."""

from __future__ import annotations

from mien.serve.api._addresses import Addresses
from mien.serve.api._body import explain_damage
from mien.serve.api._routes import routes
from mien.serve.api._schema import ProblemOut, examples

__all__ = ["Addresses", "ProblemOut", "examples", "explain_damage", "routes"]
