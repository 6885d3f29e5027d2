"""A drawn layout: every point of a layer drawn in a GIS is an outlet, and how it differs from the base are edits."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.names import check_name
from sim.outlets.edits.desk import Desk
from sim.outlets.edits.placing import add_outlet, move_outlet, remove_outlet
from sim.place import LayerConfig


@dataclass
class DrawnConfig(LayerConfig):
    """A layer of points drawn in a GIS, which are all the outlets of the layout.

    Columns: `format`; `id`, empty for a new one; `name` and `admits` of a new one.
    """


@dataclass
class DrawnEdits:
    """What is drawn of a layout: `drawn`."""

    drawn: DrawnConfig = field(default_factory=DrawnConfig)


def follow_drawing(desk: Desk, layout: str, edits: DrawnEdits) -> None:
    """Let the outlets become those of the drawn layer, where there is one."""
    if edits.drawn.file is None:
        return
    from sim.outlets.edits.drawing import read_drawing  # the GIS libraries take a second to load; others do without

    where = f"layout {layout}: {edits.drawn.file}"
    drawing = read_drawing(edits.drawn, where, desk.place, desk.outlets, desk.formats)
    for outlet_id in drawing.remove:
        remove_outlet(desk, outlet_id)
    for row, add in drawing.add.items():
        check_name(f"{where}: row {row}: id", add.id)
        add_outlet(desk, f"{where}: row {row} ({add.id})", add)
    for row, move in drawing.move.items():
        move_outlet(desk, f"{where}: row {row} ({move.id})", move)
