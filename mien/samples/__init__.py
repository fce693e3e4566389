"""Data that Mien makes itself, so that nothing needs to be downloaded: a folder like any other, and its table."""

from mien.samples._draw import SAMPLE, VOICE_MARK, draw, draw_sample, sources, synthesise

__all__ = ["SAMPLE", "VOICE_MARK", "draw", "draw_sample", "sources", "synthesise"]
