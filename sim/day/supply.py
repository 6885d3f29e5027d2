"""What the loop reads: layout, reach, errands and rules as tables, one row each for outlet, pool, offer and errand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from sim.by_age import ByAge
from sim.columns import Bools, Floats, Ints, Keys, Rows
from sim.day.config import DayConfig
from sim.kernels import kernel
from sim.needs import Channel, Errands, NeedConfig, NeedsConfig, Tours
from sim.outlets import HomeConfig, Kind, Layout, OfferConfig
from sim.outlets.hours import Window, week_windows
from sim.parallel import in_parts
from sim.people import Mobility, Residents
from sim.place import Place, WalkClass
from sim.randomness import AHEAD, text_key, uniform
from sim.reach import Reach
from sim.record.outcomes import Outcome

AGES: Final = 121  # terms are written out for every age from 0 to 120
NEVER: Final = np.iinfo(np.int32).max

# One row each, as the loop reads them: what belongs to one thing lies side by side in memory.
OUTLET: Final = np.dtype(
    [
        ("key", np.uint64),  # of its id
        ("snap_m", np.float64),
        ("familiar_m", np.float64),  # within about which it is known
        ("node", np.int32),
        ("door", np.int32),  # the first outlet at the very same spot
        ("admits", np.int32),  # a compound, or -1
        ("window", np.int32),  # its windows are window..window_end
        ("window_end", np.int32),
        ("every_weeks", np.int32),
        ("in_week", np.int32),
    ]
)
WINDOW: Final = np.dtype([("opens_s", np.float64), ("closes_s", np.float64)])  # of a week
POOL: Final = np.dtype(
    [
        ("servers", np.int32),
        ("per_day", np.int32),
        ("room", np.int32),
        ("places", np.int32),
        ("server_slot", np.int32),  # its servers are server_slot.. in the state
        ("room_slot", np.int32),
    ]
)
OFFER: Final = np.dtype(
    [
        ("service_s", np.float64),
        ("utility", np.float64),  # size, attraction, and the penalty of a substitute
        ("outlet", np.int32),
        ("need", np.int32),
        ("pool", np.int32),
        ("home_pool", np.int32),  # whose servers go to homes, or -1
        ("terms", np.int32),
        ("fixed", np.bool_),
    ]
)
TERMS: Final = np.dtype(
    [
        ("share", np.float64),  # of errands that the assortment satisfies
        ("pickup_s", np.float64),  # for what was ordered ahead, or -1
        ("age_from", np.int32),  # of whose need it is
        ("age_below", np.int32),
        ("reserved_age", np.int32),  # only those so old or older are served in the windows reserved..reserved_end
        ("reserved", np.int32),
        ("reserved_end", np.int32),
        ("walk_in", np.bool_),
        ("home", np.int8),  # the outcome of what is brought or done at home, or 0
        ("home_fixed", np.bool_),
        ("home_s", np.float64),  # at the door
        ("home_m_s", np.float64),
        ("radius_m", np.float64),
        ("within_s", np.float64),
        ("registered", np.float64),  # share of the housebound who are known there
        ("per_round", np.int32),
        ("home_age", np.int32),  # from which others than the housebound may order
        ("kept", np.int32),  # servers for the housebound only
    ]
)
NEED: Final = np.dtype(
    [
        ("key", np.uint64),
        ("patience", np.float64),
        ("order_age", np.int32),  # from which others than the housebound may order it, of anybody
        ("on_foot", np.bool_),  # some outlet serves who walks in
        ("at_home", np.bool_),  # some outlet comes to homes
    ]
)
OPTION: Final = np.dtype([("metres", np.float64), ("offer", np.int32)])
ERRAND: Final = np.dtype(
    [
        ("key", np.uint64),
        ("wanted_s", np.float64),
        ("stay_s", np.float64),
        ("limit_m", np.float64),  # walked at most for it
        ("resident", np.int32),
        ("follows", np.int32),
        ("place", np.int32),  # where it is held to, see `enrolment`
        ("age", np.int16),  # of the resident
        ("need", np.int8),
        ("ahead", np.bool_),  # ordered before, where that can be picked up
    ]
)
TOUR: Final = np.dtype(
    [
        ("speed_m_s", np.float64),
        ("snap_m", np.float64),  # from the door of the dwelling to the node, floors climbed included at this pace
        ("first", np.int32),  # its errands are first..end
        ("end", np.int32),
        ("walk_class", np.int8),
    ]
)
RESIDENT: Final = np.dtype(
    [
        ("door_m", np.float64),  # from the door of the house to the node
        ("climb_s", np.float64),  # from the door of the dwelling to that of the house
        ("cost_per_s", np.float64),  # utility per second walked
        ("known_share", np.float64),
        ("home", np.int32),  # node
        ("compound", np.int32),
        ("tour", np.int32),  # the tours walked are tour..tour_end
        ("tour_end", np.int32),
        ("range_factor", np.float64),  # by which benches lengthen the range of the slow
        ("housebound", np.bool_),
    ]
)


class Supply(NamedTuple):
    """Outlets with their windows, pools of staff, offers and terms (`prices` (term, age) in utility, `reserved`
    windows), and from where they can be had.

    From start row r for need n, the nearest first: `option[options[r * n_needs + n]..]`, up to the next; r is
    `row[walk class, node]`.
    """

    outlets: Rows
    windows: Rows
    pools: Rows
    offers: Rows
    terms: Rows
    prices: Floats
    reserved: Rows
    needs: Rows
    row: Ints
    options: Ints
    option: Rows


class Demand(NamedTuple):
    """Errands, tours, residents, and the rows of the housebound's errands in order of time."""

    errands: Rows
    tours: Rows
    residents: Rows
    orders: Ints


class Rules(NamedTuple):
    """The numbers of `DayConfig` that the loop uses, the seed, the week's second at which day 0 begins, and which week
    is the first measured.
    """

    seed: int
    monday_s: float
    first_week: int
    taste_scale: float
    retries: int
    unlimited_share: float
    patience_median_s: float
    patience_sigma: float


def table(rows: np.dtype[np.void], n: int, **columns: ArrayLike) -> Rows:
    """`n` rows with these columns; all columns of the type are to be given."""
    made = np.empty(n, rows)
    for name in rows.names or ():
        made[name] = columns.pop(name)
    assert not columns, columns
    return made


def supply_of(layout: Layout, reach: Reach, needs: Mapping[str, NeedConfig], day: DayConfig) -> Supply:
    """The supply side of a layout; an outlet that offers a substitute serves the need at the substitute's penalty."""
    pools = [pool for outlet in layout.outlets for pool in outlet.pools.values()]
    first_pool = np.cumsum([0, *(len(outlet.pools) for outlet in layout.outlets)])
    book = _TermsBook(day)
    by_kind = [_offered_by(kind, needs, book) for kind in layout.kinds]
    offered = [by_kind[kind] for kind in layout.kind.tolist()]
    n_offers = np.array([len(some) for some in offered], np.int64)
    drawn = np.array([day.size_weight * np.log(outlet.size) + outlet.attraction for outlet in layout.outlets])
    of = np.repeat(np.arange(len(layout)), n_offers)
    columns = np.array([one for some in offered for one in some], float).reshape(-1, len(_Offered._fields)).T
    need, pool, home_pool, on_terms, service_s, penalty, fixed = columns
    offers = table(
        OFFER,
        len(of),
        outlet=of,
        need=need,
        pool=first_pool[of] + pool,
        home_pool=np.where(home_pool < 0, -1, first_pool[of] + home_pool),
        terms=on_terms,
        service_s=service_s,
        utility=drawn[of] - penalty,
        fixed=fixed,
    )
    terms, prices, reserved = book.written()
    options, option = _options_of(reach, np.append(0, np.cumsum(n_offers)), offers["need"], len(needs))
    servers, room = (np.array([getattr(pool, key) for pool in pools], np.int32) for key in ("servers", "room"))
    return Supply(
        outlets=_outlets_of(layout, day),
        windows=_windows([outlet.windows for outlet in layout.outlets]),
        pools=table(
            POOL, len(pools), servers=servers, room=room,
            per_day=[pool.per_day for pool in pools], places=[pool.places for pool in pools],
            server_slot=np.cumsum(servers) - servers, room_slot=np.cumsum(room) - room,
        ),
        offers=offers,
        terms=terms,
        prices=prices,
        reserved=reserved,
        needs=_needs_of(needs, offers["need"], terms[offers["terms"]]),
        row=reach.row,
        options=options,
        option=option,
    )  # fmt: skip


class _Offered(NamedTuple):
    """An offer of an outlet: rows of the need, of its pools among those of the outlet, and of its terms."""

    need: int
    pool: int
    home_pool: int
    terms: int
    service_s: float
    penalty: float
    fixed: bool


def _offered_by(kind: Kind, needs: Mapping[str, NeedConfig], book: _TermsBook) -> list[_Offered]:
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


def _outlets_of(layout: Layout, day: DayConfig) -> Rows:
    outlets = layout.outlets
    first: dict[tuple[int, tuple[float, float]], int] = {}
    window_end = np.cumsum([len(outlet.windows) for outlet in outlets], dtype=np.int32)
    return table(
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
    np.minimum.at(order_age, need_of, np.where(terms["home"] > 0, terms["home_age"], NEVER))
    return table(
        NEED,
        len(needs),
        key=np.array([text_key(key) for key in needs], np.uint64),
        patience=[need.patience for need in needs.values()],
        order_age=order_age,
        on_foot=np.bincount(need_of, terms["walk_in"], len(needs)) > 0,
        at_home=np.bincount(need_of, terms["home"] > 0, len(needs)) > 0,
    )


def _windows(windows: Sequence[Sequence[Window]]) -> Rows:
    """Windows one after the other."""
    flat = np.array([window for of_one in windows for window in of_one], float).reshape(-1, 2)
    return table(WINDOW, len(flat), opens_s=flat[:, 0], closes_s=flat[:, 1])


class _TermsBook:
    """Collects the terms of offers, each once; the first row is the plain one."""

    def __init__(self, day: DayConfig) -> None:
        self.day = day
        self.rows: dict[str, tuple[int, OfferConfig]] = {}
        self.row_of(OfferConfig())

    def row_of(self, offer: OfferConfig) -> int:
        """The row of an offer's terms."""
        terms = replace(offer, service_min=0.0, service="", pool="")
        return self.rows.setdefault(repr(terms), (len(self.rows), offer))[0]

    def written(self) -> tuple[Rows, Floats, Rows]:
        """The terms, the utility of their prices (term, age), and their reserved windows."""
        offers = [offer for _, offer in self.rows.values()]
        homes = [offer.home or HomeConfig(from_age=NEVER) for offer in offers]
        windows = [week_windows(offer.reserved.hours, "reserved") if offer.reserved else () for offer in offers]
        reserved_end = np.cumsum([len(w) for w in windows])
        ages = np.arange(AGES)
        yuan = ByAge(self.day.cost_per_yuan).at(ages)
        terms = table(
            TERMS,
            len(offers),
            share=[offer.share for offer in offers],
            pickup_s=[-1.0 if offer.pickup_min is None else offer.pickup_min * 60 for offer in offers],
            age_from=[offer.ages[0] if offer.ages else 0 for offer in offers],
            age_below=[offer.ages[1] if offer.ages else NEVER for offer in offers],
            reserved_age=[offer.reserved.from_age if offer.reserved else 0 for offer in offers],
            reserved=reserved_end - [len(w) for w in windows],
            reserved_end=reserved_end,
            walk_in=[offer.walk_in for offer in offers],
            home=[_home_outcome(offer) for offer in offers],
            home_fixed=[home.service == "fixed" for home in homes],
            home_s=[home.service_min * 60 for home in homes],
            home_m_s=[home.speed_m_s for home in homes],
            radius_m=[home.radius_m for home in homes],
            within_s=[home.within_min * 60 for home in homes],
            registered=[home.registered_share for home in homes],
            per_round=[home.per_round for home in homes],
            home_age=[NEVER if home.from_age is None else home.from_age for home in homes],
            kept=[home.reserved for home in homes],
        )
        prices = np.array([-yuan * offer.price_yuan * (1 - ByAge(offer.discount).at(ages)) for offer in offers])
        return terms, prices, _windows(windows)


def _home_outcome(offer: OfferConfig) -> int:
    """What an errand is that was met at home, or 0 where the offer does not come there."""
    if offer.delivery:
        return int(Outcome.MET_DELIVERY)
    return int(Outcome.MET_HOME_SERVICE) if offer.home_service else 0


def _options_of(reach: Reach, first: Ints, need: Ints, n_needs: int) -> tuple[Ints, Rows]:
    """Reach by need: for each start and need the offers within reach. Those of outlet j are first[j]..first[j + 1],
    each with its `need`.
    """
    rows = np.arange(len(reach.indptr) - 1)
    count = np.zeros(len(rows) * n_needs, np.int64)
    in_parts(lambda part: _count_options(part, reach.indptr, reach.outlet, first, need, n_needs, count), rows)
    options = np.append(0, np.cumsum(count))
    option = np.empty(options[-1], OPTION)
    in_parts(
        lambda part: _fill_options(
            part, reach.indptr, reach.outlet, reach.metres, first, need, n_needs, options, option
        ),
        rows,
    )
    return options, option


@kernel
def _count_options(rows: Ints, indptr: Ints, outlet: Ints, first: Ints, need: Ints, n_needs: int, count: Ints) -> None:
    """How many options each of the rows has for each need."""
    for r in rows:
        for k in range(indptr[r], indptr[r + 1]):
            for offer in range(first[outlet[k]], first[outlet[k] + 1]):
                count[r * n_needs + need[offer]] += 1


@kernel
def _fill_options(
    rows: Ints, indptr: Ints, outlet: Ints, metres: Floats, first: Ints, need: Ints, n_needs: int,
    options: Ints, option: Rows,
) -> None:  # fmt: skip
    """Write the options of the rows, in the order of reach."""
    end = np.empty(n_needs, np.int64)
    for r in rows:
        end[:] = options[r * n_needs : (r + 1) * n_needs]
        for k in range(indptr[r], indptr[r + 1]):
            for offer in range(first[outlet[k]], first[outlet[k] + 1]):
                at = end[need[offer]]
                option[at].offer, option[at].metres = offer, metres[k]
                end[need[offer]] = at + 1


def demand_of(
    place: Place,
    residents: Residents,
    needs: NeedsConfig,
    errands: Errands,
    tours: Tours,
    layout: Layout,
    day: DayConfig,
    seed: int,
) -> Demand:
    """The demand side: errands and tours with the limits of who walks them, before anybody is enrolled."""
    n_walks = int(tours.first[-1])
    tour = errands.tour[:n_walks]
    limit_s = walk_limit_s(residents, needs, errands, n_walks)
    age = residents.age[errands.resident]
    ahead_share = np.zeros(len(errands))
    for row, config in enumerate(needs.catalogue.values()):
        if config.order_ahead_share:
            here = errands.need == row
            ahead_share[here] = ByAge(config.order_ahead_share).at(age[here])
    homes = place.homes
    benches = layout.benches(place.zones)[homes.zone[residents.home]]
    factor = np.where(tours.walk_class == WalkClass.STEP_FREE, benches[tours.walker], 1.0)
    limit_m = np.full(len(errands), np.nan)
    limit_m[:n_walks] = np.minimum(limit_s * tours.speed_m_s[tour], (tours.range_m * factor)[tour])
    climb_s = residents.climb_s_in(homes)
    orders = np.flatnonzero(errands.channel == Channel.HOUSEBOUND)
    return Demand(
        errands=table(
            ERRAND,
            len(errands),
            key=errands.key,
            wanted_s=errands.wanted_s,
            stay_s=errands.stay_s,
            limit_m=limit_m,
            resident=errands.resident,
            follows=errands.follows,
            place=-1,
            age=age,
            need=errands.need,
            ahead=_ahead(errands.key, ahead_share, seed),
        ),
        tours=table(
            TOUR, len(tours), speed_m_s=tours.speed_m_s,
            snap_m=homes.snap_m[residents.home[tours.walker]] + climb_s[tours.walker] * tours.speed_m_s,
            first=tours.first[:-1], end=tours.first[1:],
            walk_class=tours.walk_class,
        ),
        residents=table(
            RESIDENT,
            len(residents),
            door_m=homes.snap_m[residents.home],
            climb_s=climb_s,
            cost_per_s=ByAge(day.cost_per_min).at(residents.age) / 60,
            known_share=np.maximum(*(ByAge(one.known_share).at(residents.age) for one in (day, layout))),
            home=homes.node[residents.home],
            compound=place.streets.compound[homes.node][residents.home],
            tour=tours.of_walker[:-1],
            tour_end=tours.of_walker[1:],
            range_factor=benches,
            housebound=residents.mobility == Mobility.HOUSEBOUND,
        ),
        orders=orders[np.lexsort((orders, errands.wanted_s[orders]))].astype(np.int32),
    )  # fmt: skip


def walk_limit_s(residents: Residents, needs: NeedsConfig, errands: Errands, n_walks: int) -> Floats:
    """The longest walk that who goes accepts for each of the walking errands, seconds."""
    walker, need = errands.walker[:n_walks], errands.need[:n_walks]
    limit_s = np.zeros(n_walks)
    for row, config in enumerate(needs.catalogue.values()):
        here = need == row
        limit_s[here] = config.limit_s(residents.age[walker[here]])
    return limit_s


@kernel
def _ahead(key: Keys, share: Floats, seed: int) -> Bools:
    """Which errands are ordered ahead, where that can be done."""
    ahead = np.zeros(len(key), np.bool_)
    for i in range(len(key)):
        ahead[i] = share[i] > 0 and uniform(seed, AHEAD, key[i], 0, 0) < share[i]
    return ahead


def rules_of(day: DayConfig, first_weekday: int, warmup_days: int, seed: int) -> Rules:
    """The rules of a run whose day 0 is the given weekday (0 Monday)."""
    return Rules(
        seed=seed,
        monday_s=first_weekday * 86_400.0,
        first_week=(first_weekday + warmup_days) // 7,
        taste_scale=day.taste_scale,
        retries=day.retries,
        unlimited_share=day.patience_unlimited_share,
        patience_median_s=day.patience_median_min * 60,
        patience_sigma=day.patience_sigma,
    )
