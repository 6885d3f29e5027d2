"""The command: its words, its files, its encodings, and how it ends."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sim.__main__ import main
from sim.config import compose_yaml, load_config
from sim.errors import InputError
from sim.terminal import shown
from tests.conftest import SMALL

ROOT = Path(__file__).parents[1]


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
    assert asked.needs.catalogue["groceries"].per_week == {15: 1.0, 70: 9.5}
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
    found: Any = compose_yaml([override])
    for part in key.split("."):
        found = found[part]
    assert found == value


def test_a_table_by_age_is_replaced_whole_and_one_age_is_changed() -> None:
    asked = load_config(["needs.chain_share={0: 0.0}", "people.slow_share.65=0.2"]).config
    assert asked.needs.chain_share == {0: 0.0}
    assert asked.people.slow_share == {60: 0.05, 65: 0.2, 70: 0.11, 80: 0.25}
    assert asked.people.profile == load_config([]).config.people.profile
    hours = load_config(["formats.kiosk.hours={0: [[9, 12]]}"]).layouts["base"].formats["kiosk"]
    assert hours.hours == {0: [[9, 12]]}
    assert hours.offers  # what is named by words stays


def test_a_table_by_age_of_a_users_file_replaces_that_of_the_file_it_starts_from(tmp_path: Path) -> None:
    for name, text in {
        "people/ours.yaml": "defaults: [national, _self_]\nslow_share: {65: 0.2}\ncycle_share: {15: 0.1}\n",
        "needs/ours.yaml": "defaults: [daily, _self_]\ncatalogue: {groceries: {per_week: {18: 2}}}\n",
        "day/ours.yaml": "defaults: [typical]\nretries: 3\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    config = load_config(["people=ours", "needs=ours", "day=ours"], tmp_path).config
    assert config.people.slow_share == {65: 0.2}
    assert config.people.cycle_share == {15: 0.1}
    assert config.people.housebound_share == {60: 0.01, 70: 0.04, 80: 0.12}
    assert config.needs.catalogue["groceries"].per_week == {18: 2.0}
    assert config.needs.catalogue["groceries"].stay_min == 15
    assert config.day.retries == 3
    assert config.day.cost_per_min[80] == 0.28


def test_tables_of_a_layout_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(
        "base: base\nformats: {canteen: {zh: 食堂, en: C, hours: {5: [[9, 12]]}}}\n", encoding="utf-8"
    )
    assert load_config(["study.layouts=[mine]"]).layouts["mine"].formats["canteen"].hours == {5: [[9, 12]]}


def test_a_layout_of_the_users_own_comes_before_a_packaged_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("kiosks.yaml").write_text("base: base\nen: One pharmacy\n", encoding="utf-8")
    Path("more.yaml").write_text("base: kiosks\n", encoding="utf-8")
    for words in (["study.layouts=[base,kiosks]"], ["study.layouts=[base,kiosks]", "layout=kiosks"],
                  ["study.layouts=[base,more]"]):  # fmt: skip
        asked = load_config(words)
        assert asked.layouts["kiosks"].en == "One pharmacy"
        assert [note for note in asked.notes if "kiosks.yaml is taken" in note]
    assert load_config(["study.layouts=[base,centre]"]).notes == ()


def test_a_layout_of_the_users_folder_comes_before_a_packaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own/layout").mkdir(parents=True)
    Path("own/layout/kiosks.yaml").write_text("base: base\nen: One pharmacy\n", encoding="utf-8")
    asked = load_config(["study.layouts=[base,kiosks]"], Path("own"))
    assert asked.layouts["kiosks"].en == "One pharmacy"
    assert len(asked.notes) == 1


def test_a_path_may_go_without_ending_and_its_base_lie_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plans").mkdir()
    Path("plans/corner.yaml").write_text("base: mine\n", encoding="utf-8")
    Path("plans/mine.yaml").write_text("base: base\nen: Mine\n", encoding="utf-8")
    for entry in ("plans/corner", "plans/corner.yaml", str(tmp_path / "plans" / "corner")):
        asked = load_config([f"study.layouts=[base,{entry}]"])
        assert asked.config.study.layouts == ["base", "corner"]
        assert asked.layouts["mine"].en == "Mine"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
def test_layouts_are_read_in_the_encodings_of_tables(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "zh: 十二个便民服务亭\nbase: base\n"
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    Path("布局.yaml").write_bytes(mark + text.encode(encoding))
    assert load_config(["study.layouts=[布局]"]).layouts["布局"].zh == "十二个便民服务亭"


def test_words_that_look_like_numbers_stay_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own/place").mkdir(parents=True)
    text = (
        "defaults: [files, _self_]\nstreets: a.osm\nname: 9:30\noutlets: {formats: {050000: restaurant, 0611: kiosk}}\n"
    )
    Path("own/place/mine.yaml").write_text(text, encoding="utf-8")
    place = load_config(["place=mine"], Path("own")).config.place
    assert place.name == "9:30"
    assert place.outlets.formats["050000"] == "restaurant"
    assert place.outlets.formats["0611"] == "kiosk"


def test_whole_numbers_are_taken_where_numbers_are(tmp_path: Path) -> None:
    words = ["people.household_size=2", "needs.catalogue.canteen.hours={0: [[9, 10, 1]]}", "day.familiar_m=1e3"]
    config = load_config(words).config
    assert config.people.household_size == 2.0
    assert config.day.familiar_m == 1000.0
    config.needs.check()


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON"))}
    environment = {**kept, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, "-m", "sim", *words], env=environment, capture_output=True, timeout=300, check=False
    )


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "gbk"},
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "gb18030"},
        {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"},
    ],
    ids=str,
)
def test_the_command_ends_well_in_every_encoding(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["report.figures=false", "study.seeds=1", "study.days=1", "study.warmup_days=0", "report.language=zh"]
    done = command(*SMALL[:-2], *words, f"results={tmp_path / 'results'}", **environment)
    assert done.returncode == 0, done.stderr.decode("gb18030", "replace")
    assert b"Traceback" not in done.stderr
    text = (tmp_path / "results" / "compare_layouts" / "config.yaml").read_text(encoding="utf-8")
    assert "十二个便民服务亭" in text
    refused = command("place=\u2212", **environment)
    assert refused.returncode == 2
    assert b"Traceback" not in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_sign_that_cannot_be_shown_gets_another() -> None:
    assert "−21 → 3 × é 亭".encode("ascii", "sim.terminal").decode() == "-21 -> 3 x e \\u4ead"
    assert "−亭".encode("gbk", "sim.terminal").decode("gbk") == "-亭"
    assert shown("a\x1b[31m\u202e亭\tb\n") == "a\\x1b[31m\\u202e亭\tb\n"


def test_what_was_not_foreseen_is_one_message_and_a_file_to_send(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(words: list[str]) -> int:
        raise error

    monkeypatch.setattr("sim.command.run_command", fails)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for error in (ZeroDivisionError("a division\nby zero"), RecursionError("too deep"), UnicodeError("no such sign")):
        assert main(["study.seeds=3"]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        (file,) = tmp_path.glob("lifecircle-error-*.txt")
        assert str(file) in line
        assert type(error).__name__ in line
        report = file.read_text(encoding="utf-8")
        assert "study.seeds=3" in report
        assert "Traceback" in report
        file.unlink()
    error = MemoryError()
    assert main([]) == 1
    assert "study.jobs=1" in capsys.readouterr().err
    error = KeyboardInterrupt()
    assert main([]) == 130
    assert "interrupted" in capsys.readouterr().err


STOPPED = """
import os, signal, sys, sim.__main__
{}
sys.exit(sim.__main__.main(["study.seeds=1"]))
"""


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_signals_end_the_command_with_a_message_even_while_it_loads(name: str, status: int) -> None:
    # The signal comes when the first of the large libraries is asked for.
    hook = (
        "class Late:\n"
        "    def find_spec(self, module, *more):\n"
        f"        if module == 'numpy': os.kill(os.getpid(), signal.{name})\n"
        "assert 'numpy' not in sys.modules\n"
        "sys.meta_path.insert(0, Late())"
    )
    done = subprocess.run(
        [sys.executable, "-c", STOPPED.format(hook)], capture_output=True, timeout=120, check=False, cwd=ROOT
    )
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
    assert b"interrupted" in done.stderr


def test_a_reader_that_stops_reading_is_no_error() -> None:
    shell = f"'{sys.executable}' -m sim --cfg job | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, timeout=120, check=False, cwd=ROOT)
    assert done.returncode in (0, 141)
    assert done.stderr == b""


def test_a_wrong_option_or_a_word_of_hydra_is_answered_without_the_libraries_of_a_study() -> None:
    ask = (
        "import sys; from sim.__main__ import main; status = main(sys.argv[1:])\n"
        "print(status, [name for name in ('numpy', 'pandas', 'numba', 'mesa', 'matplotlib') if name in sys.modules])"
    )
    for words, told in (
        (["place=new_distrct"], "did you mean new_district?"),
        (["experiment=smok"], "did you mean smoke?"),
        (["inspct"], "did you mean inspect?"),
        (["hydra.run.dir=here"], "hydra.run.dir is a key of Hydra"),
        (["hydra/launcher=joblib"], "hydra/launcher is a key of Hydra"),
        (["hydra.verbose=true"], "hydra.verbose is a key of Hydra"),
        (["--multirun"], "it is a flag of Hydra"),
        (["--config-name", "x"], "it is a flag of Hydra"),
        (["place@people=osm"], "place=OPTION"),
        (["--cfg", "hydra"], "job is accepted"),
        (["--completion", "csh"], "bash, zsh, fish"),
    ):
        done = subprocess.run([sys.executable, "-c", ask, *words], capture_output=True, text=True, check=True, cwd=ROOT)
        assert done.stdout.strip() == "2 []", words
        (line,) = done.stderr.splitlines()
        assert told in line, words


def test_the_first_line_comes_before_the_libraries_of_a_study() -> None:
    ask = (
        "import sys\n"
        "class Late:\n"
        "    def find_spec(self, module, *more):\n"
        "        if module == 'numpy': print('numpy', file=sys.stderr, flush=True); sys.exit(5)\n"
        "sys.meta_path.insert(0, Late())\n"
        "from sim.__main__ import main; main(['place=old_town'])"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 5
    assert done.stderr.splitlines() == ["lifecircle: reading the config, place=old_town", "numpy"]


def test_hydra_in_a_file_of_the_users_own_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.yaml").write_text(
        "defaults: [schema, {place: new_district}, {override hydra/launcher: joblib}, _self_]\n", encoding="utf-8"
    )
    assert main(["--cfg", "job", "--config-dir", str(tmp_path)]) == 2
    assert "hydra/launcher" in capsys.readouterr().err
    (tmp_path / "config.yaml").write_text("hydra: {run: {dir: here}}\n", encoding="utf-8")
    assert main(["--cfg", "job", "--config-dir", str(tmp_path)]) == 2
    assert "hydra" in capsys.readouterr().err


def test_a_config_may_be_shown_in_part_and_resolved(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--cfg", "job", "--resolve", "--package", "people", "people.residents=321"]) == 0
    assert capsys.readouterr().out.startswith("people:\n  residents: 321\n")


def test_formats_are_a_group_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own/formats").mkdir(parents=True)
    Path("own/formats/ours.yaml").write_text("defaults: [national, _self_]\nkiosk: {size: 0.7}\n", encoding="utf-8")
    Path("whole.yaml").write_text("base: place\nformats: {stall: {zh: 摊, en: Stall}}\n", encoding="utf-8")
    Path("none.yaml").write_text("base: place\nzh: 无\n", encoding="utf-8")
    national, ours = (load_config(words, Path("own")).layouts for words in ([], ["formats=ours"]))
    assert (national["base"].formats["kiosk"].size, ours["base"].formats["kiosk"].size) == (0.3, 0.7)
    assert ours["base"].formats["kiosk"].offers == national["base"].formats["kiosk"].offers
    assert not ours["kiosks"].formats  # it starts from base
    mine = load_config(["study.layouts=[whole,none]", "formats.kiosk.size=2"]).layouts
    assert list(mine["whole"].formats) == ["stall"]
    assert mine["none"].formats["kiosk"].size == 2.0
    with pytest.raises(InputError, match=r"formats.kiosk.size=2: no layout"):
        load_config(["study.layouts=[whole]", "formats.kiosk.size=2"])


def test_a_preset_chooses_groups_and_sets_keys(tmp_path: Path) -> None:
    winter = load_config(["experiment=winter"]).config
    assert (winter.place.name, winter.study.name, winter.needs.weather.share) == ("old_town", "winter", 1.0)
    assert load_config(["+experiment=winter", "place=outskirts", "study.name=mine"]).config.place.name == "outskirts"
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "ours.yaml").write_text(
        "# @package _global_\ndefaults: [{override /needs: winter}]\nstudy: {seeds: 3}\n", encoding="utf-8"
    )
    (tmp_path / "config.yaml").write_text(
        "defaults: [{place: old_town}, {people: national}, {needs: daily}, {layout: base}, {day: typical}, "
        "{study: compare_layouts}, {report: page}, _self_]\nstudy: {name: here}\n",
        encoding="utf-8",
    )
    ours = load_config(["experiment=ours", "study.days=2"], tmp_path).config
    assert (ours.study.seeds, ours.study.days, ours.study.name, ours.place.name) == (3, 2, "here", "old_town")
    assert ours.needs.weather.share == 1.0
    assert "kiosk" in ours.formats


def test_help_lists_what_is_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("own/people/villagers", "own/experiment/ours", "own/budget/small", "corners"):
        Path(f"{name}.yaml").parent.mkdir(parents=True, exist_ok=True)
        Path(f"{name}.yaml").write_text("base: base\n" if name == "corners" else "study: {}\n", encoding="utf-8")
    Path("notes.yaml").write_text("a: 1\n", encoding="utf-8")
    assert main(["--help", "--config-dir", "own"]) == 0
    told = capsys.readouterr().out
    for word in ("villagers", "ours", "budget", "small", "corners"):
        assert word in told
    assert "notes" not in told


COMPLETED = """
eval "$("{python}" -m sim --completion bash)"
lifecircle() {{ "{python}" -m sim "$@"; }}
COMP_LINE="lifecircle {words}"; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=(lifecircle)
_lifecircle
printf '%s\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("ins", ["inspect "]),
        ("place=o", ["old_town", "osm", "outskirts"]),
        ("inspect place=new", ["new_district "]),
        ("study.se", ["study.seeds= "]),
        ("experiment=sm", ["smoke "]),
        ("--comp", ["--completion "]),
        ("people.slow_sh", ["people.slow_share= "]),
        ("formats.kiosk.po", ["formats.kiosk.pools.", "formats.kiosk.pools="]),
    ],
)
def test_words_are_completed_in_bash(words: str, wanted: list[str]) -> None:
    done = subprocess.run(
        ["bash", "--norc", "-c", COMPLETED.format(python=sys.executable, words=words)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert [line for line in done.stdout.splitlines() if line] == [word.replace("= ", "=") for word in wanted]
