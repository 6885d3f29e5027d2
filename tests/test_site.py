"""The site of documentation: it builds, broken links stop it, nothing is fetched from elsewhere."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

import sim

pytest.importorskip("mkdocs", reason="the site is built with the extra `docs`")

ROOT = Path(__file__).parents[1]
PAGES = (
    "mkdocs.yml",
    "*.md",
    "docs/*",
    "results/*.md",
    "experiments/**/*.md",
    "experiments/**/*.png",
    "sim/**/*.py",
    "sim/**/*.pyi",
)


def build(here: Path) -> subprocess.CompletedProcess[str]:
    """The site of the tree in a folder, its gallery without figures."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build"],
        cwd=here,
        env={"PYTHONPATH": str(ROOT), "LIFECIRCLE_GALLERY": "false", "NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the site is made of."""
    here = tmp_path_factory.mktemp("site")
    for file in {file for pattern in PAGES for file in ROOT.glob(pattern) if file.is_file()}:
        to = here / file.relative_to(ROOT)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, to)
    return here


@pytest.fixture(scope="module")
def site(tree: Path) -> Path:
    """The folder of the built site."""
    done = build(tree)
    assert done.returncode == 0, done.stdout + done.stderr
    return tree / "build" / "site"


def test_every_name_that_sim_lends_has_its_place_in_the_reference(site: Path) -> None:
    face = (site / "reference" / "sim.html").read_text(encoding="utf-8")
    links = dict(re.findall(r'href="([\w.]+\.html#[\w.]+)"[^>]*><code>(\w+)</code>', face))
    assert set(links.values()) == set(sim.__all__)
    for link in links:
        page, _, anchor = link.partition("#")
        assert f'id="{anchor}"' in (site / "reference" / page).read_text(encoding="utf-8")


def test_every_room_has_a_page_with_all_that_it_lends(site: Path) -> None:
    rooms = [file.parent for file in (ROOT / "sim").glob("*/__init__.py")]
    assert len(rooms) > 8
    for room in rooms:
        page = (site / "reference" / f"{room.name}.html").read_text(encoding="utf-8")
        lent = import_module(f"sim.{room.name}").__all__
        assert not [name for name in lent if not re.search(rf'id="sim\.[\w.]+\.{name}"', page)]


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        text = page.read_text(encoding="utf-8")
        fetched = re.findall(r"<(?:script|img|iframe)[^>]+src=[\"']?(https?:[^\"' >]+)", text)
        fetched += re.findall(r"<link[^>]+rel=[\"']?(?:stylesheet|preconnect|icon)[^>]+(https?:[^\"' >]+)", text)
        assert not fetched, page
    for sheet in site.rglob("*.css"):
        assert not re.findall(r"url\([\"']?https?:[^)]+", sheet.read_text(encoding="utf-8")), sheet


def test_chinese_is_shown_where_a_machine_has_no_face_for_it(site: Path) -> None:
    pytest.importorskip("pylopdf_fonts_zh_cn", reason="the Chinese face is that of the extra `zh`")
    assert "@font-face" in (site / "docs" / "site.css").read_text(encoding="utf-8")


BREAKS: dict[str, Callable[[str], str]] = {
    "a page that is not there": lambda text: f"{text}\n[there](nowhere.md)\n",
    "a heading that is not there": lambda text: f"{text}\n[there](model.md#no-such-heading)\n",
    "a picture that is not there": lambda text: f"{text}\n![there](nothing.png)\n",
    "a name that is not in the reference": lambda text: f"{text}\n[there][sim.no_such_name]\n",
}


def test_what_does_not_lead_anywhere_stops_the_build(site: Path, tree: Path) -> None:
    page = tree / "docs" / "mesa.md"
    whole = page.read_text(encoding="utf-8")
    for change in BREAKS.values():
        page.write_text(change(page.read_text(encoding="utf-8")), encoding="utf-8")
    done = build(tree)
    page.write_text(whole, encoding="utf-8")
    assert done.returncode != 0
    told = done.stdout + done.stderr
    for broken in ("nowhere.md", "no-such-heading", "nothing.png", "sim.no_such_name"):
        assert broken in told


def test_lines_about_fields_are_a_list_and_others_are_not() -> None:
    told = "A kind.\n\n`hours` by weekday.\n`zh`, `en` its names, and\n`name` too.\n\nProse, with\n`code` in it."
    as_list = runpy.run_path(str(ROOT / "docs" / "fields.py"))["FIELD"].sub("\n\n- ", told).split("\n\n")
    assert as_list[1:] == [
        "\n- `hours` by weekday.",
        "- `zh`, `en` its names, and\n`name` too.",
        "Prose, with\n`code` in it.",
    ]
