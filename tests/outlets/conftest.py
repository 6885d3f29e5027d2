"""A small town with one compound, drawn by hand, and formats to lay over it."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from sim.needs import NeedConfig
from sim.outlets import FormatConfig, Kind, Layout, LayoutConfig, OfferConfig, Outlet, PoolConfig, lay_out
from sim.place import Homes, Place, Sites, Streets

# Twelve street corners 100 m apart, four to a row, and behind a wall in the north a compound of
# two nodes (12, 13) with a gate at corner 9. Homes stand at corners 0 and 3 and in the compound.
CORNERS = [(100.0 * (node % 4), 100.0 * (node // 4)) for node in range(12)]
NEEDS = {"groceries": None, "breakfast": None, "clinic": NeedConfig(limit_min={0: 15.0}, enrolled=True)}


def town(crs: str | None = None, east: float = 0.0, north: float = 0.0, **changes: Any) -> Place:
    xy = np.add([*CORNERS, (100.0, 250.0), (200.0, 250.0)], [east, north])
    across = [(node, node + 1) for node in range(12) if node % 4 < 3]
    along = [(node, node + 4) for node in range(8)]
    links = np.array([*across, *along, (9, 12), (12, 13)], dtype=np.int32)
    n = len(links)
    streets = Streets(
        xy=xy,
        links=links,
        length_m=np.linalg.norm(xy[links[:, 0]] - xy[links[:, 1]], axis=1),
        grade=np.zeros(n),
        crossing_s=np.zeros(n),
        stairs=np.zeros(n, dtype=bool),
        gate=np.arange(n) == n - 2,
        compound=np.array([-1] * 12 + [0, 0], dtype=np.int32),
        crs=crs,
    )
    at = np.array([0, 3, 12, 13])
    homes = Homes(
        node=at.astype(np.int32),
        xy=xy[at],
        snap_m=np.zeros(4),
        compound=streets.compound[at],
        zone=np.zeros(4, np.int32),
        weight=np.array([1.0, 1.0, 2.0, 2.0]),
    )
    return Place("town", streets, homes, ("all",), gates=np.array([9], np.int32), **changes)


def form(**changes: Any) -> FormatConfig:
    numbers: dict[str, Any] = {
        "zh": "店",
        "en": "Shop",
        "hours": {0: [[8.0, 20.0]]},
        "pools": {"staff": PoolConfig(servers=2)},
        "offers": {"groceries": OfferConfig(2.0)},
        "cost_yuan": 1000.0,
    }
    return FormatConfig(**(numbers | changes))


def formats() -> dict[str, FormatConfig]:
    return {
        "shop": form(per_20600=0.0),
        "kiosk": form(offers={"breakfast": OfferConfig(1.0)}, cost_yuan=50.0, size=0.5, attraction=0.2),
        "clinic": form(offers={"clinic": OfferConfig(8.0)}, cost_yuan=0.0),
    }


def sites(**at: tuple[str, float, float]) -> Sites:
    """Outlets of a map: id=(format, x, y)."""
    xy = np.array([row[1:] for row in at.values()], dtype=float).reshape(-1, 2)
    return Sites(tuple(at), tuple(row[0] for row in at.values()), tuple(at), xy)


def laid(place: Place, name: str = "plan", residents: int = 20_600, seed: int = 1, **configs: LayoutConfig) -> Layout:
    return lay_out(name, configs, place, residents, NEEDS, seed)[1]


def by_id(layout: Layout) -> dict[str, Outlet]:
    return {outlet.id: outlet for outlet in layout.outlets}


def verbs(layout: Layout) -> list[tuple[str, str]]:
    """What each edit did, and to which outlet."""
    return [(edit.verb, edit.id) for edit in layout.edits]


def standing(node: int, snap_m: float = 0.0, admits: int = -1, outlet_id: str = "x", **changes: Any) -> Outlet:
    """An outlet at a node, as a layout would hold it."""
    numbers: dict[str, Any] = {
        "id": outlet_id,
        "name": "",
        "format": "shop",
        "node": node,
        "snap_m": snap_m,
        "xy": (0.0, 0.0),
        "admits": admits,
        "windows": ((-np.inf, np.inf),),
        "size": 1.0,
        "attraction": 0.0,
    }
    pools = changes.pop("pools", {"staff": PoolConfig()})
    offers = changes.pop("offers", {"groceries": OfferConfig()})
    return Outlet(kind=Kind(pools, offers), **(numbers | changes))


def layout_of(*outlets: Outlet) -> Layout:
    return Layout("plan", "", "", tuple(outlets), {"shop": form()})


@st.composite
def places(draw: st.DrawFn, compounds: int) -> Place:
    """Up to a dozen nodes with any links between them, slopes, stairs and crossings, some behind walls."""
    n = draw(st.integers(1, 12))
    node = st.integers(0, n - 1)
    m = draw(st.integers(0, 2 * n)) if n > 1 else 0
    apart = st.tuples(node, node).filter(lambda ends: ends[0] != ends[1])
    links = draw(st.lists(apart, min_size=m, max_size=m))

    def column(values: st.SearchStrategy[Any], size: int) -> np.ndarray:
        return np.array(draw(st.lists(values, min_size=size, max_size=size)))

    compound = column(st.integers(-1, compounds - 1), n).astype(np.int32)
    ends = np.array(links, dtype=np.int32).reshape(-1, 2)
    homes = np.unique(column(node, draw(st.integers(1, 4)))).astype(np.int32)
    streets = Streets(
        xy=np.column_stack([np.arange(n, dtype=float), np.zeros(n)]),
        links=ends,
        length_m=column(st.floats(1, 300), m).astype(float),
        grade=column(st.sampled_from([0.0, 0.0, 0.05, -0.1]), m).astype(float),
        crossing_s=column(st.sampled_from([0.0, 0.0, 12.0]), m).astype(float),
        stairs=column(st.sampled_from([False, False, True]), m).astype(bool),
        gate=compound[ends[:, 0]] != compound[ends[:, 1]],
        compound=compound,
        cycling=column(st.sampled_from([True, True, False]), m).astype(bool),
    )
    return Place(
        "drawn",
        streets,
        Homes(
            node=homes,
            xy=streets.xy[homes],
            snap_m=np.zeros(len(homes)),
            compound=compound[homes],
            zone=np.zeros(len(homes), np.int32),
            weight=np.ones(len(homes)),
        ),
        ("all",),
    )


@st.composite
def worlds(draw: st.DrawFn, compounds: int) -> tuple[Place, Layout, tuple[float, ...]]:
    place = draw(places(compounds))
    doors = draw(
        st.lists(st.tuples(st.integers(0, place.streets.n_nodes - 1), st.sampled_from([0.0, 7.5, 40.0])), max_size=6)
    )
    layout = layout_of(*(standing(node, snap_m, outlet_id=f"o{i}") for i, (node, snap_m) in enumerate(doors)))
    limit = st.sampled_from([0.0, 90.3, 333.3, 2000.1])
    return place, layout, (draw(limit), draw(limit), draw(limit), draw(limit))
