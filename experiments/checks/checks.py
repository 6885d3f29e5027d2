"""Patterns that others have published, held against the model; prints a table.

    python experiments/checks/checks.py

The numbers V1 to V16 are those of the project's list of facts. What each paper found, what the model gives, and whether
the pattern holds stand side by side; README.md says what to make of them. Checks on real maps are left out where the
maps are not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, reduce
from operator import add
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from sim import Layout, LifeCircle, Place, Record, Residents, build_place, find_reach, lay_out, limits_m, settle
from sim.columns import Floats, Ints
from sim.config import Asked, load_config
from sim.day import Wanted
from sim.measures import access, crowd_of, near_outlets
from sim.measures.capacity import errands_a_week
from sim.measures.demand import not_on_foot
from sim.measures.evenness import gini
from sim.measures.nearness import nearest_m, serves
from sim.needs import Errands, raise_errands
from sim.people import Mobility
from sim.place import PUBLIC, WalkClass, keep_gates
from sim.place.walks import walking_arcs
from sim.record import REASONS, tally_run
from sim.scene import scene_of
from sim.study import RunConfig

MAPS = Path(__file__).resolve().parents[3] / "shared" / "data"
SPEED_M_S = 1.2  # of GB 50180 in facts 1.4, with a detour of 1.35 [D]
DETOUR = 1.35  # network over straight, where there is no network [A]
WALK_MIN = 15.0
CAR_M_S = 5.6  # 20 km/h on local roads, as in the study of Nanjing [S]
ELDERS = (60, 70, 80)
LOWER = 0.15  # of all canteens, that 80 % of elders share: Nanjing [S]
UNEQUAL = 0.65  # the least Gini of a Lorenz curve through that point [D]
GAIN_M = 50.0
COMMUNITY_M = 400.0  # side of what counts as one community [A]
PLACES = ("new_district", "old_town", "outskirts")
MAP_FILES = {
    "Helsinki": MAPS / "helsinki" / "Helsinki.osm.pbf",
    "Haidian, Beijing": MAPS / "china_osm" / "haidian_beijing.osm.pbf",
    "Nanjing": MAPS / "china_osm" / "nanjing.osm.pbf",
}
EVERYWHERE_M = 1e9


class Row(NamedTuple):
    """One line of the table: which check, what is compared, what was published, what the model gives, and a verdict."""

    check: str
    what: str
    published: str
    model: str
    holds: str


@cache
def asked_for(place: str = "new_district", streets: str = "", needs: str = "daily") -> Asked:
    """The packaged config of a place, or of a map, with the layout that stands there."""
    given = [f"place.streets={streets}"] if streets else []
    return load_config(["study.layouts=[base]", f"place={place}", f"needs={needs}", *given])


def grow(preset: str, seed: int, circles: int = 1, **grown: Any) -> Place:
    """A grown place of a preset, of so many circles of its density; other numbers of `place.grown` where given."""
    config = asked_for(preset).config.place
    numbers = replace(config.grown, **grown)
    numbers = replace(
        numbers,
        residents=numbers.residents * circles,
        area_km2=numbers.area_km2 * circles,
        park_blocks=numbers.park_blocks * circles,
    )
    return build_place(replace(config, seed=seed, grown=numbers))


def laid_out(place: Place, seed: int = 1) -> tuple[Place, Layout]:
    """The outlets that stand in a place."""
    asked = asked_for()
    return lay_out("base", asked.layouts, place, round(place.population or 0), asked.config.needs.catalogue, seed)


# ---- V1 to V3: clinics in Zhengzhou ----


class City(NamedTuple):
    """Communities with `people`, and `minutes` (site, community) on foot: the first `n_centres` sites have a health
    centre, the others are street corners where one could be.

    `district` (community,) is the sub-district of each; the centre of a row is that of the sub-district of that row.
    """

    people: Floats
    minutes: Floats
    district: Ints
    n_centres: int


def grow_city(preset: str, circles: int, candidates: int, seed: int) -> City:
    """A city of so many circles like those of a grown place, and a health centre for each two.

    Its communities are the homes in squares of 400 m. Sub-districts, each of the people of two circles, are strips of
    communities cut in two; each has its centre on one of its street corners, drawn evenly.
    """
    place = grow(preset, seed, circles)
    community = np.unique(place.homes.xy // COMMUNITY_M, axis=0, return_inverse=True)[1].ravel()
    homes = np.bincount(community).astype(float)
    middle = np.column_stack([np.bincount(community, column) / homes for column in place.homes.xy.T])
    people = homes / homes.sum() * (place.population or 1)
    district = sub_districts(middle, people, circles // 2)

    rng = np.random.default_rng(seed)
    corners = street_corners(place)
    belongs = district[cKDTree(middle).query(place.streets.xy[corners])[1]]
    centres = [rng.choice(corners[belongs == row]) for row in range(circles // 2)]
    sites = np.array([*centres, *rng.choice(corners, min(candidates, len(corners)), replace=False)])
    to_homes = walk_m(place, sites) / SPEED_M_S / 60
    minutes = np.array([np.bincount(community, row) / homes for row in to_homes])
    return City(people, minutes, district, len(centres))


def street_corners(place: Place) -> Ints:
    """Where streets cross."""
    streets = place.streets
    degree = np.bincount(streets.links.ravel(), minlength=streets.n_nodes)
    public = streets.compound == PUBLIC
    public[place.homes.node] = False
    public[place.parks] = False
    return np.flatnonzero(public & (degree > 2))


def walk_m(place: Place, sites: Ints) -> Floats:
    """Metres from public nodes to every home, (site, home); crossing delays are in them."""
    arcs = walking_arcs(place.streets, WalkClass.ABLE)
    n = len(arcs.node)
    tail = np.repeat(np.arange(n), np.diff(arcs.indptr))
    matrix = coo_array((arcs.metres, (tail, arcs.head)), shape=(n, n)).tocsr()
    # Who comes from the street ends at the entering copy of a node in a compound, which is the last that names it.
    end = np.zeros(place.streets.n_nodes, dtype=int)
    end[arcs.node] = np.arange(n)
    return dijkstra(matrix, indices=sites)[:, end[place.homes.node]] + place.homes.snap_m


def sub_districts(middle: Floats, people: Floats, n: int) -> Ints:
    """Communities in `n` parts of about the same number of people: strips from west to east, each cut in two."""
    across = 2 if n % 2 == 0 else 1
    strip = equal_parts(middle[:, 0], people, n // across)
    part = np.zeros(len(people), dtype=int)
    for row in range(n // across):
        here = strip == row
        part[here] = row * across + equal_parts(middle[here, 1], people[here], across)
    return part


def equal_parts(along: Floats, people: Floats, n: int) -> Ints:
    """Which of `n` parts of equal people each lies in, from the least `along` on."""
    order = np.argsort(along)
    share = np.empty(len(order))
    share[order] = (np.cumsum(people[order]) - people[order] / 2) / people.sum()
    return np.minimum((share * n).astype(int), n - 1)


def by_sub_district(city: City) -> Floats:
    """People sent from each community to each centre, (centre, community): all of a sub-district to its own."""
    return np.where(city.district == np.arange(city.n_centres)[:, None], city.people, 0.0)


def by_transport(minutes: Floats, people: Floats, capacity: Floats) -> Floats:
    """People sent from each community to each site, (site, community), so that all together walk least and no site has
    more than its capacity: the transport problem, solved by HiGHS.
    """
    n_sites, n = minutes.shape
    site, community = np.divmod(np.arange(n_sites * n), n)
    ones = np.ones(n_sites * n)
    of_site = coo_array((ones, (site, np.arange(n_sites * n))), shape=(n_sites, n_sites * n))
    of_community = coo_array((ones, (community, np.arange(n_sites * n))), shape=(n, n_sites * n))
    found = linprog(minutes.ravel(), of_site, capacity, of_community, people, method="highs")
    if not found.success:
        raise ValueError(f"transport problem: {found.message}")
    return found.x.reshape(n_sites, n)


def add_sites(minutes: Floats, people: Floats, n_centres: int, more: int) -> Ints:
    """Rows of the centres and of `more` sites beside them: each the one that shortens all walks most (greedy), then
    exchanged one by one while that shortens them still (Teitz and Bart 1968, as for the p-median problem).
    """
    chosen = list(range(n_centres))
    for _ in range(more):
        chosen.append(best_site(minutes, people, chosen))
    improved = True
    while improved:
        improved = False
        for at in range(n_centres, len(chosen)):
            others = chosen[:at] + chosen[at + 1 :]
            best = best_site(minutes, people, others)
            if total_min(minutes, people, [*others, best]) < total_min(minutes, people, chosen) - 1e-6:
                chosen[at], improved = best, True
    return np.array(chosen)


def best_site(minutes: Floats, people: Floats, chosen: Sequence[int]) -> int:
    """The site that, added to those chosen, makes all walks to the nearest shortest."""
    nearest = np.minimum(minutes, minutes[list(chosen)].min(axis=0))
    return int(np.argmin(nearest @ people))


def total_min(minutes: Floats, people: Floats, chosen: Sequence[int]) -> float:
    """Minutes of all people to the nearest of the chosen sites."""
    return float(minutes[list(chosen)].min(axis=0) @ people)


def mean_and_share(sent: Floats, minutes: Floats) -> tuple[float, float]:
    """Mean minutes of those sent, and the share of them who walk no longer than a quarter of an hour."""
    return float((sent * minutes).sum() / sent.sum()), float(sent[minutes <= WALK_MIN].sum() / sent.sum())


class Zhengzhou(NamedTuple):
    """Mean minutes and the share within 15, under each assignment, and with new sites by how many."""

    now: tuple[float, float]
    assigned: tuple[float, float]
    nearest: tuple[float, float]
    more: dict[int, tuple[float, float]]


def clinics(city: City, more: Sequence[int], spare: float = 1.05) -> Zhengzhou:
    """One city's clinics: sub-districts as they are, people assigned better, sites added.

    A centre can serve `spare` times the largest sub-district, so that what stands is possible; a new one as many.
    """
    n = city.n_centres
    standing = city.minutes[:n]
    now = by_sub_district(city)
    room = spare * now.sum(axis=1).max()
    added = {}
    for count in more:
        sites = add_sites(city.minutes, city.people, n, count)
        minutes = city.minutes[sites]
        added[count] = mean_and_share(by_transport(minutes, city.people, np.full(len(sites), room)), minutes)
    assigned = by_transport(standing, city.people, np.full(n, room))
    nearest = np.where(standing == standing.min(axis=0), city.people, 0.0)
    return Zhengzhou(
        mean_and_share(now, standing), mean_and_share(assigned, standing), mean_and_share(nearest, standing), added
    )


def check_clinics(
    presets: Sequence[str] = ("old_town", "new_district"),
    circles: int = 12,
    candidates: int = 150,
    seeds: Sequence[int] = (1, 2, 3, 4),
) -> Iterator[Row]:
    """V1 to V3 on cities of 247,200 people with six health centres: the mean of a few cities, and their range."""
    for preset in presets:
        more = (circles // 6, circles // 3, circles // 2)
        found = [clinics(grow_city(preset, circles, candidates, seed), more) for seed in seeds]
        now, assigned = [one.now for one in found], [one.assigned for one in found]
        published = ("18.3 min, 39.6 %", "16.5 min, 45.1 %", "60 more: +35.0 points")
        yield Row("V1", f"{preset}: a centre for each sub-district", published[0], told(now), near(now, 18.3, 0.396))
        yield Row("V2", "  people assigned best", published[1], told(assigned), near(assigned, 16.5, 0.451))
        yield Row("", "  all to the nearest, no ceiling", "", told([one.nearest for one in found]), "")
        for count in more:
            rows = [one.more[count] for one in found]
            gains = [row[1] - one.assigned[1] for row, one in zip(rows, found, strict=True)]
            larger = all(gain > one.assigned[1] - one.now[1] for gain, one in zip(gains, found, strict=True))
            what = f"  {count} centres more to the {circles // 2}: {np.mean(gains) * 100:+.0f} points"
            yield Row("V3", what, published[2], told(rows), "direction only" if larger else "no")


def near(rows: Sequence[tuple[float, float]], minutes: float, share: float) -> str:
    """Whether the mean of a few cities is within 3 minutes and 10 points of what was published."""
    mean_min, mean_share = np.mean(rows, axis=0)
    return yes(abs(mean_min - minutes) <= 3 and abs(mean_share - share) <= 0.10)


def told(rows: Sequence[tuple[float, float]]) -> str:
    """Mean minutes and shares of a few cities, and the range of the shares."""
    minutes, shares = np.array(rows).T
    return f"{minutes.mean():.1f} min, {shares.mean():.1%} ({shares.min():.0%} to {shares.max():.0%})"


# ---- V4: gates in Shanghai ----


def metres_to_nearest(place: Place, layout: Layout) -> Floats:
    """Metres from each home to the nearest outlet for each need that is met by outlets, mean over needs, (home,)."""
    reach = find_reach(place, layout, (EVERYWHERE_M,))
    serving = [serves(layout, key, need) for key, need in asked_for().config.needs.catalogue.items()]
    near = nearest_m(place, layout, reach, np.array([outlets for outlets in serving if outlets.any()]))
    return np.mean(near[:, WalkClass.ABLE], axis=0)


class Opening(NamedTuple):
    """Metres saved by each home on the mean way to the nearest outlet, against a district with a few of its gates.

    `gates`: all of them; `through`: and people may walk through by them; `walls`: and the walls are down, with ways out
    all around a block, as the package opens them (`place.gates=open`).
    """

    gates: Floats
    through: Floats
    walls: Floats


def open_compounds(seed: int, **grown: Any) -> Opening:
    """A district like the default one in which compounds are opened step by step; its outlets stay where they are."""
    place = grow("new_district", seed, **grown)
    steps = (("few", 0.0), ("all", 0.0), ("open", 0.0), ("open", place.open_wall_m))
    kept = [replace(place, streets=keep_gates(place.streets, gates, seed, wall_m)) for gates, wall_m in steps]
    few, *others = (metres_to_nearest(*laid_out(opened, seed)) for opened in kept)
    return Opening(*(few - metres for metres in others))


def check_gates(seeds: Sequence[int] = (1, 2, 3, 4, 5)) -> Iterator[Row]:
    """V4 on districts like the default one, and with smaller compounds: who saves 50 m or more on the mean way."""
    kinds: dict[str, dict[str, Any]] = {"blocks of 300 to 500 m": {}, "of 150 to 250 m": {"block_m": [150, 250]}}
    for kind, grown in kinds.items():
        opened = [open_compounds(seed, **grown) for seed in seeds]
        gates, through, walls = (gaining(column) for column in zip(*opened, strict=True))
        order = "order only" if gates[0] < through[0] < walls[0] else "no"
        near = abs(gates[0] - 0.17) <= 0.10, abs(walls[0] - 0.52) <= 0.10
        yield Row("V4", f"{kind}: half of the gates, to all", "17 % gain 50 m", gates[1], "yes" if near[0] else order)
        yield Row("", "  to ways through by all gates", "", through[1], "")
        yield Row("V4", "  to no walls, as place.gates=open", "52 % gain 50 m", walls[1], "yes" if near[1] else order)


def gaining(saved_m: Iterable[Floats]) -> tuple[float, str]:
    """The share of homes that save enough, mean over a few districts, and what to say of it."""
    share = np.array([np.mean(metres >= GAIN_M) for metres in saved_m])
    return float(share.mean()), f"{share.mean():.0%} ({share.min():.0%} to {share.max():.0%})"


# ---- V6: supply and demand of primary care in Lhasa ----


class Balance(NamedTuple):
    """One need: what outlets can serve in a week over what is wanted from them, the share met on foot, why not more."""

    need: str
    supply: float
    met: float
    reasons: str


class Week(NamedTuple):
    """A week in a place: its layout, residents and errands, and what became of them."""

    place: Place
    layout: Layout
    residents: Residents
    errands: Errands
    record: Record


@cache
def week_in(preset: str, seed: int = 1, needs: str = "daily") -> Week:
    """One simulated week of a grown place, with all that residents do where a walk does not do."""
    config = asked_for(needs=needs).config
    place, layout = laid_out(grow(preset, 1))
    residents = settle(place, config.people, seed)
    asked = RunConfig(config.people, config.needs, config.day, config.study.days, config.study.warmup_days)
    weekdays = asked.weekdays
    errands, tours = raise_errands(residents, config.people, config.needs, weekdays, seed)
    reach = find_reach(place, layout, limits_m(layout, config.people, config.needs))
    scene, wanted = scene_of(place, layout, reach), Wanted(residents, config.needs, errands, tours, config.people)
    record = LifeCircle(scene, wanted, config.day, asked.calendar, seed=seed, agents=False).run()
    return Week(place, layout, residents, errands, record)


def balances(week: Week) -> list[Balance]:
    """Supply and demand of a week, need by need, on foot; what is ordered online is left out."""
    study, catalogue = asked_for().config.study, asked_for().config.needs.catalogue
    # Who is fetched was brought: one place for both.
    tally = tally_run(
        week.place, week.layout, week.residents, week.record.errands[week.errands.follows < 0],
        week.record.legs, days=study.days, warmup_days=study.warmup_days,
    )  # fmt: skip
    counts = not_on_foot(tally).drop(columns="age_group").groupby("need").sum().to_dict("index")
    found = []
    for key, need in catalogue.items():
        row: dict[Any, float] = counts.get(key, {"met_walk": 0, "not_on_foot": 0})
        wanted = row["met_walk"] + row["not_on_foot"]
        if not wanted:
            continue
        supply = sum(errands_a_week(outlet, key, need) for outlet in week.layout.outlets)
        reasons = sorted(REASONS, key=lambda name: row[name], reverse=True)
        why = ", ".join(f"{name} {row[name] / row['not_on_foot']:.0%}" for name in reasons[:2] if row[name])
        found.append(Balance(key, supply / wanted, row["met_walk"] / wanted, why))
    return found


def check_supply() -> Iterator[Row]:
    """V6 in the default district, one seed and one week."""
    found = balances(week_in("new_district"))
    ample = [b for b in found if b.supply >= 1]
    unmet = [b for b in ample if b.met < 0.9]
    clinic = next(b for b in found if b.need == "clinic")
    yield Row("V6", "clinics: supply over demand, share met on foot", "above 1, 59 % served",
              f"{clinic.supply:.1f}, {clinic.met:.0%} ({clinic.reasons})",
              yes(clinic.supply > 1 and clinic.met < 1))  # fmt: skip
    yield Row("", "needs with supply above demand; of these met on foot below 90 %", "",
              f"{len(ample)} of {len(found)}; {len(unmet)}", yes(bool(unmet)))  # fmt: skip
    for b in sorted(found, key=lambda b: b.met):
        supply = "no limit" if np.isinf(b.supply) else f"{b.supply:.1f}"
        yield Row("", f"  {b.need}", "", f"{supply}, {b.met:.0%} ({b.reasons})", "")


# ---- V7: canteens in Nanjing ----


class Unequal(NamedTuple):
    """How unevenly access to canteens is shared by elders: Gini, what the 80 % with least have, who has none."""

    gini: float
    lower: float
    none: float


def canteen_access(place: Place, by_car: bool, seeds: Sequence[int] = (1, 2, 3)) -> Unequal:
    """E2SFCA access of those aged 60 and more to canteens, on foot as they can or all by car."""
    config = asked_for().config
    place, layout = laid_out(place)
    need = config.needs.catalogue["canteen"]
    elders = replace(need, per_week={0: 0.0} | {age: need.per_week[age] for age in ELDERS})
    residents = [settle(place, config.people, seed) for seed in seeds]
    if by_car:
        residents = [all_by_car(drawn) for drawn in residents]
    limit_m = WALK_MIN * 60 * (CAR_M_S if by_car else config.people.speed_max_m_s)
    reach = find_reach(place, layout, (limit_m, limit_m))
    needs = {"canteen": elders}
    near = near_outlets(place, layout, reach, needs)
    crowd = reduce(add, (crowd_of(place, layout, near, needs, drawn) for drawn in residents))
    found = access(place, layout, reach, needs, crowd)["canteen"]
    none = found.wanted[found.access == 0].sum() / found.wanted.sum()
    return Unequal(gini(*found.curve), float(np.interp(0.8, *found.curve)), float(none))


def all_by_car(residents: Residents) -> Residents:
    """The same people, all of whom are driven: nobody is slow, bound to the house, or climbs stairs."""
    n = len(residents)
    return replace(
        residents,
        speed_m_s=np.full(n, CAR_M_S),
        mobility=np.full(n, Mobility.INDEPENDENT, dtype=residents.mobility.dtype),
        range_m=np.full(n, np.inf),
        climb_s=np.zeros(n),
    )


def check_canteens(places: Sequence[str] = PLACES) -> Iterator[Row]:
    """V7 in the three grown places."""
    published = "Gini 0.65 or more, 80 % share 15 %; hidden by car"
    for row, name in enumerate(places):
        place = grow(name, 1)
        walk, car = canteen_access(place, by_car=False), canteen_access(place, by_car=True)
        told = ", ".join(
            f"{how} {found.gini:.2f}, {found.lower:.0%}, none {found.none:.0%}"
            for how, found in (("on foot", walk), ("by car", car))
        )
        parts = walk.gini >= UNEQUAL, walk.lower <= LOWER, car.gini < walk.gini / 2
        holds = "yes" if all(parts) else f"{sum(parts)} of 3"
        yield Row("" if row else "V7", f"canteens, elders of {name}: Gini, share of 80 %", "" if row else published,
                  told, holds)  # fmt: skip


# ---- V14: outlets per thousand ----


def check_outlets(places: Sequence[str] = PLACES) -> Iterator[Row]:
    """V14 in the three grown places."""
    per_1000 = {}
    for name in places:
        place, layout = laid_out(grow(name, 1))
        per_1000[name] = len(layout) / (place.population or 1) * 1000
    told = ", ".join(f"{name} {value:.2f}" for name, value in per_1000.items())
    holds = yes(all(abs(value - 11.6) < 0.1 for value in per_1000.values()))
    yield Row("V14", "outlets per 1,000 residents", "11.6; Wuhai 14.3", told, f"{holds}, by construction")


# ---- V16: what a radius of 800 m means ----


def radius_m(speed_m_s: float = SPEED_M_S, detour: float = DETOUR) -> float:
    """The straight radius that a quarter of an hour reaches."""
    return speed_m_s * WALK_MIN * 60 / detour


def detours(place: Place, crossings: bool, n: int = 200, seed: int = 1) -> Floats:
    """Walk over straight line, from street corners to homes 300 to 1,200 m away, homes as often as people live there;
    `crossings`: with the metres that could be walked in their delays.
    """
    if not crossings:
        place = replace(place, streets=replace(place.streets, crossing_s=np.zeros(place.streets.n_links)))
    rng = np.random.default_rng(seed)
    corners = rng.choice(street_corners(place), n)
    homes = rng.choice(len(place.homes), n, p=place.homes.weight / place.homes.weight.sum())
    straight = np.linalg.norm(place.streets.xy[corners][:, None] - place.homes.xy[homes][None], axis=2)
    walked = walk_m(place, corners)[:, homes]
    pairs = (straight >= 300) & (straight <= 1200) & np.isfinite(walked)
    return walked[pairs] / straight[pairs]


def check_radius(places: Sequence[str] = PLACES, maps: bool = True) -> Iterator[Row]:
    """V16: the arithmetic, and the detours of grown places and of maps."""
    yield Row("V16", "straight metres in 15 min at 1.2 m/s, detour 1.35", "800 m", f"{radius_m():.0f} m",
              yes(abs(radius_m() - 800) < 1))  # fmt: skip
    for name in (*places, *(MAP_FILES if maps else ())):
        file = MAP_FILES.get(name)
        if file and not file.exists():
            continue
        place = build_place(asked_for("osm", str(file)).config.place) if file else grow(name, 1)
        plain, crossing = (float(detours(place, crossings).mean()) for crossings in (False, True))
        radii = [f"{value:.2f}, {radius_m(detour=value):.0f} m" for value in (plain, crossing)]
        yield Row("", f"  detour of {name}, and the radius", "1.2 to 1.4 usual", "; with crossings ".join(radii),
                  yes(1.2 <= plain <= 1.4))  # fmt: skip


# ---- all together ----


def yes(holds: bool) -> str:
    return "yes" if holds else "no"


def show(rows: Iterator[Row]) -> None:
    """Print rows as they come."""
    for row in rows:
        print(f"{row.check:<4} {row.what:<56} {row.published:<50} {row.model:<64} {row.holds}", flush=True)


def main() -> None:
    """Print every check."""
    show(iter([Row("", "what", "published", "model", "holds")]))
    for check in (check_clinics, check_gates, check_supply, check_canteens, check_outlets, check_radius):
        show(check())


if __name__ == "__main__":
    main()
