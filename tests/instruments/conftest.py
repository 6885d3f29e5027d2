"""Worlds small enough to check by hand.

Everybody walks a metre a second, so that metres are seconds; dislikes nothing but the walk; and waits as long as it
takes. Streets lie in a row, 100 m from node to node, unless told otherwise. Outlets are open day and night, and their
counters serve as many as come, unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd

from sim.day import DayConfig
from sim.needs import NeedConfig, NeedsConfig, raise_errands
from sim.outlets import FormatConfig, Layout, LayoutConfig, OfferConfig, PoolConfig, lay_out
from sim.people import Mobility, PeopleConfig, Residents
from sim.place import Place
from sim.randomness import text_key
from sim.record import Record
from tests.needs.conftest import PEOPLE
from tests.worlds import (
    ALWAYS,
    HOUR_S,
    PUBLIC,
    Link,
    Person,
    Shop,
    Wish,
    World,
    errands_of,
    layout_of,
    place_of,
    residents_of,
    streets_of,
)

Ground = tuple[Place, Layout]  # a place as a layout leaves it, and the layout

MINUTE_S = 60.0
NOON = 12 * HOUR_S
CALM = DayConfig(cost_per_min={0: 0.1}, size_weight=0.0, taste_scale=0.0, patience_unlimited_share=1.0)
COUNTER = PoolConfig(servers=0)  # serves as many as come


# ---- the place, and what stands there


def row(nodes: int = 10, homes: Sequence[int] = (0,), behind_wall: Sequence[int] = (), **more: Any) -> Place:
    """Nodes in a row, 100 m apart, with homes at some, and one wall around some."""
    compound = [0 if node in behind_wall else PUBLIC for node in range(nodes)]
    place = place_of(
        streets_of(compound, [Link(node, node + 1) for node in range(nodes - 1)]), [(node, 0.0) for node in homes]
    )
    return replace(place, **more)


def drawn(*shops: Shop, place: Place | None = None) -> Ground:
    """Outlets drawn by hand."""
    return place or row(), layout_of(shops)


def offer(minutes: float = 0.0, **terms: Any) -> OfferConfig:
    """An offer that takes exactly so long."""
    return OfferConfig(service_min=minutes, service="fixed", **terms)


def shop(
    shop_id: str,
    node: int,
    *needs: str,
    pools: Mapping[str, PoolConfig] | None = None,
    minutes: float = 0.0,
    **more: Any,
) -> Shop:
    """An outlet of some needs; `more` of the offer or of the outlet."""
    terms = {key: more.pop(key) for key in list(more) if key in OfferConfig.__dataclass_fields__}
    return Shop(shop_id, node, {need: offer(minutes, **terms) for need in needs}, pools or {"staff": COUNTER}, **more)


def form(offers: Mapping[str, OfferConfig], **more: Any) -> FormatConfig:
    """A format of a layout file."""
    usual: dict[str, Any] = {"zh": "店", "en": "Shop", "hours": ALWAYS, "pools": {"staff": COUNTER}}
    return FormatConfig(**(usual | more), offers=dict(offers))


def laid(place: Place, base: LayoutConfig, **plan: Any) -> Ground:
    """What a layout file `plan` makes of a place and the layout `base`."""
    configs = {"base": base, "plan": LayoutConfig(base="base", **plan)}
    formats = base.formats | configs["plan"].formats
    return lay_out("plan", configs, place, 100, {need: None for form in formats.values() for need in form.offers}, 1)


# ---- who wants what


def persons(n: int, **person: Any) -> list[Person]:
    """So many of a kind."""
    return [Person(**person) for _ in range(n)]


def housebound(**person: Any) -> Person:
    return Person(**({"age": 85} | person), mobility=Mobility.HOUSEBOUND)


def each(people: Sequence[Person], need: str, wanted_s: float, first: int = 0, **wish: Any) -> list[Wish]:
    """The same wish of everybody."""
    return [Wish(first + i, need, wanted_s, **wish) for i in range(len(people))]


def world(
    ground: Ground,
    people: Sequence[Person],
    wishes: Sequence[Wish],
    needs: Mapping[str, NeedConfig] | None = None,
    day: DayConfig = CALM,
    **more: Any,
) -> World:
    """All that a run needs; whatever need is not given is walked to for 15 minutes."""
    place, layout = ground
    named = {wish.need for wish in wishes} | {need for outlet in layout.outlets for need in outlet.offers}
    catalogue = NeedsConfig({need: NeedConfig(limit_min={0: 15.0}) for need in sorted(named)} | dict(needs or {}))
    residents = residents_of(people)
    errands, tours = errands_of(wishes, residents, catalogue)
    return World(place, residents, catalogue, errands, tours, layout, day, **more)


def raised(
    ground: Ground,
    residents: Residents,
    needs: NeedsConfig,
    people: PeopleConfig = PEOPLE,
    weekdays: Sequence[int] = (0,),
) -> World:
    """A run of errands that are not written down but raised from needs."""
    needs.check()
    errands, tours = raise_errands(residents, people, needs, list(weekdays), 1)
    place, layout = ground
    return World(place, residents, needs, errands, tours, layout, CALM, len(weekdays), first_weekday=weekdays[0])


def daily(**changes: Any) -> NeedConfig:
    """A need that everybody has once a day around noon, and walks to for 15 minutes."""
    usual: dict[str, Any] = {"per_week": {0: 7.0}, "hours": {0: [[11.0, 13.0, 1.0]]}, "limit_min": {0: 15.0}}
    return NeedConfig(**(usual | changes))


# ---- what came of it


def rows_of(world: World) -> pd.DataFrame:
    """What became of each wish, in the order of the wishes."""
    return in_order(world, world.run())


def in_order(world: World, record: Record) -> pd.DataFrame:
    """The errands of a record in the order of the wishes, texts as texts."""
    wish = {int(text_key(f"errand {i}")): i for i in range(len(world.errands))}
    order = np.argsort([wish[int(key)] for key in world.errands.key])
    return as_text(record.errands.iloc[order].reset_index(drop=True))


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """A table without categories, so that one more outlet elsewhere is no difference."""
    return table.astype({name: object for name in table if isinstance(table[name].dtype, pd.CategoricalDtype)})


def by_resident(world: World) -> pd.DataFrame:
    """What became of the errands of each resident, one after the other."""
    return as_text(world.run().errands).sort_values(["resident", "wanted_s"], kind="stable", ignore_index=True)


def ends(rows: pd.DataFrame) -> list[str]:
    """How each errand ended: the outlet where it was met, or the reason why it was not."""
    met = rows["outcome"] != "unmet"
    return rows["outlet"].where(met, rows["reason"]).tolist()


def assert_same(before: pd.DataFrame, after: pd.DataFrame, who: Any = slice(None)) -> None:
    """Row for row and bit for bit the same, for all or for some."""
    pd.testing.assert_frame_equal(before[who], after[who], check_exact=True)


def assert_same_run(before: World, after: World) -> None:
    """Two worlds of which one does what the other does: every errand and every walk."""
    first, second = before.run(), after.run()
    assert_same(as_text(first.errands), as_text(second.errands))
    assert_same(as_text(first.legs), as_text(second.legs))


def assert_same_demand(before: World, after: World) -> None:
    """Bit for bit the same errands and tours."""
    for first, second in ((before.errands, after.errands), (before.tours, after.tours)):
        for column in fields(first):
            np.testing.assert_array_equal(getattr(first, column.name), getattr(second, column.name), column.name)


def assert_share(count: int, of: int, share: float) -> None:
    """A count as it is to be expected of so many tosses of a coin, within four standard errors."""
    assert 0 < count < of
    assert abs(count - of * share) <= 4 * sqrt(of * share * (1 - share)), f"{count} of {of}, not {share:.0%}"
