"""Slopes of streets, from a raster of heights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from scipy.ndimage import map_coordinates

from sim.columns import Bools, Floats
from sim.errors import InputError
from sim.notes import Note
from sim.place.config import PlaceConfig
from sim.place.read.left_out import km
from sim.place.read.source_map import SourceMap

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

# Hardly a street is steeper; what the raster shows as steeper is a wall, a roof or an error of it [A].
STEEPEST: Final = 0.35
UNIT_M: Final = {"ft": 0.3048, "foot": 0.3048, "feet": 0.3048, "us survey foot": 0.3048006096, "cm": 0.01}


def add_grades(ground: SourceMap, config: PlaceConfig) -> SourceMap:
    """The ground with the grade of each link by the heights of `config.elevation`; the same where none is given.

    Grade is rise over length from the first node of a link to its second. Bridges are level; links with an end of
    unknown height are too, with a note.
    """
    if config.elevation is None:
        return ground
    streets = ground.streets
    height_m = heights(Path(config.elevation).expanduser(), streets.xy, str(streets.crs))
    rise_m = np.diff(height_m[streets.links], axis=1)[:, 0]
    rise_m[ground.bridge] = 0.0
    known = np.isfinite(rise_m)
    grade = np.where(known, rise_m, 0.0) / streets.length_m
    steep = np.abs(grade) > STEEPEST
    notes = []
    if ground.bridge.any():
        notes.append(Note(f"Links on bridges, taken as level: {links_in_words(ground.bridge, streets.length_m)}."))
    if not known.all():
        text = (
            f"Links where {config.elevation} knows no height, taken as level: "
            f"{links_in_words(~known, streets.length_m)} of {len(known):,}."
        )
        share = float(streets.length_m[~known].sum() / streets.length_m.sum())
        notes.append(Note(text, share, "Give a raster that covers all streets."))
    if steep.any():
        text = (
            f"Links steeper than {STEEPEST:.0%} by {config.elevation}, taken as that steep: "
            f"{links_in_words(steep, streets.length_m)} of {len(steep):,}."
        )
        share = float(streets.length_m[steep].sum() / streets.length_m.sum())
        notes.append(Note(text, share, "Give heights of the ground, without buildings and trees."))
    streets = replace(streets, grade=np.clip(grade, -STEEPEST, STEEPEST))
    return replace(ground, streets=streets, notes=(*ground.notes, *notes))


def links_in_words(which: Bools, length_m: Floats) -> str:
    """How many links, and how long, in words."""
    return f"{np.count_nonzero(which):,} ({km(float(length_m[which].sum()))})"


def heights(path: Path, xy: Floats, crs: str) -> Floats:
    """Metres above the sea at points (point, 2) of a CRS, shape (point,), between the four cells around each; NaN where
    one of them is unknown. Raises `InputError` where the file is no raster of this place.
    """
    try:
        import rasterio
        from rasterio.errors import RasterioError
    except ImportError:
        raise InputError(
            f'{path}: heights are read with rasterio, which is not installed; pip install "lifecircle[elevation]"'
        ) from None
    if not path.is_file():
        raise InputError(f"{path}: not there; place.elevation is the path of a raster of heights, such as a GeoTIFF")
    try:
        with rasterio.open(path) as raster:
            at = cells(raster, path, xy, crs)
            return read_cells(raster, path, at)
    except RasterioError as error:
        raise InputError(f"{path}: not read as a raster of heights ({error}); a GeoTIFF is needed") from None


def cells(raster: DatasetReader, path: Path, xy: Floats, crs: str) -> Floats:
    """Row and column of each point (point, 2) in the raster, where the middle of the first cell is 0, 0."""
    if raster.crs is None:
        raise InputError(f"{path}: does not say its coordinate system; save it with one, such as EPSG:4326")
    try:
        to_raster = Transformer.from_crs(crs, CRS.from_wkt(raster.crs.to_wkt()), always_xy=True)
    except (CRSError, ProjError):
        raise InputError(
            f"{path}: the streets have a coordinate system of their own, which cannot be turned into that of the raster"
        ) from None
    to_cells = np.reshape(~raster.transform, (3, 3))
    column, row, _ = to_cells @ np.stack([*to_raster.transform(*xy.T), np.ones(len(xy))])
    return np.stack([row, column]) - 0.5


def read_cells(raster: DatasetReader, path: Path, at: Any) -> Floats:
    """Metres at rows and columns (2, point) of a raster, read no farther than they reach."""
    from rasterio.windows import Window

    inside = (at > -0.5).all(axis=0) & (at[0] < raster.height - 0.5) & (at[1] < raster.width - 0.5)
    if not inside.any():
        raise InputError(f"{path}: none of the streets lies on it; give the heights of this place as place.elevation")
    low = np.clip(np.floor(at[:, inside].min(axis=1)).astype(int), 0, None)
    high = np.minimum(np.ceil(at[:, inside].max(axis=1)).astype(int) + 1, raster.shape)
    window = Window.from_slices((low[0], high[0]), (low[1], high[1]))
    band = raster.read(1, window=window, masked=True).astype(float).filled(np.nan)
    unit_m = UNIT_M.get(str(raster.units[0] or "").lower(), 1.0)
    band = (band * raster.scales[0] + raster.offsets[0]) * unit_m
    height_m = np.full(at.shape[1], np.nan)
    height_m[inside] = map_coordinates(band, at[:, inside] - low[:, None], order=1, mode="nearest")
    return height_m
