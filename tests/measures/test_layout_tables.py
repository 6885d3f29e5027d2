"""The tables of a layout: every measure's own, under its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pandas as pd
import pytest

from sim.measures import layout_tables
from sim.measures.layout_tables import Counted, define_table, every_table, tables_of

README = Path(__file__).parents[2] / "results" / "README.md"
OF_A_STUDY = {"layouts", "seeds", "compare", "goal", "headline", "places"}  # which compare layouts, or need several


def test_every_table_that_is_described_is_made() -> None:
    text = README.read_text(encoding="utf-8")
    described = {
        line.split("/")[1].removesuffix(".csv") for line in text.splitlines() if line.startswith("### tables/")
    }
    assert set(every_table()) == described - OF_A_STUDY


def test_a_measure_adds_its_table_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    every_table()
    monkeypatch.setattr(layout_tables, "_TABLES", {})
    every_table.cache_clear()
    try:
        define_table("mine", lambda counted: cast(Any, counted) + 1)
        found = tables_of(cast(Counted, pd.DataFrame({"n": [1, 2]})))
        assert list(found) == ["mine"]
        assert found["mine"]["n"].tolist() == [2, 3]
        with pytest.raises(ValueError, match="two tables are called mine"):
            define_table("mine", lambda counted: cast(Any, counted))
    finally:
        every_table.cache_clear()
