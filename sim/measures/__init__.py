"""Pure functions from the record to tidy tables."""

from sim.measures.comparison import MEASURES, compare, seed_measures
from sim.measures.coverage import WITHIN_MIN, coverage
from sim.measures.demand import OUTCOMES, REASONS, demand, unmet_share
from sim.measures.equity import EQUITY, access, equity, lorenz
from sim.measures.homes import homes
from sim.measures.outlets import outlets
from sim.measures.scores import NORMS, disagreement, scores
from sim.measures.streets import streets
from sim.measures.travel import times, travel, trips

__all__ = [
    "EQUITY",
    "MEASURES",
    "NORMS",
    "OUTCOMES",
    "REASONS",
    "WITHIN_MIN",
    "access",
    "compare",
    "coverage",
    "demand",
    "disagreement",
    "equity",
    "homes",
    "lorenz",
    "outlets",
    "scores",
    "seed_measures",
    "streets",
    "times",
    "travel",
    "trips",
    "unmet_share",
]
