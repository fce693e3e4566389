"""Who trains, who chooses, who measures: decided once, before the first batch.

Samples that share bytes, pixels, a picture (near copies) or a person form one unit, and a unit is never cut. Units are
placed class by class, by a seeded hash of their content, so that the split depends on what the samples are and on
nothing else: not on their order, names or places.
"""

from mien.split._assign import assign, by_person
from mien.split._proof import REASONS, ClassCounts, Proof, prove
from mien.split._rounds import prove_rounds, rounds, suited

__all__ = ["REASONS", "ClassCounts", "Proof", "assign", "by_person", "prove", "prove_rounds", "rounds", "suited"]
