"""The package as it is built: every file in it, new rooms and configs found without a line, and one version."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUILT_FROM = ("LICENSE", "README.md", "pyproject.toml", "setup.py")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# Files as they come to be: a room, a group of configs, and words beside the rooms, none of them told to anyone.
NEW = {
    "sim/report/words/new.yaml": "a: b\n",
    "sim/new_room/__init__.py": "",
    "sim/new_room/below/__init__.py": "A = 1\n",
    "sim/new_room/page.css": "p {}\n",
    "configs/new_group/option.yaml": "a: 1\n",
}
# And what lies about in a tree that was worked in: it is nobody's to ship.
LEFT_BEHIND = ("sim/__pycache__/kernels/0123/loop.nbi", "sim/day/__pycache__/loop.cpython-311.pyc", "sim/.hidden")


def python(*words: str, within: Path) -> str:
    """What a fresh interpreter says."""
    done = subprocess.run([sys.executable, *words], cwd=within, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def built(tree: Path, kind: str, to: Path) -> Path:
    """A wheel of a tree, made by the build backend itself and without the network."""
    to.mkdir()
    python("-c", f"from setuptools import build_meta; build_meta.build_{kind}({str(to)!r})", within=tree)
    (wheel,) = to.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with new files in it."""
    here = tmp_path_factory.mktemp("packaging") / "lifecircle"
    for folder in ("sim", "configs"):
        shutil.copytree(ROOT / folder, here / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in BUILT_FROM:
        shutil.copy(ROOT / file, here / file)
    for name, text in {**NEW, **dict.fromkeys(LEFT_BEHIND, "")}.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(text, encoding="utf-8")
    return here


def test_a_wheel_holds_every_file_of_the_package(tree: Path, tmp_path: Path) -> None:
    files = {str(file.relative_to(tree)) for part in ("sim", "configs") for file in (tree / part).rglob("*.*")}
    assert {*NEW, "sim/py.typed", "sim/report/page.html", "configs/day/typical.yaml"} <= files
    wanted = {re.sub("^configs/", "sim/configs/", name) for name in files - set(LEFT_BEHIND)}
    with zipfile.ZipFile(built(tree, "wheel", tmp_path / "wheel")) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == {name for name in wanted if "__pycache__" not in name}


def test_an_editable_install_finds_what_came_later(tree: Path, tmp_path: Path) -> None:
    later = {"sim/later/__init__.py": "B = 2\n", "configs/later/option.yaml": "b: 2\n"}
    wheel = built(tree, "editable", tmp_path / "editable")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    for name, text in later.items():
        (tree / name).parent.mkdir()
        (tree / name).write_text(text, encoding="utf-8")
    try:
        said = python(
            *("-I", "-S", "-c"),  # without the packages of this interpreter: sim is there once, from the new install
            f"import site; site.addsitedir({str(tmp_path / 'site')!r})\n"
            "from importlib.resources import files\n"
            "from sim.new_room.below import A\n"
            "from sim.later import B\n"
            "option = files('sim.configs') / 'later' / 'option.yaml'\n"
            "print(A, B, option.read_text(), files('sim') / 'later')",
            within=tmp_path,
        )
    finally:
        for name in later:
            shutil.rmtree((tree / name).parent)
    assert said.split() == ["1", "2", "b:", "2", str(tree / "sim" / "later")]


def test_what_is_imported_is_asked_for() -> None:
    told = [*PROJECT["dependencies"], *(each for extra in PROJECT["optional-dependencies"].values() for each in extra)]
    asked = {re.split(r"[^\w.-]", each)[0].lower().replace("_", "-") for each in told}
    lends = packages_distributions()
    missing = {}
    for file in (ROOT / "sim").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            for name in {module.split(".")[0] for module in modules} - {"sim", *sys.stdlib_module_names}:
                if not asked & {each.lower().replace("_", "-") for each in (*lends.get(name, ()), name)}:
                    missing[name] = file.name
    assert not missing


def test_the_version_stands_in_one_place() -> None:
    assert version("lifecircle") == PROJECT["version"], "pyproject.toml says another version than is installed"
    told = [file for file in (ROOT / "sim").rglob("*.py") if f'"{PROJECT["version"]}"' in file.read_text("utf-8")]
    assert not told
