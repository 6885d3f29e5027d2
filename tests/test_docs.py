"""The docs are executed: Python blocks, commands, stated defaults, the glossary, and the columns of the results."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from omegaconf import OmegaConf

from sim.__main__ import main
from sim.config import compose_yaml
from sim.day import Outcome, Reason
from sim.measures import MEASURES

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "results" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
REAL_DATA = ROOT.parent / "shared" / "data"

# A study as small as the twelve kiosks of the default layouts allow: each needs a gate of its own.
SMALL = [
    "people.residents=300",
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


# Those of docs/your-city.md need the files of a city: see tests/test_your_city.py.
COMMANDS = [(page, line, words) for page in PAGES if page.stem != "your-city" for line, words in commands(page)]


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


def composed() -> dict[str, Any]:
    config = OmegaConf.to_container(compose_yaml([]))
    assert isinstance(config, dict)
    config["place"]["osm"] = OmegaConf.to_container(compose_yaml(["place=osm"]))["place"]["osm"]  # type: ignore[index, call-overload]
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


@pytest.mark.parametrize("group", ["place.grown", "people", "day", "study", "needs"])
def test_every_key_stands_in_the_model(group: str) -> None:
    technical = {"study.name", "study.jobs", "study.overwrite", "needs.catalogue"}
    keys = {f"{group}.{key}" for key in lookup(composed(), group)}
    assert keys - technical <= stated().keys()


def glossary_rows() -> list[list[str]]:
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]


def named() -> list[tuple[str, str, str]]:
    """Key, 中文 and English of all that the configs name."""
    config = composed()
    things = [*config["needs"]["catalogue"].items(), *config["layout"]["formats"].items()]
    rows = [(key, thing["zh"], thing["en"]) for key, thing in things]
    for file in sorted((ROOT / "configs" / "layout").glob("*.yaml")):
        layout = yaml.safe_load(file.read_text(encoding="utf-8"))
        rows.append((file.stem, layout["zh"], layout["en"]))
    return rows


def test_glossary_has_every_name_of_the_configs() -> None:
    rows = {(row[2].strip("`"), row[0], row[1]) for row in glossary_rows() if len(row) > 2}
    assert not [name for name in named() if name not in rows]


def test_glossary_has_every_outcome_reason_and_measure() -> None:
    keys = {row[2] for row in glossary_rows() if len(row) > 2 and row[0] and row[1]}
    wanted = [*(m.name.lower() for m in (*Outcome, *Reason)), *MEASURES]
    assert not [key for key in wanted if f"`{key}`" not in keys]


def sections(page: Path) -> dict[str, str]:
    """The text under each heading of a page."""
    parts = re.split(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
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
    assert with_all == {"travel", "compare", "seeds", "scores", "equity"}
