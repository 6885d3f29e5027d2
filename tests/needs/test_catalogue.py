"""What the catalogue refuses, and by which key."""

from __future__ import annotations

from typing import Any

import pytest

from sim.errors import InputError
from sim.needs import NeedsConfig
from tests.needs.conftest import need


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"tier": "luxury"}, "tier"),
        ({"per_week": {0: -1.0}}, "per_week.0"),
        ({"per_week": {-3: 1.0}}, "per_week.-3"),
        ({"limit_min": {60: float("nan")}}, "limit_min.60"),
        ({"beside_elder_per_week": -1.0}, "beside_elder_per_week"),
        ({"regular_per_week": -1.0}, "regular_per_week"),
        ({"patience": -0.5}, "patience"),
        ({"stay_min": -5.0}, "stay_min"),
        ({"online_share": {15: 1.4}}, "online_share.15"),
        ({"days": []}, "days"),
        ({"days": [7]}, "days"),
        ({"hours": {}}, "hours"),
        ({"hours": {0: [[9.0, 8.0, 1.0]]}}, "hours.0"),
        ({"hours": {0: [[9.0, 25.0, 1.0]]}}, "hours.0"),
        ({"hours": {0: [[9.0, 10.0, 0.0]]}}, "hours.0"),
        ({"weekend_hours": {60: [[9.0, 10.0]]}}, "weekend_hours.60"),
        ({"collect": [17.0]}, "collect"),
        ({"collect": [17.0, 16.0]}, "collect"),
        ({"substitutes": {"nowhere": 1.0}}, "substitutes"),
    ],
)
def test_an_impossible_need_is_refused_by_its_key(change: dict[str, Any], key: str) -> None:
    NeedsConfig({"market": need()}).check()
    with pytest.raises(InputError) as refused:
        NeedsConfig({"market": need(**change)}).check()
    assert str(refused.value).startswith(f"needs.catalogue.market.{key}: ")


@pytest.mark.parametrize(
    ("config", "key"),
    [
        (NeedsConfig(), "needs.catalogue"),
        (NeedsConfig({"a": need()}, {15: 1.2}), "needs.chain_share.15"),
        (NeedsConfig({"a": need()}, {}, -1.0), "needs.chain_within_min"),
    ],
)
def test_an_impossible_catalogue_is_refused_by_its_key(config: NeedsConfig, key: str) -> None:
    with pytest.raises(InputError) as refused:
        config.check()
    assert str(refused.value).startswith(f"{key}: ")
