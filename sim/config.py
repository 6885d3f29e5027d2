"""The seven configs together: from YAML and overrides to checked dataclasses."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from difflib import get_close_matches
from importlib.resources import as_file, files
from math import isfinite
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError, safe_dump

from sim.day import DayConfig
from sim.errors import InputError
from sim.needs import NeedsConfig
from sim.outlets import DrawnConfig, LayoutConfig
from sim.people import PeopleConfig
from sim.place import PlaceConfig
from sim.report.config import ReportConfig
from sim.study import StudyConfig

# An entry of study.layouts that is a layer drawn in a GIS, and not text.
DRAWN = re.compile(r"(?P<file>.+\.(gpkg|geojson|json|shp|fgb|csv))(:(?P<layer>.+))?", re.IGNORECASE)
# A quoted text, or a word between the signs of a list or a table of Hydra's.
WORD = r"""('[^']*'|"[^"]*")|[^\s,:\[\]{}'"][^,:\[\]{}'"]*"""
GROUPS = ("place", "people", "needs", "layout", "day", "study", "report")


@dataclass
class Config:
    """All that a study is asked: one group per room, and `results`, the folder under which its results go."""

    place: PlaceConfig = field(default_factory=PlaceConfig)
    people: PeopleConfig = field(default_factory=PeopleConfig)
    needs: NeedsConfig = field(default_factory=NeedsConfig)
    layout: LayoutConfig = field(default_factory=LayoutConfig)
    day: DayConfig = field(default_factory=DayConfig)
    study: StudyConfig = field(default_factory=StudyConfig)
    report: ReportConfig = field(default_factory=ReportConfig)
    results: str = "results"


@dataclass(frozen=True)
class Asked:
    """A composed config, the layouts by name that its study needs, and the whole of it as YAML."""

    config: Config
    layouts: dict[str, LayoutConfig]
    yaml: str


@contextmanager
def config_folder(own: Path | None) -> Iterator[Path]:
    """The packaged configs as one folder, with the files of the user's own folder in front of them."""
    with as_file(files("sim.configs")) as packaged, tempfile.TemporaryDirectory() as folder:
        for source in (packaged, own):
            if source is not None:
                for file in sorted(source.rglob("*.yaml")):
                    target = Path(folder) / file.relative_to(source)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(file, target)
        yield Path(folder)


def options(own: Path | None = None) -> dict[str, list[str]]:
    """The options of each group, packaged and the user's own."""
    with config_folder(own) as folder:
        return {group: sorted(file.stem for file in (folder / group).glob("*.yaml")) for group in GROUPS}


def compose_yaml(overrides: Sequence[str], own: Path | None = None) -> DictConfig:
    """The config as composed, not yet checked. Raises `InputError` for an override that fits no key."""
    with config_folder(own) as folder:
        return _compose(folder, overrides)[0]


def load_config(overrides: Sequence[str], own: Path | None = None) -> Asked:
    """The config of `overrides`, and the layouts of its study.

    A layout of `study.layouts` is an option of the group `layout`, a file `NAME.yaml` in the current folder, a path to
    one, or a layer drawn in a GIS, `FILE.gpkg:LAYER` or `FILE.geojson`. Overrides of `layout.…` go to the option chosen
    for the group. Raises `InputError` with the key and what would be accepted.
    """
    if own is not None and not own.is_dir():
        raise InputError(f"--config-dir: {own} is not a folder")
    with config_folder(own) as folder:
        composed, chosen = _compose(folder, overrides)
        config: Config = _as_dataclass(Config, composed, "")
        layouts = {chosen: config.layout}
        names = []
        for entry in config.study.layouts:
            name, file = _layout_file(entry, folder)
            if drawn := DRAWN.fullmatch(entry):
                name = drawn["layer"] or Path(drawn["file"]).stem
                layouts[name] = _drawn_layout(name, drawn, layouts, folder)
            names.append(name)
            if name not in layouts:
                layouts[name] = _read_layout(file, entry, folder)
        config.study.layouts = names
        queue = list(layouts)
        while queue:
            base = layouts[queue.pop()].base
            if base != "place" and base not in layouts:
                layouts[base] = _read_layout(_layout_file(base, folder)[1], base, folder)
                queue.append(base)
    _check_values(config, "")
    for name in names:
        _check_values(layouts[name], f"layout {name}")
    if any(override.startswith("layout=") for override in overrides) and chosen not in names:
        raise InputError(
            f"layout={chosen}: study.layouts does not name it; add it, as in study.layouts=[base,{chosen}]"
        )
    whole = {**asdict(config), "layouts": _plain(layouts, names)}
    del whole["layout"]
    return Asked(config, layouts, safe_dump(whole, sort_keys=False, allow_unicode=True))


def _check_values(thing: Any, where: str) -> None:
    """Raise `InputError` for a number that is none, or a key added with `+` that is none, anywhere in a config."""
    if isinstance(thing, float) and not isfinite(thing):
        raise InputError(f"{where}: {thing}; a finite number is needed")
    if is_dataclass(thing):
        for key in vars(thing).keys() - {field.name for field in fields(thing)}:
            raise InputError(f"{where}.{key}: Key '{key}' not in '{type(thing).__name__}'")
        thing = vars(thing)
    if isinstance(thing, dict):
        for key, value in thing.items():
            _check_values(value, f"{where}.{key}" if where else str(key))
    if isinstance(thing, list):
        for row, value in enumerate(thing):
            _check_values(value, f"{where}[{row}]")


def _plain(layouts: dict[str, LayoutConfig], names: list[str]) -> dict[str, Any]:
    """The layouts that the study uses, with those that they start from, as plain data."""
    used = set()
    for name in names:
        while name != "place" and name not in used:
            used.add(name)
            name = layouts[name].base
    return {name: asdict(layouts[name]) for name in sorted(used)}


def _compose(folder: Path, overrides: Sequence[str]) -> tuple[DictConfig, str]:
    """The composed config, each group typed by its dataclass, and the option chosen for `layout`."""
    plain, tables = _apart([_quoted(override) for override in overrides])
    ConfigStore.instance().store(name="schema", node=Config)
    GlobalHydra.instance().clear()
    try:
        with initialize_config_dir(str(folder), version_base="1.3", job_name="lifecircle"):
            composed = compose("config", overrides=plain, return_hydra_config=True)
        chosen = str(composed.hydra.runtime.choices["layout"])
        OmegaConf.set_struct(composed, False)
        del composed["hydra"]
        for override in tables:
            _set_table(composed, override)
    except HydraException as error:
        raise InputError(_explain(error, folder, overrides)) from None
    except (OmegaConfBaseException, YAMLError) as error:
        raise InputError(f"{_key_of(error)}{_first_lines(str(error), folder)}") from None
    return composed, chosen


def _quoted(override: str) -> str:
    """An override with its words quoted that hold other letters than ASCII, which Hydra does not take otherwise."""
    key, sign, value = override.partition("=")
    if value.isascii():
        return override
    if value.lstrip()[:1] in ("'", '"'):
        return override
    if value.lstrip()[:1] not in ("[", "{"):
        return f"{key}{sign}{_in_quotes(value)}"
    words = re.sub(WORD, lambda word: word[0] if word[0].isascii() or word[1] else _in_quotes(word[0]), value)
    return f"{key}{sign}{words}"


def _in_quotes(text: str) -> str:
    return "'" + text.strip().replace("'", "\\'") + "'"


def _apart(overrides: Sequence[str]) -> tuple[list[str], list[str]]:
    """Overrides as Hydra takes them, and those of tables by age, `people.slow_share.60=0.1`, which it does not."""
    pairs = [(override, *override.split("=", 1)) for override in overrides if "=" in override]
    tables = [
        override for override, key, value in pairs if key.rsplit(".", 1)[-1].isdigit() or value.lstrip().startswith("{")
    ]
    return [override for override in overrides if override not in tables], tables


def _set_table(composed: DictConfig, override: str) -> None:
    """Set one value of a table by age (or weekday), or several, `people.slow_share={60: 0.1, 80: 0.3}`."""
    try:
        parsed = OverridesParser.create().parse_override(override.lstrip("+"))
    except HydraException as error:
        raise InputError(f"{override}: {error}") from None
    key: str = parsed.key_or_group
    value: Any = parsed.value()
    if key.rsplit(".", 1)[-1].isdigit():
        key, _, age = key.rpartition(".")
        value = {int(age): value}
    if OmegaConf.select(composed, key) is None:
        raise InputError(f"{override}: {key} is not a key of the config{_near(key, _keys(composed))}")
    OmegaConf.update(composed, key, value, merge=True)


def _explain(error: HydraException, folder: Path, overrides: Sequence[str]) -> str:
    """Hydra's message on an override, shortened, with the key that was probably meant."""
    message = str(error)
    for override in overrides:
        key = override.lstrip("+~").split("=", 1)[0]
        if f"override '{key}'" in message and "Error merging" not in message:
            keys = _keys(OmegaConf.structured(Config)) + _keys(_defaults(folder))
            if key not in keys:
                return f"{override}: {key} is not a key of the config{_near(key, keys)}"
    cause = error.__cause__ if isinstance(error.__cause__, OmegaConfBaseException) else error
    return f"{_key_of(cause)}{_first_lines(str(cause), folder)}"


def _defaults(folder: Path) -> DictConfig:
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(folder), version_base="1.3", job_name="lifecircle"):
        return compose("config")


def _near(key: str, keys: Sequence[str]) -> str:
    near = get_close_matches(key, keys, 1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else "; `lifecircle --cfg job` lists the keys"


def _key_of(error: BaseException) -> str:
    """The key that an error of OmegaConf is about, with a colon, where it is not in its message anyway."""
    key = getattr(error, "full_key", None)
    return f"{key}: " if key else ""


def _keys(config: Any, prefix: str = "") -> list[str]:
    keys = []
    for key, value in config.items():
        keys.append(f"{prefix}{key}")
        if isinstance(value, DictConfig):
            keys += _keys(value, f"{prefix}{key}.")
    return keys


def _first_lines(message: str, folder: Path) -> str:
    lines = [line.strip() for line in message.replace(f"{folder}/", "").splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith(("object_type", "full_key", "reference_type", "To append"))]
    return " ".join(lines)


def _as_dataclass(kind: Any, given: Any, where: str) -> Any:
    """Config as a dataclass: unknown keys and wrong types are refused by name."""
    try:
        if OmegaConf.get_type(given) is kind:  # composed on the schema: typed and checked already
            return OmegaConf.to_object(given)
        plain = OmegaConf.to_container(given, resolve=True)
        return OmegaConf.to_object(OmegaConf.merge(OmegaConf.structured(kind), plain))
    except OmegaConfBaseException as error:
        raise InputError(f"{where}{_key_of(error)}{_first_lines(str(error), Path('/'))}") from None


def _layout_file(entry: str, folder: Path) -> tuple[str, Path | None]:
    """The name of a layout and its file, None where there is none."""
    if entry.endswith((".yaml", ".yml")):
        file = Path(entry)
        return file.stem, file if file.is_file() else None
    for file in (folder / "layout" / f"{entry}.yaml", Path(f"{entry}.yaml")):
        if file.is_file():
            return entry, file
    return entry, None


def _drawn_layout(name: str, drawn: re.Match[str], layouts: Mapping[str, LayoutConfig], folder: Path) -> LayoutConfig:
    """The layout whose outlets are a drawn layer, compared with the layout that the layer says it started from."""
    from sim.outlets.drawn import drawn_base  # the GIS libraries take a second to load; others do without

    layer = DrawnConfig(file=drawn["file"], layer=drawn["layer"])
    base = drawn_base(layer)
    if name == base or name in layouts:
        raise InputError(
            f"study.layouts: {drawn[0]}: there is a layout {name!r} already; save the drawn one under another name"
        )
    if base not in layouts and _layout_file(base, folder)[1] is None:
        raise InputError(
            f"study.layouts: {drawn[0]}: its column layout says that it started from {base!r}, which is no layout "
            "here; clear the column to compare it with base"
        )
    return LayoutConfig(base=base, drawn=layer)


def _read_layout(file: Path | None, entry: str, folder: Path) -> LayoutConfig:
    if file is None:
        known = ", ".join(sorted(f.stem for f in (folder / "layout").glob("*.yaml")))
        raise InputError(
            f"study.layouts: there is no layout {entry!r}; {known}, or a file {Path(entry).stem}.yaml here, is accepted"
        )
    shown = file.name if file.is_relative_to(folder) else str(file)
    try:
        given = OmegaConf.load(file)
    except (OmegaConfBaseException, YAMLError, OSError, UnicodeDecodeError) as error:
        raise InputError(f"{shown}: {_first_lines(str(error), folder)}") from None
    if not isinstance(given, DictConfig):
        raise InputError(f"{shown}: a mapping with keys such as base, add and remove is needed")
    layout: LayoutConfig = _as_dataclass(LayoutConfig, given, f"{shown}: ")
    return layout
