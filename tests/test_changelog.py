"""The changelog: a section for the version that is built, and sections in the form of Keep a Changelog."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")


def parts(text: str, mark: str) -> dict[str, str]:
    """The text under each heading of a level."""
    _, *told = re.split(rf"^{mark} (.+)\n", text, flags=re.MULTILINE)
    assert len(set(told[::2])) == len(told[::2]), "a heading stands twice"
    return dict(zip(told[::2], told[1::2], strict=True))


VERSIONS = parts((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), "##")


def test_versions_are_dated_and_stand_latest_first() -> None:
    told = [re.fullmatch(r"(\d+)\.(\d+)\.(\d+) - (\d{4}-\d\d-\d\d|unreleased)", heading) for heading in VERSIONS]
    assert all(told), list(VERSIONS)
    numbers = [tuple(int(number) for number in match.groups()[:3]) for match in told if match]
    dates = [match[4] for match in told if match]
    assert numbers == sorted(numbers, reverse=True)
    assert "unreleased" not in dates[1:]
    days = [date.fromisoformat(day) for day in dates if day != "unreleased"]
    assert days == sorted(days, reverse=True)


def test_the_version_that_is_built_stands_first() -> None:
    assert next(iter(VERSIONS)).split(" - ")[0] == VERSION


def test_each_version_says_under_known_headings_what_is_new() -> None:
    for version, text in VERSIONS.items():
        kinds = parts(text, "###")
        assert kinds, version
        assert list(kinds) == [kind for kind in KINDS if kind in kinds], version
        for kind, lines in kinds.items():
            told = [line for line in lines.splitlines() if line]
            assert told, (version, kind)
            assert all(re.match(r"- \S|  \S", line) for line in told), (version, kind)


def test_what_is_cited_is_the_version_that_is_built() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == VERSION
    released = next(iter(VERSIONS)).split(" - ")[1]
    assert released in ("unreleased", str(cited["date-released"]))
