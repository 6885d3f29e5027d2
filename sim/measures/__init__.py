"""Pure functions from the record to tidy tables: tables are made of the sums of tallies."""

from sim.measures.catchment import access
from sim.measures.comparison import MEASURES, compare_layouts, headline, join_seeds, seed_measures, seed_pair, sums_of
from sim.measures.coverage import coverage
from sim.measures.crowd import WITHIN_MIN, Crowd, crowd_of
from sim.measures.demand import demand, unmet_share
from sim.measures.equity import EQUITY, equity, lorenz
from sim.measures.homes import homes
from sim.measures.layout_tables import Counted, tables_of
from sim.measures.nearness import near_outlets
from sim.measures.outlets import outlets
from sim.measures.places import place_spreads
from sim.measures.scores import NORMS, disagreement, scores
from sim.measures.seed_equity import seed_equity
from sim.measures.sheets import as_read, read_sheet, write_sheet
from sim.measures.streets import streets
from sim.measures.travel import ALL, times, travel

__all__ = [
    "ALL",
    "EQUITY",
    "MEASURES",
    "NORMS",
    "WITHIN_MIN",
    "Counted",
    "Crowd",
    "access",
    "as_read",
    "compare_layouts",
    "coverage",
    "crowd_of",
    "demand",
    "disagreement",
    "equity",
    "headline",
    "homes",
    "join_seeds",
    "lorenz",
    "near_outlets",
    "outlets",
    "place_spreads",
    "read_sheet",
    "scores",
    "seed_equity",
    "seed_measures",
    "seed_pair",
    "streets",
    "sums_of",
    "tables_of",
    "times",
    "travel",
    "unmet_share",
    "write_sheet",
]
