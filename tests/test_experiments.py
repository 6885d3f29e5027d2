"""The experiments: their configs compose, their layouts stand on their place, and their pages say what they ask."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.__main__ import _parse
from sim.config import GROUPS, load_config
from sim.outlets import lay_out
from sim.place import build_place
from tests.report import test_assumptions
from tests.test_docs import ROOT, commands

EXPERIMENTS = ROOT / "experiments"
STUDIES = sorted(file.parent for file in EXPERIMENTS.glob("*/config.yaml"))
PAGES = sorted(EXPERIMENTS.glob("*/README.md"))
FILES = [file for folder in STUDIES for file in sorted(folder.rglob("*.yaml"))]
OPTIONS = [file for file in FILES if file.parent.name in GROUPS and file.parent.name != "layout"]
PICTURE = re.compile(r"!\[[^\]]*\]\((?P<path>[^)]+)\)")
LARGEST_PICTURE = 200_000  # bytes


def name_of(path: Path) -> str:
    return str(path.relative_to(EXPERIMENTS))


def layouts_of(folder: Path) -> list[str]:
    """The layouts that the study of a folder compares, and those that lie in it beside them."""
    compared = load_config([], folder).config.study.layouts
    return [*compared, *sorted({file.stem for file in folder.glob("layout/*.yaml")} - set(compared))]


@pytest.mark.parametrize("folder", STUDIES, ids=name_of)
def test_study_composes_under_its_own_name(folder: Path) -> None:
    config = load_config([], folder).config
    for part in (config.place, config.people, config.needs, config.day, config.study, config.report):
        part.check()
    assert config.study.name == folder.name
    assert config.study.seeds >= 5


@pytest.mark.parametrize("file", OPTIONS, ids=name_of)
def test_every_option_composes(file: Path) -> None:
    group, folder = file.parent.name, file.parents[1]
    config = load_config([f"{group}={file.stem}"], folder).config
    for part in (config.place, config.people, config.needs, config.day, config.study, config.report):
        part.check()


@pytest.mark.parametrize("folder", STUDIES, ids=name_of)
def test_every_layout_lays_out(folder: Path) -> None:
    names = layouts_of(folder)
    asked = load_config([f"study.layouts=[{','.join(names)}]"], folder)
    config = asked.config
    place = build_place(config.place)
    residents = config.people.residents or round(place.population or 0)
    for name in names:
        _, layout = lay_out(name, asked.layouts, place, residents, config.needs.catalogue, config.place.seed)
        assert len(layout), name
        assert not [line for line in layout.log if " of " in line and line.startswith("spread ")], name


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_every_number_has_a_note(file: Path) -> None:
    test_assumptions.test_every_number_has_unit_source_and_grade(file)


@pytest.mark.parametrize("folder", STUDIES, ids=name_of)
def test_page_names_its_command_and_every_layout(folder: Path) -> None:
    page = (folder / "README.md").read_text(encoding="utf-8")
    told = [words for _, words in commands(folder / "README.md")]
    assert ["--config-dir", f"experiments/{folder.name}"] in told
    assert not [name for name in layouts_of(folder) if f"`{name}`" not in page]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_of_a_page_compose(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for line, words in commands(page):
        own, show, overrides = _parse(words)
        assert not show, line
        load_config(overrides, own)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pictures_of_a_page_are_there_and_small(page: Path) -> None:
    for picture in PICTURE.finditer(page.read_text(encoding="utf-8")):
        assert (page.parent / picture["path"]).stat().st_size < LARGEST_PICTURE, picture["path"]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_page_stands_in_the_list(page: Path) -> None:
    rows = (EXPERIMENTS / "README.md").read_text(encoding="utf-8")
    assert f"[{page.parent.name}]({page.parent.name}/README.md)" in rows
