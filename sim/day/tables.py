"""What the loop reads: supply and demand as tables, one row each for outlet, pool, offer, errand and resident.

What belongs to one thing lies side by side in memory.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from sim.columns import Bools, Floats, Ints, Rows

NOBODY_COMES: Final = 0  # instead of the outcome of what is brought or done at home
AGES: Final = 121  # whatever depends on age is written out for every age from 0 to 120

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
        ("home", np.int8),  # the outcome of what is brought or done at home, or NOBODY_COMES
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
        ("place", np.int32),  # the outlet at which the resident holds a place for it, or -1
        ("day", np.int32),  # for which it was raised
        ("age", np.int8),  # of the resident
        ("need", np.int8),
        ("refused", np.int8),  # the reason for which the resident holds no place, where one is needed
        ("ahead", np.bool_),  # ordered before, where that can be picked up
        ("ordered", np.bool_),  # to the home, since nobody walks for it
        ("accompanied", np.bool_),  # the resident walks along
        ("ridden", np.bool_),  # the place that is held is farther off than a walk
    ]
)
TOUR: Final = np.dtype(
    [
        ("speed_m_s", np.float64),
        ("snap_m", np.float64),  # from the door of the dwelling to the node, floors climbed included at this pace
        ("first", np.int32),  # its errands are first..end
        ("end", np.int32),
        ("walker", np.int32),
        ("walk_class", np.int8),
        ("range_m", np.float64),  # the longest walk of its least able, benches counted
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
        ("speed_m_s", np.float64),
        ("range_m", np.float64),  # the longest walk of the slow, without benches
        ("ride_share", np.float64),  # the chance that they ride for a need for which everybody does; 0: they cannot
        ("help_share", np.float64),  # the chance that they go for others of the household; 0: they cannot
        ("kin", np.int32),  # the household is kin..kin_end
        ("kin_end", np.int32),
        ("carer", np.int32),
        ("kept", np.int32),  # they are elsewhere in the spans kept..kept_end
        ("kept_end", np.int32),
        ("age", np.int16),
        ("walk_class", np.int8),
        ("housebound", np.bool_),
        ("away", np.bool_),  # on weekdays
        ("owns_car", np.bool_),
    ]
)
WANT: Final = np.dtype(  # a need, whatever the layout
    [
        ("key", np.uint64),
        ("ride_share", np.float64),
        ("ride_s", np.float64),  # the longest ride
        ("car_share", np.float64),  # of households with a car who have it beyond the place
        ("beyond_s", np.float64),  # one way
        ("beyond_m", np.float64),
        ("returns", np.int32),
        ("return_days", np.int32),
        ("weekdays", np.int32),  # a bit for each on which it is raised
        ("by_proxy", np.bool_),
        ("outdoors", np.bool_),
    ]
)
HOURS: Final = np.dtype([("from_h", np.float64), ("to_h", np.float64), ("below", np.float64), ("share", np.float64)])
START: Final = np.dtype([("wanted_s", np.float64), ("walker", np.int32)])  # of a planned tour
KEPT_SPAN: Final = np.dtype([("from_s", np.float64), ("until_s", np.float64)])


class Supply(NamedTuple):
    """What a layout offers, and from where it can be had.

    `outlets`: of the layout.
    `windows`: when outlets are open, those of one outlet in a row.
    `pools`: of staff, room and places.
    `offers`: an outlet that meets a need.
    `terms`: on which offers are made; many share them.
    `prices`: in utility, shape (term, age).
    `reserved`: windows of the week that are kept for older people.
    `needs`: of the catalogue, and whether anybody meets them.
    `row`: of a start, shape (walk class, node).
    `options`, `option`: the offers within reach of start r for need n, the nearest first, are
    `option[options[r * n_needs + n]:options[r * n_needs + n + 1]]`.
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
    """What residents want.

    `errands`: of all days.
    `tours`: the walks on which they are run.
    `residents`: everybody, walking or not.
    `orders`: rows of the errands of the housebound, in order of time.
    `starts`: when the planned tours begin, in order of time.
    `wants`: the needs, whatever the layout.
    `limit_s`: the longest walk that is accepted, but for the spread between residents, shape (need, age).
    `beyond_share`: of residents who have a need beyond the place, shape (need, age).
    `hours`, `hour`: the windows in which need n is wanted on a weekday (0) or at a weekend (1) at age a are
    `hour[hours[n, 0 or 1, a, 0]:hours[n, 0 or 1, a, 1]]`.
    `kept`: when children are where they were brought, those of one resident in a row.
    `bad`: which days have bad weather.
    `outdoors_s`: how long anybody is outdoors in it at most, shape (age,).
    """

    errands: Rows
    tours: Rows
    residents: Rows
    orders: Ints
    starts: Rows
    wants: Rows
    limit_s: Floats
    beyond_share: Floats
    hours: Ints
    hour: Rows
    kept: Rows
    bad: Bools
    outdoors_s: Floats


def fill_rows(rows: np.dtype[np.void], n: int, **columns: ArrayLike) -> Rows:
    """`n` rows with these columns; all columns of the type are to be given."""
    made = np.empty(n, rows)
    for name in rows.names or ():
        made[name] = columns.pop(name)
    assert not columns, columns
    return made
