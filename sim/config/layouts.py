"""Layouts by name: which file is meant, and which layouts it starts from."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from sim.config.composed import Source, Sources
from sim.config.kinds import near, read
from sim.errors import InputError
from sim.names import check_apart, check_folder_name
from sim.outlets import DrawnConfig, LayoutConfig

# An entry of study.layouts that is a layer drawn in a GIS, and not text.
DRAWN: Final = re.compile(r"(?P<file>.+\.(gpkg|geojson|json|shp|fgb|csv))(:(?P<layer>.+))?", re.IGNORECASE)
ENDINGS: Final = (".yaml", ".yml")


class Shelf:
    """The layouts of a study by name, each with the file that it was read from, and notes on files that hide others."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.layouts: dict[str, LayoutConfig] = {}
        self.files: dict[str, Source] = {}
        self.notes: list[str] = []

    def put(self, name: str, layout: LayoutConfig) -> None:
        """A layout that is composed already, the option `name` of its group."""
        self.layouts[name] = layout
        self.files[name] = self.sources.files[f"layout/{name}"]
        self._say_if_hidden(name)

    def take(self, entry: str) -> str:
        """Read what an entry of `study.layouts` means; its name."""
        if drawn := DRAWN.fullmatch(entry):
            name = drawn["layer"] or Path(drawn["file"]).stem
            check_folder_name(f"study.layouts: {entry}", name)
            self._draw(name, drawn)
            return name
        return self._read(entry, "study.layouts", None)

    def take_bases(self) -> None:
        """Read every layout that another one starts from."""
        queue = list(self.layouts)
        while queue:
            name = queue.pop()
            layout = self.layouts[name]
            if layout.base == "place":
                continue
            known = set(self.layouts)
            beside = self.files[name].file.parent if name in self.files and self.files[name].own else None
            layout.base = self._read(layout.base, f"layout {name}: base", beside)
            queue += self.layouts.keys() - known
        check_apart("study.layouts", self.layouts)

    def used(self, names: list[str]) -> dict[str, Any]:
        """The layouts of these names, with those that they start from, as plain data."""
        used = set()
        for name in names:
            while name != "place" and name not in used:
                used.add(name)
                name = self.layouts[name].base
        return {name: asdict(self.layouts[name]) for name in sorted(used)}

    def _read(self, entry: str, key: str, beside: Path | None) -> str:
        """Read the layout that an entry names, unless it is there already; its name."""
        path = Path(entry if entry.endswith(ENDINGS) else f"{entry}.yaml")
        is_path = entry.endswith(ENDINGS) or "/" in entry or "\\" in entry
        name = path.stem if is_path else entry
        if not (is_path and not path.stem):
            check_folder_name(key if entry == name else f"{key}: {entry}", name)
        source = self._find(name, path, is_path, key, entry, beside)
        there = self.files.get(name)
        if name in self.layouts:
            if there is None or not _same(there, source):
                other = there.shown if there else "a drawn layer"
                raise InputError(f"{key}: {entry}: {source.shown} and {other} have one name; rename one of the files")
        else:
            self.layouts[name] = read_layout(source, name)
            self.files[name] = source
            self._say_if_hidden(name)
        return name

    def _say_if_hidden(self, name: str) -> None:
        if self.files[name].own and f"layout/{name}" in self.sources.packaged:
            shown = self.files[name].shown
            self.notes.append(f"layout {name}: {shown} is taken; the packaged layout of this name is not")

    def _find(self, name: str, path: Path, is_path: bool, key: str, entry: str, beside: Path | None) -> Source:
        """The file that an entry means: beside the layout that starts from it, in the current folder, in the user's
        folder, or packaged.
        """
        found = [Source(folder / path, str(folder / path), True) for folder in (beside, Path()) if folder is not None]
        found = [source for source in found if source.file.is_file()]
        if found:
            option = self.sources.files.get(f"layout/{name}")
            theirs = self.sources.theirs.get(f"layout/{name}")
            if not is_path and beside is None and theirs is not None and not _same(theirs, found[0]):
                raise InputError(
                    f"{key}: {entry}: is both {found[0].shown} and {theirs.shown}; give the path of the one that is "
                    f"meant, as in study.layouts=[base,{theirs.shown}]"
                )
            return option if option is not None and _same(option, found[0]) else found[0]
        if not is_path and f"layout/{name}" in self.sources.files:
            return self.sources.files[f"layout/{name}"]
        known = self.sources.options("layout")
        hint = near(name, known) if "did you mean" in near(name, known) else ""
        raise InputError(
            f"{key}: there is no layout {entry!r} (one of {', '.join(known)}, a file {path} here, or the path of one, "
            f"is accepted){hint}"
        )

    def _draw(self, name: str, drawn: re.Match[str]) -> None:
        """Put a layout whose outlets are a drawn layer, compared with the layout that the layer says it started
        from.
        """
        from sim.outlets.edits.drawing import drawn_base  # the GIS libraries take a second to load; others do without

        layer = DrawnConfig(file=drawn["file"], layer=drawn["layer"])
        base = drawn_base(layer)
        if name == base or name in self.layouts:
            raise InputError(
                f"study.layouts: {drawn[0]}: there is a layout {name!r} already; save the drawn one under another name"
            )
        try:
            self._read(base, f"study.layouts: {drawn[0]}", None)
        except InputError as error:
            raise InputError(
                f"study.layouts: {drawn[0]}: its column layout says that it started from {base!r}, which is no layout "
                f"here; clear the column to compare it with base ({error})"
            ) from None
        self.layouts[name] = LayoutConfig(base=base, drawn=layer)


def read_layout(source: Source, name: str) -> LayoutConfig:
    """The layout of a file. Raises `InputError` naming the file and the edit."""
    if source.tree is None or not isinstance(source.tree, dict):
        raise InputError(f"{source.shown}: a mapping with keys such as base, add and remove is needed")
    if "defaults" in source.tree:
        raise InputError(f"{source.shown}: defaults: a layout starts from another by base, as in base: base")
    layout: LayoutConfig = read(LayoutConfig, source.tree, f"{source.shown}: layout {name}: ")
    return layout


def _same(one: Source, other: Source) -> bool:
    return one.file.resolve() == other.file.resolve()
