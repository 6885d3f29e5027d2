"""The experiments: their configs compose, their layouts stand on their place, and their pages say what they ask."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from sim.config import GROUPS, Asked, load_config, options
from sim.outlets import lay_out
from sim.place import build_place
from tests.report import test_assumptions
from tests.test_docs import ROOT, commands

EXPERIMENTS = ROOT / "experiments"
STUDIES = sorted(file.parent for file in EXPERIMENTS.rglob("config.yaml"))
PAGES = sorted(EXPERIMENTS.glob("*/README.md"))
FILES = sorted({file for folder in STUDIES for file in folder.rglob("*.yaml")})
PICTURE = re.compile(r"!\[[^\]]*\]\((?P<path>[^)]+)\)")
LARGEST_PICTURE = 200_000  # bytes


def name_of(path: Path) -> str:
    return str(path.relative_to(EXPERIMENTS))


def page_of(folder: Path) -> Path:
    """The page that tells a study: in its folder, or in the one above."""
    return next(page for page in (folder / "README.md", folder.parent / "README.md") if page.exists())


def chosen(folder: Path) -> dict[str, str]:
    """The option of each group that the `config.yaml` of a folder chooses."""
    defaults = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))["defaults"]
    return {group: option for entry in defaults if isinstance(entry, dict) for group, option in entry.items()}


def starts_from(file: Path) -> list[str]:
    """The options of its group that an option starts from."""
    return [str(entry) for entry in yaml.safe_load(file.read_text(encoding="utf-8")).get("defaults", [])]


@cache
def layouts_of(folder: Path) -> list[str]:
    """The layouts that the study of a folder compares, and those that lie in it beside them."""
    study = folder / "study" / f"{chosen(folder)['study']}.yaml"
    compared = yaml.safe_load(study.read_text(encoding="utf-8"))["layouts"] if study.exists() else []
    return [*compared, *sorted({file.stem for file in folder.glob("layout/*.yaml")} - set(compared))]


@cache
def asked(folder: Path) -> Asked:
    """What the study of a folder asks, with all the layouts that lie there: composed once, which takes seconds."""
    return load_config([f"study.layouts=[{','.join(layouts_of(folder))}]"], folder)


@pytest.mark.parametrize("folder", STUDIES, ids=name_of)
def test_study_composes_under_its_own_name(folder: Path) -> None:
    config = asked(folder).config
    for part in (config.place, config.people, config.needs, config.day, config.study, config.report):
        part.check()
    assert config.study.name == name_of(folder).replace("/", "_")
    assert config.study.seeds >= 5


@pytest.mark.parametrize("folder", STUDIES, ids=name_of)
def test_every_layout_lays_out(folder: Path) -> None:
    config = asked(folder).config
    place = build_place(config.place)
    residents = config.people.residents or round(place.population or 0)
    for name in layouts_of(folder):
        _, layout = lay_out(name, asked(folder).layouts, place, residents, config.needs.catalogue, config.place.seed)
        assert len(layout), name
        assert not [edit for edit in layout.edits if edit.values.get("no_more_sites")], name


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_every_number_has_a_note(file: Path) -> None:
    test_assumptions.test_every_number_has_unit_source_and_grade(file)


@pytest.mark.parametrize("folder", STUDIES, ids=name_of)
def test_page_names_its_command_and_every_layout(folder: Path) -> None:
    page = page_of(folder)
    told = [words for _, words in commands(page)]
    assert ["--config-dir", f"experiments/{name_of(folder)}"] in told
    assert not [name for name in layouts_of(folder) if f"`{name}`" not in page.read_text(encoding="utf-8")]


@pytest.mark.parametrize("folder", STUDIES, ids=name_of)
def test_every_option_is_asked_for(folder: Path) -> None:
    told = {word for _, words in commands(page_of(folder)) for word in words}
    told |= {f"{group}={option}" for group, option in chosen(folder).items()}
    told |= {f"{file.parent.name}={start}" for file in folder.glob("*/*.yaml") for start in starts_from(file)}
    beside = [file for group in GROUPS if group != "layout" for file in folder.glob(f"{group}/*.yaml")]
    assert not [name_of(file) for file in beside if f"{file.parent.name}={file.stem}" not in told]


COMMANDS = [
    pytest.param(words[1], words[2:], id=f"{name_of(page)}:{line}")
    for page in PAGES
    for line, words in commands(page)
    if words[:1] == ["--config-dir"] and words[2:]  # without overrides, the study has been composed above
]


@pytest.mark.parametrize(("folder", "overrides"), COMMANDS)
def test_every_other_command_composes(folder: str, overrides: list[str]) -> None:
    config = load_config(overrides, ROOT / folder).config
    for part in (config.place, config.people, config.needs, config.day, config.study, config.report):
        part.check()
    assert set(config.study.layouts) <= set(options(ROOT / folder)["layout"])


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pictures_of_a_page_are_there_and_small(page: Path) -> None:
    for picture in PICTURE.finditer(page.read_text(encoding="utf-8")):
        assert (page.parent / picture["path"]).stat().st_size < LARGEST_PICTURE, picture["path"]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_page_stands_in_the_list(page: Path) -> None:
    rows = (EXPERIMENTS / "README.md").read_text(encoding="utf-8")
    assert f"[{page.parent.name}]({page.parent.name}/README.md)" in rows
