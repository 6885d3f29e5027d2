"""Amounts in words: shares, money, and differences with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.report.words import Words

if TYPE_CHECKING:
    pass

WAN = 10_000


def percent(share: float) -> str:
    """A share as a percentage, a dash where there is none."""
    return "–" if np.isnan(share) else f"{share:.1%}"


def signed(value: float, digits: int = 1) -> str:
    """A number with its sign, and a true minus."""
    text = f"{value:+.{digits}f}"
    return f"{0:.{digits}f}" if float(text) == 0 else text.replace("-", "−")


def money(words: Words, yuan: float) -> str:
    """An amount, in 万元 where Chinese readers count so."""
    if words.language == "zh" and yuan >= WAN:
        return words("wan_yuan", value=f"{yuan / WAN:,.4g}")
    return words("yuan", value=f"{yuan:,.0f}" if yuan >= 100 else f"{yuan:,.3g}")


def with_interval(words: Words, row: pd.Series, is_share: bool = True) -> str:
    """A paired difference with unit and 95 % interval, saying so where that contains zero or there is none."""
    factor, digits, unit = (100, 1, "points") if is_share else (1, 2, "minutes")
    digits = digits_for(row, factor, digits)
    value = words(unit, value=signed(row["difference"] * factor, digits))
    if np.isnan(row["ci_low"]):
        return words("no_interval" if row.get("places", row["seeds"]) < 2 else "all_alike", value=value)
    key = "interval_zero" if row["ci_low"] <= 0 <= row["ci_high"] else "interval"
    low, high = (signed(row[end] * factor, digits) for end in ("ci_low", "ci_high"))
    return words(key, value=value, low=low, high=high)


def digits_for(row: pd.Series, factor: float, least: int) -> int:
    """Decimals that tell the ends of an interval from its difference: `least`, or up to two more."""
    half = (row["ci_high"] - row["ci_low"]) / 2 * factor
    if not half > 0:
        return least
    return min(max(least, int(np.ceil(-np.log10(half)))), least + 2)


def short_interval(words: Words, row: pd.Series | None, factor: float = 100, digits: int = 1) -> str:
    """A paired difference and its interval for a cell of a table, with a star where it rests on few errands."""
    if row is None or np.isnan(row["difference"]):
        return "–"
    digits = digits_for(row, factor, digits)
    value, star = signed(row["difference"] * factor, digits), "*" if row["few"] == "yes" else ""
    if np.isnan(row["ci_low"]):
        return value + star
    low, high = (signed(row[end] * factor, digits) for end in ("ci_low", "ci_high"))
    return words("interval_short", value=value, low=low, high=high) + star
