"""The answer in three sentences with their intervals, what to know before it, and the table that ends a study."""

from __future__ import annotations

import numpy as np

from sim.measures import ALL, unmet_share
from sim.measures.comparison import FEW_SEEDS, Sums, half_width
from sim.notes import gravest_first
from sim.record import REASONS
from sim.report.amounts import percent, with_interval
from sim.report.results import Results, change_by_home, difference, gain_and_lose, goal_row, luck, raised_by
from sim.report.verdict import (
    best_alternative,
    cost,
    goal_named,
    goal_value,
    parts_of_gain,
    tied,
    verdict,
    verdict_kind,
    worse,
)

WIDEST = 5
MANY_CUT_OFF = 0.005  # of all errands: from this share on, the end of the simulated days is in the answer
OF_GOAL = {"unmet": "unmet_share", "not_on_foot": "not_on_foot_share", "minutes": "mean_time_min"}


def answer(results: Results) -> list[str]:
    """Three parts: which layout serves better, which residents gain and which lose, why and at what cost."""
    if not results.tables["demand"]["raised"].sum():
        return [results.words("answer.nothing")]
    best = best_alternative(results)
    if best is None:
        return [_level(results), _ages_of_one(results), _why(results, results.first)]
    return [_better(results, best), _for_whom(results, best), _why(results, best)]


def cautions(results: Results) -> list[str]:
    """What would change the answer and stands before it: needs without any outlet, grave notes, too few seeds."""
    words, subject = results.words, results.subject
    told = []
    without = unserved(results)
    if without:
        raised = raised_by(results, "need")
        told.append(
            words(
                "caution.unserved",
                n=len(without),
                base=words("quoted", name=results.names.layouts[results.first]),
                needs=words("comma").join(results.names.needs[key] for key in without),
                share=percent(raised.reindex(without).sum() / raised.sum()),
            )
        )
    grave = [note for note in gravest_first(subject.place.notes) if note.grade != "remark"]
    told += [words("caution.note", grade=words(f"severity.{note.grade}"), text=str(note)) for note in grave]
    if subject.places > 1:
        told.append(words("caution.first_place", n=subject.places, first=results.place_seeds[0]))
    return told + _cut_off(results) + few_drawn(results)


def few_drawn(results: Results) -> list[str]:
    """The caution that intervals rest on few seeds, or of several places, on few of these; none where they do not."""
    n = results.subject.drawn
    key = "caution.few_places" if results.subject.places > 1 else "caution.few_seeds"
    return [results.words(key, n=n, least=FEW_SEEDS)] if n < FEW_SEEDS else []


def _cut_off(results: Results) -> list[str]:
    """Errands that were to be tried again when the simulated days ended, under the layout that has most of them."""
    demand = results.tables["demand"]
    if "cut_off" not in demand:
        return []
    counts = demand.groupby("layout")[["raised", "cut_off"]].sum()
    share = counts["cut_off"] / counts["raised"]
    most = str(share.idxmax())
    if not share[most] > MANY_CUT_OFF:
        return []
    layout = results.words("quoted", name=results.names.layouts[most])
    n = int(counts["cut_off"][most])
    return [results.words("caution.cut_off", n=f"{n:,}", share=percent(share[most]), layout=layout)]


def unserved(results: Results) -> list[str]:
    """Needs that somebody raised and for which no outlet stands under the first layout."""
    raised, catalogue = raised_by(results, "need"), results.subject.needs.catalogue
    base = results.subject.layouts[0]
    return [
        key for key, need in catalogue.items() if raised.get(key, 0) and not base.has_offer_for(key, need.substitutes)
    ]


def first_sentence(results: Results) -> str:
    """What the study found, by its goal: the first line of the terminal."""
    best = best_alternative(results)
    if not results.tables["demand"]["raised"].sum():
        return results.words("answer.nothing")
    return _level(results) if best is None else verdict(results, best)


def _better(results: Results, best: str) -> str:
    """The verdict, what it is made of, and what is said of the other alternatives."""
    words = results.words
    sentence = verdict(results, best)
    served, apart = parts_of_gain(results, best)
    if apart is not None:
        told = [words("answer.no_part") if part is None else with_interval(words, part) for part in (served, apart)]
        base = words("quoted", name=results.names.layouts[results.first])
        sentence += words("answer.split", base=base, n=len(unserved(results)), served=told[0], unserved=told[1])
    if not np.isnan(goal_row(results, best)["ci_low"]):
        sentence += _covers(results, best)
    return (
        sentence
        + (tied(results, best) if verdict_kind(results, best).startswith("best") else "")
        + worse(results, best)
    )


def _covers(results: Results, layout: str) -> str:
    """What intervals cover, and of several places how far the layout's difference of the unmet share spreads (the first
    layout: its unmet share).
    """
    words, row = results.words, luck(results, layout)
    if row is None:
        return words("answer.covers")
    if np.isnan(row["place_sd"]):
        return words("answer.covers_places_one_seed")
    place, seed = (f"{100 * row[key]:.2f}" for key in ("place_sd", "seed_sd"))
    return words("answer.covers_places", place=place, seed=seed)


def _for_whom(results: Results, best: str) -> str:
    """The age group that changes most by the goal, those who lose, and residents by the change at their home."""
    words, names, goal = results.words, results.names.layouts, results.goal
    rows = {group: difference(results, best, OF_GOAL[goal.measure], goal.need, group) for group in goal.groups}
    known = {group: row for group, row in rows.items() if row is not None and not np.isnan(row["difference"])}
    most = max(known, key=lambda group: abs(known[group]["difference"]))

    def tell(group: str) -> str:
        return words("age_change", age=words(group), difference=with_interval(words, known[group], goal.is_share))

    one_seed = results.subject.drawn == 1
    worse = [g for g, row in known.items() if (row["difference"] if one_seed else row["ci_low"]) > 0]
    base, other = (words("quoted", name=names[name]) for name in (results.first, best))
    sentence = words("answer.change_most", base=base, best=other, age=tell(most))
    if worse:
        sentence += words("answer.losers", ages=words.listed([tell(group) for group in worse]))
    else:
        sentence += words("answer.no_losers_one_seed" if one_seed else "answer.no_losers")
    gain, same, lose = gain_and_lose(change_by_home(results, best))
    total = gain + same + lose
    key = "answer.by_home" if results.subject.places == 1 else "answer.by_home_first_place"
    by_home = words(key, gain=f"{gain:,}", lose=f"{lose:,}", total=f"{total:,}")
    return sentence + words("stop") + by_home


def _why(results: Results, layout: str) -> str:
    """The main reasons under a layout, and what it costs for what it meets."""
    words = results.words
    counts = results.of("demand", layout)[list(REASONS)].sum().sort_values(ascending=False)
    total = max(counts.sum(), 1)
    main = [
        words("reason_share", reason=words(str(reason)).lower(), share=f"{n / total:.0%}")
        for reason, n in counts[counts > 0].head(3).items()
    ]
    quoted = words("quoted", name=results.names.layouts[layout])
    sentence = words("answer.why", layout=quoted, reasons=words.listed(main) or "–")
    return sentence + cost(results, layout)


def _level(results: Results) -> str:
    """What is met within a walk and left without under the first layout, with intervals over seeds, and its goal.

    Also where nobody's errands count by the goal, which is said.
    """
    words, goal = results.words, results.goal
    row = goal_row(results, results.first)
    told = words(
        "answer.single",
        base=words("quoted", name=results.names.layouts[results.first]),
        walk=_level_of(results, "not_on_foot_share", is_rest=True),
        left=_level_of(results, "unmet_share"),
    )
    if len(results.layouts) == 1:
        told += words("answer.no_second")
    if np.isnan(row["value"]):
        told += words("answer.goal_nothing", goal=goal_named(results))
    elif str(goal) != "unmet":
        told += words("answer.goal_level", goal=goal_named(results), value=goal_value(results, row))
    return told + ("" if results.subject.drawn == 1 else _covers(results, results.first))


def _level_of(results: Results, measure: str, is_rest: bool = False) -> str:
    """The share of all errands of a measure of `seeds` under the first layout, or the rest, with its interval."""
    words, values = results.words, results.of("seeds", results.first)
    rows = values[(values["measure"] == measure) & (values["need"] == ALL) & (values["age_group"] == ALL)]
    raised, value = (rows[[column]].to_numpy(float) for column in ("raised", "value"))
    of = raised.astype(int)
    share = float((raised * value).sum() / raised.sum())
    half = float(half_width([Sums(of, raised * value, of)], is_share=True, places=results.subject.places)[0][0])
    share = 1 - share if is_rest else share
    if np.isnan(half):
        return percent(share) + words("answer.level_one_seed")
    low, high = percent(max(share - half, 0.0)), percent(min(share + half, 1.0))
    return percent(share) + words("answer.level_interval", low=low, high=high)


def _ages_of_one(results: Results) -> str:
    words = results.words
    share = unmet_share(results.of("demand", results.first), ["age_group"]).set_index("age_group")["unmet_share"]
    worst, least = str(share.idxmax()), str(share.idxmin())
    return words(
        "answer.ages_single",
        worst=words(worst),
        worst_share=percent(share[worst]),
        least=words(least),
        least_share=percent(share[least]),
    )


def disagreements(results: Results, layout: str) -> list[str]:
    """Where residents covered exceed errands met most under a layout, in words, and why the rest stays unmet.

    Each need once, where it is worst.
    """
    words, names = results.words, results.names
    rows = results.of("disagreement", layout).sort_values("gap", ascending=False, kind="stable")
    rows = rows[rows["gap"] > 0].drop_duplicates("need").head(WIDEST)
    return [
        words(
            "disagreement",
            need=names.needs[row["need"]],
            zone=names.zones[row["zone"]],
            coverage=f"{row['coverage_15']:.0%}",
            met=f"{row['met_share']:.0%}",
            reason=words(row["reason"]).lower(),
            share=f"{row['reason_share']:.0%}",
        )
        for row in rows.to_dict("records")
    ]
