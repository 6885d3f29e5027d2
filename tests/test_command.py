"""The command: what it says of bad input, and that it leaves nothing behind."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from omegaconf import OmegaConf

from sim.__main__ import main
from sim.config import compose_yaml, load_config
from tests.conftest import SMALL

OSM_NOTHING = '<?xml version="1.0"?><osm version="0.6"></osm>'
OSM_STREET = """<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="39.99" lon="116.31"/><node id="2" lat="39.991" lon="116.31"/>
<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>"""

FILES = {
    "empty.osm": OSM_NOTHING,
    "street.osm": OSM_STREET,
    "text.osm.pbf": "this is no map",
    "unknown_need.yaml": "base: base\nextend:\n  - {id: restaurant-01, offers: {medicines: {service_min: 2}}}\n",
    "gone.yaml": "base: base\nremove: [convenience-99]\n",
    "far.yaml": "base: base\nadd:\n  - {id: new, format: kiosk, x: 99999, y: 0}\n",
    "hours.yaml": "base: base\nrehour:\n  - {id: restaurant-01, hours: {0: [[20, 8]]}}\n",
    "typo.yaml": "base: base\nad:\n  - {id: new, format: kiosk, x: 10, y: 0}\n",
    "no_id.yaml": "base: base\nadd:\n  - {format: kiosk, x: 10, y: 0}\n",
    "list.yaml": "- base\n",
    "broken.yaml": "base: [base\n",
    "loop.yaml": "base: loop\n",
    "lonlat.yaml": "base: base\nadd:\n  - {id: new, format: kiosk, lon: 116.3, lat: 39.9}\n",
}

# What is asked, and words that the message must hold: the key or file, the value, and the way out.
BAD = [
    (["people.resident=300"], ["people.resident", "did you mean people.residents"]),
    (["+people.pets=2"], ["people.pets", "not in 'PeopleConfig'"]),
    (["people.residents=many"], ["people.residents", "many"]),
    (["people.residents=-5"], ["people.residents", "-5", "at least 1"]),
    (["people.slow_share.60=1.5"], ["people.slow_share.60", "1.5", "0 to 1"]),
    (["day.known_share={0: 1.2}"], ["day.known_share.0", "1.2", "0 to 1"]),
    (["needs.catalogue.groceries.online_share.15=-0.1"], ["groceries.online_share.15", "-0.1"]),
    (["study.layouts=[]"], ["study.layouts", "empty"]),
    (["study.layouts=[base,base]"], ["study.layouts", "base is named twice"]),
    (["study.layouts=[base,nowhere]"], ["nowhere", "kiosks", "nowhere.yaml"]),
    (["layout=kiosks", "study.layouts=[base]"], ["layout=kiosks", "study.layouts"]),
    (["study.seeds=0"], ["study.seeds", "1 or more"]),
    (["study.name=a/b"], ["study.name", "a/b"]),
    (["place.gates=shut"], ["place.gates", "shut", "all, few, one, open"]),
    (["place.grown.block_m=[500,300]"], ["place.grown.block_m", "500"]),
    (["place=atlantis"], ["place", "atlantis"]),
    (["report.language=fr"], ["report.language", "fr", "en, zh"]),
    (["seeds"], ["seeds", "KEY=VALUE"]),
    (["--fast"], ["--fast", "--help"]),
    (["--config-dir", "nowhere"], ["--config-dir", "nowhere"]),
    (["place=osm"], ["place.streets", "OpenStreetMap"]),
    (["place=osm", "place.streets=nowhere.osm"], ["nowhere.osm"]),
    (["place=osm", "place.streets=empty.osm"], ["empty.osm", "no walkable way"]),
    (["place=osm", "place.streets=text.osm.pbf"], ["text.osm.pbf", "OpenStreetMap"]),
    (["place=osm", "place.streets=street.osm"], ["street.osm", "without homes", "place.population.file"]),
    (["study.layouts=[base,unknown_need]"], ["unknown_need", "medicines", "not a need"]),
    (["study.layouts=[base,gone]"], ["gone", "remove[0]", "convenience-99"]),
    (["study.layouts=[base,far]"], ["far", "add[0] (new)", "99999", "spans"]),
    (["study.layouts=[base,hours]"], ["hours", "restaurant-01", "closes at 8", "32"]),
    (["study.layouts=[base,typo]"], ["typo.yaml", "ad"]),
    (["study.layouts=[base,no_id]"], ["no_id.yaml", "id"]),
    (["study.layouts=[base,list]"], ["list.yaml", "mapping"]),
    (["study.layouts=[base,broken]"], ["broken.yaml"]),
    (["study.layouts=[base,loop]"], ["loop", "comes back to itself"]),
    (["study.layouts=[base,lonlat]"], ["lonlat", "no coordinate system", "x and y"]),
]


@pytest.mark.parametrize(("asked", "words"), BAD, ids=lambda value: " ".join(value)[:60])
def test_bad_input_is_refused_in_one_message(
    asked: list[str],
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8")
    assert main([*SMALL, *asked]) == 2
    said = capsys.readouterr().err.strip().splitlines()
    message = said[-1]
    assert message.startswith("lifecircle: ")
    assert "Traceback" not in "".join(said)
    for word in words:
        assert word in message, (word, message)
    assert not Path("results").exists()


def test_a_folder_without_permission_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    if os.geteuid() == 0:  # root may write anywhere: a file stands in the way instead
        locked = locked / "file"
        locked.write_text("")
    else:
        locked.chmod(stat.S_IREAD | stat.S_IEXEC)
    assert main([*SMALL, f"results={locked}"]) == 2
    assert f"cannot write to {locked}" in capsys.readouterr().err


def test_help_lists_groups_and_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for word in ("place", "new_district", "kiosks", "study.seeds", "people.residents", "report.language"):
        assert word in text
    assert max(map(len, text.splitlines())) <= 100


def test_cfg_job_prints_the_config_and_stops(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--cfg", "job", "people.residents=321"]) == 0
    assert "residents: 321" in capsys.readouterr().out


def test_tables_by_age_are_overridden_by_age(capsys: pytest.CaptureFixture[str]) -> None:
    asked = load_config(["people.slow_share.60=0.5", "needs.catalogue.groceries.per_week={15: 1, 70: 9.5}"]).config
    assert asked.people.slow_share == {60: 0.5, 70: 0.11, 80: 0.25}
    assert asked.needs.catalogue["groceries"].per_week == {15: 1.0, 60: 5.0, 70: 9.5, 80: 3.2}
    assert main(["people.slow_share.60={"]) == 2
    assert "people.slow_share.60" in capsys.readouterr().err
    assert main(["people.slow_shares.60=0.1"]) == 2
    assert "did you mean people.slow_share?" in capsys.readouterr().err


def test_a_folder_of_the_users_own_comes_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "ours.yaml").write_text("defaults: [national]\nresidents: 777\n")
    (tmp_path / "day").mkdir()
    (tmp_path / "day" / "typical.yaml").write_text("cost_per_min: {0: 0.5}\nretries: 7\n")
    assert main(["--cfg", "job", "--config-dir", str(tmp_path), "people=ours"]) == 0
    text = capsys.readouterr().out
    assert "residents: 777" in text
    assert "retries: 7" in text


@pytest.mark.parametrize(
    ("override", "key", "value"),
    [
        ("people.census.row=乌海市", "people.census.row", "乌海市"),
        ("place.streets=/数据/a b.osm", "place.streets", "/数据/a b.osm"),
        ("place.homes.residential=[住宅,flat,'公寓 A']", "place.homes.residential", ["住宅", "flat", "公寓 A"]),
        ("place.population.ages={0: 儿童, 60: old}", "place.population.ages", {0: "儿童", 60: "old"}),
    ],
)
def test_overrides_may_be_chinese(override: str, key: str, value: object) -> None:
    assert OmegaConf.select(compose_yaml([override]), key) == value
