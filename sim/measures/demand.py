"""Demand met and unmet: how many errands were raised, what became of them, and why not."""

from __future__ import annotations

import pandas as pd

OUTCOMES = ("met_walk", "met_delivery", "met_home_service", "met_online", "unmet")
REASONS = (
    "no_outlet",
    "too_far",
    "limited",
    "not_admitted",
    "unknown",
    "closed",
    "full",
    "queue",
    "no_carer",
    "cannot_walk",
)


def demand(errands: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Errands raised, by outcome and by reason unmet, for every combination of the columns `by` that occurs.

    `raised` is the sum of the outcomes and `unmet` the sum of the reasons; counts are over all rows of the
    record given.
    """
    rows = errands.groupby([*by, "outcome", "reason"], observed=True, sort=True).size().rename("n").reset_index()
    counts = pd.concat(
        [
            rows.pivot_table(index=by, columns=column, values="n", aggfunc="sum", fill_value=0, observed=True).reindex(
                columns=list(names), fill_value=0
            )
            for column, names in (("outcome", OUTCOMES), ("reason", REASONS))
        ],
        axis=1,
    )
    counts.insert(0, "raised", counts[list(OUTCOMES)].sum(axis=1))
    return counts.astype("int64").reset_index()


def unmet_share(counts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """`raised`, `unmet` and `unmet_share` of a demand table, added up over all columns but `by`."""
    total = counts.groupby(by, observed=True, sort=True)[["raised", "unmet"]].sum().reset_index()
    total["unmet_share"] = total["unmet"] / total["raised"]
    return total
