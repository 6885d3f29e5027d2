"""A GIS layer or a table, as a config names it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class LayerConfig:
    """A GIS layer or a table: its `file`, the `layer` where it has several, and the `crs` (an authority code, WKT,
    gcj02 or bd09 for Chinese map services, or local for metres of one's own) where the file does not say it, or says it
    wrongly.
    """

    file: str | None = None
    layer: str | None = None
    crs: str | None = None
