"""Storage: frozen things in a folder, numbers as arrays that a process can map, and all else as text."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar, get_args, get_origin

import numpy as np
from cattrs.preconf.json import make_converter

from sim.folders import folder_beside

TEXT: Final = "thing.json"
ARRAY: Final = "array"

T = TypeVar("T")


def save(thing: Any, folder: Path) -> None:
    """Write a dataclass, and whatever it holds, into a folder that appears whole; an array is a `.npy` file."""
    with folder_beside(folder) as beside:
        arrays: list[np.ndarray] = []
        text = json.dumps(_converter(arrays).unstructure(thing), ensure_ascii=False)
        for number, array in enumerate(arrays):
            np.save(beside / f"{number}.npy", array, allow_pickle=False)
        (beside / TEXT).write_text(text, encoding="utf-8")


def load(kind: type[T], folder: Path) -> T:
    """What `save` wrote. Arrays are mapped, so that processes of one machine share them.

    Raises `OSError` or `ValueError` where a file is missing, cut or of another form.
    """
    told = json.loads((folder / TEXT).read_text(encoding="utf-8"))
    try:
        return _converter(folder).structure(told, kind)
    except Exception as error:  # whatever the converter makes of what does not fit
        raise ValueError(f"{folder}: no {kind.__name__} of this version") from error


def _converter(at: list[np.ndarray] | Path) -> Any:
    """A converter that puts arrays aside into a list, or takes them from a folder."""
    converter = make_converter()

    def put(array: np.ndarray) -> dict[str, int]:
        assert isinstance(at, list)
        at.append(np.ascontiguousarray(array))
        return {ARRAY: len(at) - 1}

    def take(told: dict[str, int], _: Any) -> np.ndarray:
        assert isinstance(at, Path)
        return np.asarray(np.load(at / f"{int(told[ARRAY])}.npy", mmap_mode="r", allow_pickle=False))

    converter.register_unstructure_hook_func(_is_array, put)
    converter.register_structure_hook_func(_is_array, take)
    converter.register_unstructure_hook(np.generic, lambda number: number.item())
    converter.register_structure_hook_func(_is_number, lambda told, _: told)
    return converter


@cache
def _is_array(kind: Any) -> bool:
    return kind is np.ndarray or get_origin(kind) is np.ndarray


def _is_number(kind: Any) -> bool:
    """A union of plain kinds, such as text or a number, which JSON keeps as it is."""
    return (
        bool(get_args(kind))
        and all(one in (int, float, str, bool, type(None)) for one in get_args(kind))
        and (get_origin(kind) not in (list, dict, tuple))
    )
