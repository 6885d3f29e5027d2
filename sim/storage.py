"""Storage: frozen things in a folder, numbers as arrays that a process can map, and all else as text."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin

import numpy as np
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn
from cattrs.preconf.json import make_converter

from sim.folders import folder_beside

TEXT: Final = "thing.json"
ARRAY: Final = "array"
SHARED: Final = "SHARED"  # an attribute of a class: many hold the same one, which is written once

T = TypeVar("T")


def save_whole(thing: Any, folder: Path) -> None:
    """Write a dataclass, and whatever it holds, into a folder that appears whole; an array is a `.npy` file."""
    arrays: list[np.ndarray] = []
    shared: list[Any] = []
    told = _writer(arrays, shared).unstructure(thing)
    with folder_beside(folder) as beside:
        for number, array in enumerate(arrays):
            np.save(beside / f"{number}.npy", array, allow_pickle=False)
        text = json.dumps({"thing": told, "shared": shared}, ensure_ascii=False)
        (beside / TEXT).write_text(text, encoding="utf-8")


def load_whole(kind: type[T], folder: Path) -> T:
    """What `save_whole` wrote. Arrays are mapped, so that processes of one machine share them.

    Raises `OSError` or `ValueError` where a file is missing, cut or of another form.
    """
    told = json.loads((folder / TEXT).read_text(encoding="utf-8"))
    try:
        return _reader(folder, told["shared"]).structure(told["thing"], kind)
    except Exception as error:  # whatever a converter makes of what does not fit
        raise ValueError(f"{folder} holds no {kind.__name__} of this version") from error


def _writer(arrays: list[np.ndarray], shared: list[Any]) -> Converter:
    """A converter that puts arrays and what is shared aside."""
    converter = make_converter()
    rows: dict[int, tuple[int, Any]] = {}  # of what is shared, by its identity, and held so that this stays its own

    def put(array: np.ndarray) -> dict[str, int]:
        arrays.append(array)
        return {ARRAY: len(arrays) - 1}

    def put_shared(kind: Any) -> Callable[[Any], int]:
        whole = make_dict_unstructure_fn(kind, converter)

        def row(thing: Any) -> int:
            if id(thing) not in rows:
                rows[id(thing)] = len(shared), thing
                shared.append(whole(thing))
            return rows[id(thing)][0]

        return row

    converter.register_unstructure_hook_func(_is_array, put)
    converter.register_unstructure_hook_factory(_is_shared, put_shared)
    return converter


def _reader(folder: Path, shared: list[Any]) -> Converter:
    """A converter that takes arrays from a folder, and what is shared from a list, each once."""
    converter = make_converter()
    found: dict[int, Any] = {}

    def take(told: dict[str, int], _: Any) -> np.ndarray:
        return np.asarray(np.load(folder / f"{int(told[ARRAY])}.npy", mmap_mode="r", allow_pickle=False))

    def take_shared(kind: Any) -> Callable[[int, Any], Any]:
        whole = make_dict_structure_fn(kind, converter)

        def of_row(row: int, _: Any) -> Any:
            if row not in found:
                found[row] = whole(shared[row], kind)
            return found[row]

        return of_row

    converter.register_structure_hook_func(_is_array, take)
    converter.register_structure_hook_func(_is_plain, lambda told, _: told)
    converter.register_structure_hook_factory(_is_shared, take_shared)
    return converter


def _is_array(kind: Any) -> bool:
    return kind is np.ndarray or get_origin(kind) is np.ndarray


def _is_shared(kind: Any) -> bool:
    return getattr(kind, SHARED, False) is True


def _is_plain(kind: Any) -> bool:
    """Whether a kind is a choice of plain ones, such as text or a number, which JSON keeps as they are."""
    plain = (int, float, str, bool, type(None))
    return get_origin(kind) in (Union, UnionType) and all(one in plain for one in get_args(kind))
