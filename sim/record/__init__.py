"""The record of a run: what became of every errand, the tally of it, and the store of runs."""

from sim.record.outcomes import OUTCOMES, REASONS, Outcome, Reason
from sim.record.schema import Record
from sim.record.tally import Tally, read_tally, tally_about, tally_digest, tally_run, write_tally

__all__ = [
    "OUTCOMES",
    "REASONS",
    "Outcome",
    "Reason",
    "Record",
    "Tally",
    "read_tally",
    "tally_about",
    "tally_digest",
    "tally_run",
    "write_tally",
]
