"""The shape of the project: who may import whom, which library lives where, and that every config is used."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import networkx as nx
import pytest

from sim.config import GROUPS, PRESETS, Config, load_config

ROOT = Path(__file__).parents[1]
SIM = ROOT / "sim"

# What a room may import of the others. Nothing else, and so no cycles.
GROUND = {
    "by_age", "clock_times", "columns", "errors", "folders", "kernels", "names", "notes", "parallel", "randomness",
    "rules", "storage",
}  # fmt: skip
ROOMS = GROUND | {"place", "people", "needs", "outlets", "reach"}
MAY_IMPORT = {
    "by_age": {"columns", "errors"},
    "clock_times": set(),
    "columns": set(),
    "errors": set(),
    "folders": set(),
    "kernels": set(),
    "names": {"errors"},
    "notes": set(),
    "parallel": {"columns"},
    "randomness": {"kernels"},
    "rules": set(),
    "storage": {"folders"},
    "terminal": set(),
    "place": GROUND,
    "people": GROUND | {"place"},
    "needs": GROUND | {"place", "people"},
    "outlets": GROUND | {"place"},
    "reach": GROUND | {"place", "people", "needs", "outlets"},
    "scene": ROOMS,
    "record": ROOMS,
    "memory": GROUND | {"people", "needs"},
    "day": ROOMS | {"scene", "record"},
    "measures": ROOMS | {"scene", "record"},
    "study": ROOMS | {"scene", "record", "day", "measures", "memory"},
    "report": ROOMS | {"scene", "record", "measures"},
    "gis": ROOMS | {"scene", "record", "measures"},
    "config": ROOMS | {"day", "study", "report"},
    "face": ROOMS | {"scene", "record", "measures", "study", "report", "gis", "config"},
    "__init__": ROOMS | {"scene", "record", "day", "face"},
    "studies": GROUND | {"config", "day", "study", "report", "gis", "terminal", "face"},
    "kept": GROUND | {"record", "terminal"},
    "usage": {"config"},
    "completion": {"config", "errors"},
    "command": {"config", "errors", "terminal", "studies", "usage", "completion", "kept"},
    "__main__": {"command", "errors", "terminal"},
}
LIVES_IN = {
    "mesa": {"day"},
    "hydra": {"config"},
    "omegaconf": {"config"},
    "yaml": {"config", "report", "studies"},
    "cattrs": {"storage"},
    "ray": {"study"},
    "submitit": {"study"},
    "matplotlib": {"report"},
    "networkx": {"place"},
    "numba": {"kernels"},
    "geopandas": {"place", "outlets", "gis"},
    "osmium": {"place", "outlets"},
    "pyogrio": {"place", "outlets"},
    "shapely": {"place", "outlets", "gis"},
    "pyproj": {"place", "outlets"},
    "rasterio": {"place", "outlets"},
}


def room_of(file: Path) -> str:
    """The room that a file of `sim` belongs to."""
    return file.relative_to(SIM).parts[0].removesuffix(".py")


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """Line and module of every import, those inside functions and for type checking included."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [f"sim.{alias.name}" for alias in node.names] if node.module == "sim" else [node.module]
            yield from ((node.lineno, name) for name in names)


FILES = sorted(SIM.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_rooms_import_only_what_they_may(file: Path) -> None:
    room = room_of(file)
    for line, module in imports(file):
        parts = module.split(".")
        where = f"{file.relative_to(ROOT)}:{line} imports {module}"
        if parts[0] == "sim" and len(parts) > 1 and parts[1] != room:
            assert parts[1] in MAY_IMPORT[room], where
        if parts[0] in LIVES_IN:
            assert room in LIVES_IN[parts[0]], where


# The faces by which others enter these rooms; what lies deeper is the business of the room alone.
FACES = {
    "sim.place",
    "sim.place.read",
    "sim.place.walks",
    "sim.people",
    "sim.needs",
    "sim.outlets",
    "sim.gis",
    "sim.gis.geopackage",
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_rooms_are_entered_through_their_face(file: Path) -> None:
    for line, module in imports(file):
        parts = module.split(".")
        if ".".join(parts[:2]) in FACES and parts[1] != room_of(file):
            assert module in FACES, f"{file.relative_to(ROOT)}:{line} goes past the face of {parts[1]} to {module}"


def module_of(file: Path) -> str:
    """The dotted name of a file of `sim`."""
    return ".".join(["sim", *file.relative_to(SIM).with_suffix("").parts]).removesuffix(".__init__")


def test_no_module_imports_itself_in_a_circle() -> None:
    modules = {module_of(file): file for file in FILES}
    tops = nx.DiGraph()
    for module, file in modules.items():
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.module in modules:
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    # A room's own files import each other, and its face imports them.
                    to = inner if inner in modules else node.module
                    if not (to == room_face(module) and modules[to].name == "__init__.py"):
                        tops.add_edge(module, to)
    assert not list(nx.simple_cycles(tops))


def room_face(module: str) -> str:
    """The face of the room that a module lies in."""
    return module.rpartition(".")[0]


def test_a_grown_place_does_without_the_libraries_of_gis() -> None:
    heavy = ("geopandas", "pyogrio", "shapely", "osmium", "rasterio")
    ask = f"import sim.place, sim.people, sim.needs, sys; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", ask], text=True).strip() == "[]"


def test_measures_know_the_record_but_not_the_loop() -> None:
    for file in (SIM / "measures").glob("*.py"):
        assert not [module for _, module in imports(file) if module.startswith("sim.day")], file


def test_no_room_for_odds_and_ends() -> None:
    names = {path.stem for path in SIM.rglob("*")}
    assert not names & {"utils", "util", "helpers", "helper", "common", "core", "base", "misc"}


def test_one_config_group_per_room() -> None:
    folders = {path.name for path in (ROOT / "configs").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {*GROUPS, PRESETS}
    assert {field.name for field in fields(Config)} == {*GROUPS, "results"}


OPTIONS = [f"{group}={file.stem}" for group in GROUPS for file in sorted((ROOT / "configs" / group).glob("*.yaml"))]


@pytest.mark.parametrize("option", OPTIONS)
def test_every_yaml_composes_and_is_checked(option: str) -> None:
    overrides = [option]
    if option in ("place=osm", "place=helsinki", "place=files"):
        overrides.append("place.streets=my.osm.pbf")
    if option.startswith("layout="):
        overrides.append(f"study.layouts=[{option.removeprefix('layout=')}]")
    config = load_config(overrides).config
    for part in (config.place, config.people, config.needs, config.day, config.study, config.report):
        part.check()


def test_nothing_in_the_project_names_a_path_of_a_machine() -> None:
    tracked = [
        file
        for pattern in ("*.py", "*.md", "*.yaml", "*.toml", "Makefile", "*.html")
        for file in ROOT.rglob(pattern)
        if not any(part.startswith(".") or part in ("build", "dist") for part in file.relative_to(ROOT).parts)
        and file.relative_to(ROOT).parts[0] != "results"
    ]
    assert len(tracked) > 60
    for file in tracked:
        if file != Path(__file__):
            assert not re.search(r"/(root|home|work|Users)/\w", file.read_text(encoding="utf-8")), file
