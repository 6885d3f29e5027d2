"""The docs are executed: Python blocks, commands, stated defaults, the glossary, and the columns of the results."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
import yaml

from sim.__main__ import main
from sim.config import compose_yaml, load_config
from sim.day import Calendar, LifeCircle, Wanted
from sim.face import plan_of
from sim.measures import MEASURES
from sim.needs import raise_errands
from sim.people import settle
from sim.record import Outcome, Reason
from sim.study import Clock

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "results" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LAYOUTS = ROOT / "docs" / "layouts.md"
REAL_DATA = ROOT.parent / "shared" / "data"

# A study as small as the twelve kiosks of the default layouts allow: each needs a gate of its own.
SMALL = [
    "people.residents=300",
    "place.city.residents=40000",
    "place.grown.area_km2=0.5",
    "place.grown.block_m=[150,200]",
    "place.grown.settled_share=1",
    "place.grown.walled_share=1",
    "place.grown.gates=[2,4]",
    *(FEW := ["study.seeds=2", "study.days=1"]),
]

# A YAML block after a paragraph that names a file, as in: save this as `mine.yaml`.
OWN_FILE = re.compile(r"`(?P<name>[\w.-]+\.yaml)`[^`\n]*\n\n```yaml\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE)
BLOCK = re.compile(
    r"(?:<!-- not run: (?P<why>[^\n]+?) -->\n+)?^```(?P<language>\w+)\n(?P<code>.*?)^```", re.DOTALL | re.MULTILINE
)


def blocks(page: Path, language: str) -> Iterator[tuple[int, str]]:
    """The blocks of a page in a language that are to be run, each with the line on which it begins."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    for block in BLOCK.finditer(text):
        if block["language"] == language and not block["why"]:
            yield text[: block.start("code")].count("\n"), block["code"]


def commands(page: Path) -> Iterator[tuple[int, list[str]]]:
    """The arguments of every `lifecircle` command of a page, with its line."""
    for first, code in blocks(page, "bash"):
        for number, line in enumerate(code.replace("\\\n", " ").splitlines(), first + 1):
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words[:1] == ["lifecircle"]:
                yield number, words[1:]


# The plans of docs/layouts.md are lived through further down, without a report of each; docs/your-city.md needs the
# files of a city, see tests/test_your_city.py; commands of docs/running.md go on from each other.
OWN_TESTS = ("layouts", "your-city", "running")
COMMANDS = [(page, line, words) for page in PAGES if page.stem not in OWN_TESTS for line, words in commands(page)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to work in, as a reader has it after a first study: it holds `results/compare_layouts`."""
    here = tmp_path_factory.mktemp("reader")
    assert main([*SMALL, f"results={here / 'results'}"]) == 0
    return here


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_python_blocks_run(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not page.exists():
        pytest.skip(f"{page.name} is not written yet")
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {"__name__": "__main__"}
    for line, code in blocks(page, "python"):
        exec(compile("\n" * line + code, str(page), "exec"), names)


@pytest.mark.skipif(not COMMANDS, reason="no page shows a command")
@pytest.mark.parametrize(
    ("page", "words"), [pytest.param(p, w, id=f"{p.parent.name}/{p.name}:{line}") for p, line, w in COMMANDS]
)
def test_commands_run(page: Path, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = any("shared/data" in word for word in words)
    if real and not REAL_DATA.is_dir():
        pytest.skip(f"{REAL_DATA} is not there")
    monkeypatch.chdir(ROOT if real else tmp_path)
    size = SMALL
    for file in OWN_FILE.finditer(page.read_text(encoding="utf-8")):
        name = file["name"]
        if any(name.removesuffix(".yaml") in re.split(r"[^\w-]", word) for word in words):
            (tmp_path / name).write_text(file["text"], encoding="utf-8")
            size = FEW  # the file names outlets and positions of the place as it is
    assert main([*words, *size, f"results={tmp_path / 'results'}"]) == 0


def test_commands_on_runs_go_on_from_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    told = [words for _, words in commands(ROOT / "docs/running.md")]
    assert [words[0] for words in told] == ["experiment=smoke"] * 3 + ["runs", "runs", "report"]
    for words in told:
        assert main([*words, *(SMALL if words[0] == "experiment=smoke" else [])]) == 0
    assert "smoke" in capsys.readouterr().out
    assert 'lang="zh-CN"' in (tmp_path / "results/smoke/report.html").read_text(encoding="utf-8")


def composed() -> dict[str, Any]:
    config = compose_yaml([])
    assert isinstance(config, dict)
    for option, key in (("osm", "osm"), ("city", "city"), ("city", "mix")):
        config["place"][key] = compose_yaml([f"place={option}"])["place"][key]
    config["place"] = {"source": "grown", "far_home_m": 200.0, **config["place"]}
    return config  # type: ignore[return-value]


def lookup(config: Any, key: str) -> Any:
    for part in key.split("."):
        config = config[part]
    return config


def stated() -> dict[str, Any]:
    """Every key and default of the tables of docs/model.md."""
    text = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    return {
        key: yaml.safe_load(value)
        for key, value in re.findall(r"^\| `([a-z_.0-9]+)` \| `([^`]+)` \|", text, re.MULTILINE)
    }


def test_defaults_in_the_model_are_those_of_the_configs() -> None:
    config = composed()
    wrong = {key: (value, lookup(config, key)) for key, value in stated().items() if lookup(config, key) != value}
    assert not wrong


@pytest.mark.parametrize("group", ["place.grown", "place.city", "place.mix", "people", "day", "study", "needs"])
def test_every_key_stands_in_the_model(group: str) -> None:
    how = {f"study.{key}" for key in ("name", "jobs", "overwrite", "keep", "executor", "slurm")}
    keys = {f"{group}.{key}" for key in lookup(composed(), group)} - how - {"needs.catalogue"}
    told = stated()
    assert not [key for key in keys if not any(f"{other}.".startswith(f"{key}.") for other in told)]


def test_ways_otherwise_than_on_foot_in_the_model_are_those_of_the_catalogue() -> None:
    text = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_]+)` ((?:\|[^|\n]*){8})\|$", text, re.MULTILINE)
    told = {need: [yaml.safe_load(cell.strip(" `")) or 0 for cell in cells.split("|")[1:]] for need, cells in rows}
    catalogue = lookup(composed(), "needs.catalogue")
    assert told.keys() == catalogue.keys()
    for key, need in catalogue.items():
        ride = [need["ride_share"], need["ride_limit_min"] if need["ride_share"] else 0]
        beyond = need["beyond"] if need["beyond"]["share"] else {}
        outside = [beyond.get(name) or 0 for name in ("share", "car_share", "minutes", "km")]
        assert told[key] == [need["returns"], need["return_days"], *ride, *outside], key


def glossary_rows() -> list[list[str]]:
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]


def glossary() -> ModuleType:
    """The script that builds the glossary."""
    spec = importlib.util.spec_from_file_location("glossary", ROOT / "docs" / "glossary.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_glossary_builds_every_name_of_the_configs() -> None:
    page = glossary().built((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))
    assert "<!-- built" not in page
    told = sections_of(page)
    for group, head in (("needs", "Needs 需求"), ("formats", "Formats 业态"), ("layout", "Layouts 布局方案")):
        for file in sorted((ROOT / "configs" / group).glob("*.yaml")):
            tree = yaml.safe_load(file.read_text(encoding="utf-8"))
            things = {file.stem: tree} if group == "layout" else tree.get("catalogue", {}) if group == "needs" else tree
            for key, thing in things.items():
                if "zh" not in thing:  # one that starts from another
                    continue
                assert f"| {thing['zh']} | {thing['en']} | `{key}` |" in told[head], (file, key)


def test_glossary_has_every_outcome_reason_and_measure() -> None:
    keys = {row[2] for row in glossary_rows() if len(row) > 2 and row[0] and row[1]}
    wanted = [*(m.name.lower() for m in (*Outcome, *Reason)), *MEASURES]
    assert not [key for key in wanted if f"`{key}`" not in keys]


def sections(page: Path) -> dict[str, str]:
    """The text under each heading of a page."""
    return sections_of(page.read_text(encoding="utf-8"))


def sections_of(text: str) -> dict[str, str]:
    """The text under each heading."""
    parts = re.split(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_results_page_describes_every_table_and_column(folder: Path) -> None:
    study = folder / "results" / "compare_layouts"
    columns = {f"tables/{file.name}": list(pd.read_csv(file, nrows=0)) for file in study.rglob("*.csv")}
    for name in ("errands", "legs"):
        columns[f"runs/…/{name}.parquet"] = list(pd.read_parquet(study / f"runs/base/seed-1/{name}.parquet"))
    described = sections(ROOT / "results" / "README.md")
    assert columns.keys() <= described.keys()
    missing = {
        table: [name for name in names if f"`{name}`" not in described[table]] for table, names in columns.items()
    }
    assert not {table: names for table, names in missing.items() if names}


def test_results_page_says_which_tables_have_rows_all(folder: Path) -> None:
    tables = folder / "results" / "compare_layouts" / "tables"
    with_all = {file.stem for file in tables.glob("*.csv") if (pd.read_csv(file).astype(str) == "all").any(axis=None)}
    assert with_all - {"burden"} == {"travel", "compare", "headline", "seeds", "scores", "equity"}


def test_gallery_shows_every_figure_of_a_study(folder: Path) -> None:
    drawn = {file.stem for file in (folder / "results" / "compare_layouts" / "figures").glob("*.png")}
    shown = set(
        re.findall(r"study\.figure\(\"(\w+)\"\)\.savefig", (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8"))
    )
    by_layout = {"layout_base", "layout_centre", "paired_centre", "change_centre"}  # one of each is shown, for `kiosks`
    assert shown == drawn - by_layout


# ---- docs/layouts.md: every file on it is laid out, lived through, and compared with what stands there

PLANS = {
    file["name"].removesuffix(".yaml"): file["text"] for file in OWN_FILE.finditer(LAYOUTS.read_text(encoding="utf-8"))
}
FRIDAY = 4
LESS, SAME, MORE = -1, 0, 1

# What each plan is for: a need, ages ("" for all), how its errands end, and whether more of them do than under `base`.
CHANGES = {
    "corner": [("groceries", "80+", "met_walk", MORE), ("groceries", "", "limited", MORE)],
    "second_year": [("errand", "", "limited", LESS), ("groceries", "80+", "met_walk", MORE)],
    "where": [("recycling", "", "met_walk", MORE)],
    "more": [("breakfast", "", "too_far", LESS), ("parcel", "", "queue", LESS)],
    "orders": [("groceries", "", "met_delivery", MORE), ("repair", "", "too_far", LESS)],
    "small": [("clinic", "", "too_far", LESS), ("repair", "", "met_walk", MORE), ("recycling", "", "met_walk", MORE)],
    "cabinets": [("convenience", "", "closed", LESS), ("breakfast", "", "met_walk", MORE)],
    "volunteers": [("canteen", "80+", "met_delivery", MORE), ("canteen", "80+", "cannot_walk", LESS)],
    "carers": [("barber", "", "met_home_service", MORE), ("groceries", "80+", "cannot_walk", LESS)],
    "desk": [("errand", "", "limited", LESS), ("errand", "", "too_far", LESS)],
    "places": [("kindergarten", "3-5", "met_walk", MORE), ("kindergarten", "3-5", "too_far", LESS)],
    "catchments": [("kindergarten", "3-5", "not_admitted", MORE)],
    "fused": [("nursery", "0-2", "met_walk", MORE), ("elder_care", "", "met_walk", MORE)],
    "sessions": [(need, "", "no_outlet", LESS) for need in ("nursery_half", "minding", "summer_class")],
    "canteen": [("canteen", "15-59", "closed", MORE), ("canteen", "80+", "unmet", SAME)],
    "markets": [("groceries", "", "queue", LESS), ("clinic", "", "too_far", LESS)],
    "round": [("repair", "", "too_far", LESS), ("repair", "", "closed", MORE)],
    "one_roof": [("repair", "", "met_walk", MORE)],
    "street": [("repair", "", "queue", LESS), ("laundry", "", "met_walk", MORE)],
    "parks": [("park", "", "too_far", LESS)],
    "heard": [("clinic", "80+", "unknown", LESS), ("park", "15-59", "unknown", LESS), ("park", "80+", "unknown", SAME)],
    "gates": [("breakfast", "", "too_far", LESS), ("convenience", "", "full", MORE)],
    "barrier_free": [("park", "70-79", "too_far", LESS), ("groceries", "", "met_walk", MORE)],
    "ramps": [("groceries", "", "too_far", LESS), ("kindergarten", "", "no_outlet", LESS)],
}


def by_settings() -> dict[tuple[str, ...], list[str]]:
    """The plans that the commands of the page compare, by what else they set; those without a command set nothing."""
    plans: dict[tuple[str, ...], list[str]] = {(): []}
    for _, words in commands(LAYOUTS):
        settings = tuple(word for word in words if not word.startswith("study."))
        layouts = next(word for word in words if word.startswith("study.layouts="))
        plans.setdefault(settings, []).extend(name for name in re.findall(r"[\w-]+", layouts) if name in PLANS)
    named = {name for group in plans.values() for name in group}
    plans[()] += [name for name in PLANS if name not in named]
    return plans


def test_plans_are_short_and_every_one_says_what_it_changes() -> None:
    assert PLANS.keys() == CHANGES.keys()
    assert not [name for name, text in PLANS.items() if len(text.splitlines()) > 15]


@pytest.mark.parametrize("settings", by_settings(), ids=lambda settings: " ".join(settings[:1]) or "as it is")
def test_plans_of_the_layouts_page_change_what_they_are_for(
    settings: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if any("shared/data" in word for word in settings) and not REAL_DATA.is_dir():
        pytest.skip(f"{REAL_DATA} is not there")
    monkeypatch.chdir(ROOT)
    for name, text in PLANS.items():
        (tmp_path / "layout").mkdir(exist_ok=True)
        (tmp_path / "layout" / f"{name}.yaml").write_text(text, encoding="utf-8")
    plans = by_settings()[settings]
    asked = load_config([*settings, f"study.layouts=[base,{','.join(plans)}]"], tmp_path)
    plan = plan_of(asked, Clock())
    people, needs, day = plan.config.people, plan.config.needs, plan.config.day
    residents = settle(plan.place, people, seed=1)
    wanted = Wanted(residents, needs, *raise_errands(residents, people, needs, [FRIDAY, FRIDAY + 1], seed=1), people)
    ended = {}
    for scene in plan.scenes:
        model = LifeCircle(scene, wanted, day, Calendar(days=2, first_weekday=FRIDAY), seed=1, agents=False)
        ended[scene.name] = model.run().errands

    def count(layout: str, need: str, ages: str, how: str) -> int:
        rows = ended[layout]
        theirs = (rows["need"] == need) & ((rows["age_group"] == ages) | (ages == ""))
        return int((theirs & ((rows["outcome"] == how) | (rows["reason"] == how))).sum())

    told = {(plan, *what): sign for plan in plans for *what, sign in CHANGES[plan]}
    found = {(plan, *what): (count("base", *what), count(plan, *what)) for plan, *what in told}
    assert not {what: (n, m) for what, (n, m) in found.items() if (m > n) - (m < n) != told[what]}
