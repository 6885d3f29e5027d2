"""What a layout offers, packed for the loop: outlets, pools, offers and needs, and from where they can be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.columns import Ints, Rows
from sim.day.config import DayConfig
from sim.day.options import options_of
from sim.day.tables import NEED, NOBODY_COMES, OFFER, OUTLET, POOL, Supply, fill_rows
from sim.day.terms import NEVER, TermsBook, window_rows
from sim.needs import NeedConfig
from sim.outlets import Kind, Layout
from sim.randomness import text_key
from sim.reach import Reach


def supply_of(layout: Layout, reach: Reach, needs: Mapping[str, NeedConfig], day: DayConfig) -> Supply:
    """What a layout offers; an outlet that offers a substitute serves the need at the substitute's penalty."""
    book = TermsBook(day)
    by_kind = [_offered_by(kind, needs, book) for kind in layout.kinds]
    offered = [by_kind[kind] for kind in layout.kind.tolist()]
    n_offers = np.array([len(some) for some in offered], np.int64)
    offers = _offers_of(layout, offered, day)
    terms, prices, reserved = book.written()
    options, option = options_of(reach, np.append(0, np.cumsum(n_offers)), offers["need"], len(needs))
    return Supply(
        outlets=_outlets_of(layout, day),
        windows=window_rows([outlet.windows for outlet in layout.outlets]),
        pools=_pools_of(layout),
        offers=offers,
        terms=terms,
        prices=prices,
        reserved=reserved,
        needs=_needs_of(needs, offers["need"], terms[offers["terms"]]),
        row=reach.row,
        options=options,
        option=option,
    )


class _Offered(NamedTuple):
    """An offer of an outlet: rows of the need, of its pools among those of the outlet, and of its terms."""

    need: int
    pool: int
    home_pool: int
    terms: int
    service_s: float
    penalty: float
    fixed: bool


def _offered_by(kind: Kind, needs: Mapping[str, NeedConfig], book: TermsBook) -> list[_Offered]:
    """The offers by which a kind of outlet meets needs, in their order."""
    pool_row = {key: row for row, key in enumerate(kind.pools)}
    found = []
    for row, (key, need) in enumerate(needs.items()):
        if matched := kind.offer_for(key, need.substitutes):
            offer, penalty = matched
            home_pool = pool_row[offer.home.pool] if offer.home else -1
            found.append(
                _Offered(
                    need=row,
                    pool=pool_row[offer.pool] if offer.walk_in else home_pool,
                    home_pool=home_pool,
                    terms=book.row_of(offer),
                    service_s=offer.service_min * 60,
                    penalty=penalty,
                    fixed=offer.service == "fixed",
                )
            )
    return found


def _offers_of(layout: Layout, offered: Sequence[Sequence[_Offered]], day: DayConfig) -> Rows:
    """The offers of all outlets, those of one outlet in a row."""
    first_pool = np.cumsum([0, *(len(outlet.pools) for outlet in layout.outlets)])
    drawn = np.array([day.size_weight * np.log(outlet.size) + outlet.attraction for outlet in layout.outlets])
    of = np.repeat(np.arange(len(layout)), np.array([len(some) for some in offered], np.int64))
    columns = np.array([one for some in offered for one in some], float).reshape(-1, len(_Offered._fields)).T
    need, pool, home_pool, terms, service_s, penalty, fixed = columns
    return fill_rows(
        OFFER,
        len(of),
        outlet=of,
        need=need,
        pool=first_pool[of] + pool,
        home_pool=np.where(home_pool < 0, -1, first_pool[of] + home_pool),
        terms=terms,
        service_s=service_s,
        utility=drawn[of] - penalty,
        fixed=fixed,
    )


def _pools_of(layout: Layout) -> Rows:
    """The pools of all outlets, those of one outlet in a row, with slots for their servers and their room."""
    pools = [pool for outlet in layout.outlets for pool in outlet.pools.values()]
    servers, room = (np.array([getattr(pool, key) for pool in pools], np.int32) for key in ("servers", "room"))
    return fill_rows(
        POOL,
        len(pools),
        servers=servers,
        per_day=[pool.per_day for pool in pools],
        room=room,
        places=[pool.places for pool in pools],
        server_slot=np.cumsum(servers) - servers,
        room_slot=np.cumsum(room) - room,
    )


def _outlets_of(layout: Layout, day: DayConfig) -> Rows:
    outlets = layout.outlets
    first: dict[tuple[int, tuple[float, float]], int] = {}
    window_end = np.cumsum([len(outlet.windows) for outlet in outlets], dtype=np.int32)
    return fill_rows(
        OUTLET,
        len(outlets),
        key=np.array([text_key(outlet.id) for outlet in outlets], np.uint64),
        snap_m=[outlet.snap_m for outlet in outlets],
        familiar_m=[max(day.familiar_m, outlet.familiar_m) for outlet in outlets],
        node=[outlet.node for outlet in outlets],
        door=[first.setdefault((outlet.node, outlet.xy), row) for row, outlet in enumerate(outlets)],
        admits=layout.admits,
        window=window_end - np.array([len(outlet.windows) for outlet in outlets], np.int32),
        window_end=window_end,
        every_weeks=[outlet.every_weeks for outlet in outlets],
        in_week=[outlet.in_week for outlet in outlets],
    )


def _needs_of(needs: Mapping[str, NeedConfig], need_of: Ints, terms: Rows) -> Rows:
    """The needs, with how the layout meets them: `need_of` and `terms` are those of each offer."""
    order_age = np.full(len(needs), NEVER, np.int64)
    np.minimum.at(order_age, need_of, np.where(terms["home"] != NOBODY_COMES, terms["home_age"], NEVER))
    return fill_rows(
        NEED,
        len(needs),
        key=np.array([text_key(key) for key in needs], np.uint64),
        patience=[need.patience for need in needs.values()],
        order_age=order_age,
        on_foot=np.bincount(need_of, terms["walk_in"], len(needs)) > 0,
        at_home=np.bincount(need_of, terms["home"] != NOBODY_COMES, len(needs)) > 0,
    )
