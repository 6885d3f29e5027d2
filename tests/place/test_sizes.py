"""Sizes of grown places are known before anything grows, and the same on every version of Python."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from dataclasses import replace
from math import fsum
from typing import Any

import numpy as np
import pytest

from sim.config import load_config
from sim.errors import InputError
from sim.place import Place, build_place
from sim.place.config import MOST_DISTRICT_NODES, GrownConfig


@pytest.mark.parametrize("preset", ["new_district", "old_town", "outskirts"])
def test_estimate_of_street_nodes_is_near_what_grows(preset: str) -> None:
    config = load_config([f"place={preset}"]).config.place
    assert config.grown.nodes == pytest.approx(build_place(config).streets.n_nodes, rel=0.35)


def test_what_the_refusal_says_fits() -> None:
    wide = GrownConfig(area_km2=1e6)
    with pytest.raises(InputError, match="street nodes, more than"):
        wide.check("place.grown")
    replace(wide, area_km2=0.99e6 * MOST_DISTRICT_NODES / wide.nodes).check("place.grown")


def compensated(numbers: Iterable[Any], start: Any = 0) -> Any:
    """`sum` as Python has it from 3.12 on: exact to the last digit for floats."""
    told = [start, *numbers]
    return fsum(told) if any(isinstance(number, float) for number in told) else plain_sum(told)


plain_sum = builtins.sum


@pytest.mark.parametrize("preset", ["new_district", "old_town", "outskirts", "city"])
def test_coordinates_do_not_hang_on_the_version_of_sum(preset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config([f"place={preset}", "place.city.residents=60000"]).config.place

    def grown() -> list[Place]:
        return [build_place(replace(config, seed=seed)) for seed in range(4)]

    before = grown()
    monkeypatch.setattr(builtins, "sum", compensated)
    for one, other in zip(before, grown(), strict=True):
        np.testing.assert_array_equal(one.streets.xy, other.streets.xy)
