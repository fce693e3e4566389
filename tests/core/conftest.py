"""Settings for the tests of the ground."""

from __future__ import annotations

from hypothesis import settings

# A busy machine may take a second to flush one file; that is no failure.
settings.register_profile("ground", deadline=None)
settings.load_profile("ground")
