"""The answer in three sentences with their intervals, what to know before it, and the table that ends a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.measures import ALL, unmet_share
from sim.measures.comparison import FEW_SEEDS, Sums, half_width
from sim.notes import gravest_first
from sim.people import AGE_GROUPS
from sim.record import REASONS
from sim.report.amounts import money, percent, with_interval
from sim.report.results import Results, change_by_home, difference, gain_and_lose, headline_row, luck, raised_by

if TYPE_CHECKING:
    pass

DAYS_A_YEAR = 365
WIDEST = 5


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
    return told + few_drawn(results)


def few_drawn(results: Results) -> list[str]:
    """The caution that intervals rest on few seeds, or of several places, on few of these; none where they do not."""
    n = results.subject.drawn
    key = "caution.few_places" if results.subject.places > 1 else "caution.few_seeds"
    return [results.words(key, n=n, least=FEW_SEEDS)] if n < FEW_SEEDS else []


def unserved(results: Results) -> list[str]:
    """Needs that somebody raised and for which no outlet stands under the first layout."""
    raised, catalogue = raised_by(results, "need"), results.subject.needs.catalogue
    base = results.subject.layouts[0]
    return [
        key for key, need in catalogue.items() if raised.get(key, 0) and not base.has_offer_for(key, need.substitutes)
    ]


def best_alternative(results: Results) -> str | None:
    """The layout other than the first that leaves least unmet, or None where there is no other."""
    found = {name: difference(results, name, "unmet_share") for name in results.layouts[1:]}
    known = {name: float(row["difference"]) for name, row in found.items() if row is not None}
    return min(known, key=lambda name: known[name]) if known else None


def _better(results: Results, best: str) -> str:
    words, names = results.words, results.names.layouts
    row = difference(results, best, "unmet_share")
    assert row is not None
    raised = float(results.of("layouts", best)["raised_per_day"].iloc[0])
    served, apart = (headline_row(results, best, results.first, part) for part in ("served", "unserved"))
    if np.isnan(row["ci_low"]):
        key = "answer.best_one_seed" if row["difference"] < 0 else "answer.not_apart"
    elif row["ci_high"] < 0:
        key = "answer.best"
        if apart is not None:
            only = served is None or served["ci_high"] >= 0
            mostly = apart["difference"] < row["difference"] / 2
            key = "answer.best_only_unserved" if only else "answer.best_mostly_unserved" if mostly else key
    else:
        key = "answer.first_best" if row["ci_low"] > 0 else "answer.not_apart"
    share = results.tables["layouts"].set_index("layout")["unmet_share"]
    sentence = words(
        key,
        best=words("quoted", name=names[best]),
        base=words("quoted", name=names[results.first]),
        value=percent(share[best]),
        base_value=percent(share[results.first]),
        difference=with_interval(words, row),
        per_day=f"{abs(row['difference']) * raised:,.0f}",
    )
    if apart is not None:
        told = [words("answer.no_part") if part is None else with_interval(words, part) for part in (served, apart)]
        base = words("quoted", name=names[results.first])
        sentence += words("answer.split", base=base, n=len(unserved(results)), served=told[0], unserved=told[1])
    if not np.isnan(row["ci_low"]):
        sentence += _covers(results, best)
    return sentence + (_tied(results, best) if key.startswith("answer.best") else "") + _worse(results, best)


def _covers(results: Results, layout: str) -> str:
    """What intervals cover, and of several places how far the layout's difference spreads (the first layout: its
    unmet share).
    """
    words, row = results.words, luck(results, layout)
    if row is None:
        return words("answer.covers")
    if np.isnan(row["place_sd"]):
        return words("answer.covers_places_one_seed")
    place, seed = (f"{100 * row[key]:.2f}" for key in ("place_sd", "seed_sd"))
    return words("answer.covers_places", place=place, seed=seed)


def _worse(results: Results, best: str) -> str:
    """The other alternatives that are shown to serve worse than the first layout."""
    words, name = results.words, results.names.layouts
    rows = {other: difference(results, other, "unmet_share") for other in results.layouts[1:] if other != best}
    base = words("quoted", name=name[results.first])
    return "".join(
        words("answer.worse", other=words("quoted", name=name[other]), base=base, difference=with_interval(words, row))
        for other, row in rows.items()
        if row is not None and row["ci_low"] > 0
    )


def _tied(results: Results, best: str) -> str:
    """The alternatives that cannot be told from the best, compared with it in pairs."""
    name = results.names.layouts
    rows = {other: headline_row(results, other, best) for other in results.layouts[1:] if other != best}
    return "".join(
        results.words(
            "answer.second_tied",
            second=results.words("quoted", name=name[other]),
            difference=with_interval(results.words, row),
        )
        for other, row in rows.items()
        if row is not None and row["ci_low"] <= 0 <= row["ci_high"]
    )


def _for_whom(results: Results, best: str) -> str:
    """The age group that changes most, those who lose, and residents by the change at their home."""
    words, names = results.words, results.names.layouts
    rows = {group: difference(results, best, "unmet_share", ALL, group) for group in AGE_GROUPS}
    known = {group: row for group, row in rows.items() if row is not None and not np.isnan(row["difference"])}
    most = max(known, key=lambda group: abs(known[group]["difference"]))

    def tell(group: str) -> str:
        return words("age_change", age=words(group), difference=with_interval(words, known[group]))

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
    return sentence + _cost(results, layout)


def _cost(results: Results, layout: str) -> str:
    words = results.words
    cost = float(results.of("layouts", layout)["cost_yuan"].iloc[0])
    row = difference(results, layout, "unmet_share")
    if row is None:
        return words("answer.cost_base")
    if cost == 0:
        return words("answer.cost_nothing")
    newly = newly_met(results, layout)
    if newly is None:
        return words("answer.cost_no_gain", cost=money(words, cost))
    met, least, most = newly
    spread = ""
    if not np.isnan(least):
        spread = words("answer.cost_range", low=money(words, cost / most), high=money(words, cost / least))
    return words(
        "answer.cost",
        cost=money(words, cost),
        per_day=money(words, cost / met),
        range=spread,
        per_errand=money(words, cost / met / DAYS_A_YEAR),
    )


def newly_met(results: Results, layout: str) -> tuple[float, float, float] | None:
    """Errands a day that a layout meets and the first does not, with the ends of the interval (NaN from one seed).

    None where it is not shown to meet more.
    """
    row = difference(results, layout, "unmet_share")
    if row is None or row["difference"] >= 0 or row["ci_high"] >= 0:
        return None
    raised = float(results.of("layouts", layout)["raised_per_day"].iloc[0])
    return -row["difference"] * raised, -row["ci_high"] * raised, -row["ci_low"] * raised


def _level(results: Results) -> str:
    """The unmet share of the only layout, with its interval over seeds."""
    words = results.words
    values = results.of("seeds", results.first)
    rows = values[(values["measure"] == "unmet_share") & (values["need"] == ALL) & (values["age_group"] == ALL)]
    share = float(results.of("layouts", results.first)["unmet_share"].iloc[0])
    raised, value = (rows[[column]].to_numpy(float) for column in ("raised", "value"))
    sums = Sums(raised.astype(int), raised * value, raised.astype(int))
    half = float(half_width([sums], is_share=True, places=results.subject.places)[0][0])
    spread = words("answer.level_one_seed")
    if not np.isnan(half):
        low, high = percent(max(share - half, 0.0)), percent(min(share + half, 1.0))
        spread = words("answer.level_interval", low=low, high=high)
    base = words("quoted", name=results.names.layouts[results.first])
    sentence = words("answer.single", base=base, base_value=percent(share), interval=spread)
    return sentence + ("" if np.isnan(half) else _covers(results, results.first))


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
