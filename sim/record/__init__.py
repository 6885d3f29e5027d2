"""The record of a run: what became of every errand, the tally of it, and the store of runs."""

from sim.record.count import tally_run
from sim.record.npz import read_tally, tally_about, tally_digest, write_tally
from sim.record.outcomes import OUTCOMES, REASONS, Outcome, Reason
from sim.record.schema import Record
from sim.record.store import (
    KEEP,
    RECORD,
    TALLY,
    About,
    State,
    Store,
    digest_of,
    lend_run,
    look_at,
    renew_tally,
    tally_fits,
    write_run,
)
from sim.record.tally import Tally

__all__ = [
    "KEEP",
    "OUTCOMES",
    "REASONS",
    "RECORD",
    "TALLY",
    "About",
    "Outcome",
    "Reason",
    "Record",
    "State",
    "Store",
    "Tally",
    "digest_of",
    "lend_run",
    "look_at",
    "read_tally",
    "renew_tally",
    "tally_about",
    "tally_digest",
    "tally_fits",
    "tally_run",
    "write_run",
    "write_tally",
]
