"""The config of a layout: what each family of edits has in it, and the order in which they are carried out."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.outlets.edits.awareness import AwarenessEdits, make_known
from sim.outlets.edits.barriers import BarrierEdits, change_barriers
from sim.outlets.edits.catchments import CatchmentEdits, draw_catchments
from sim.outlets.edits.desk import Desk
from sim.outlets.edits.drawn import DrawnEdits, follow_drawing
from sim.outlets.edits.extending import TermEdits, change_terms
from sim.outlets.edits.placing import PlacingEdits, place_outlets
from sim.outlets.edits.spreading import RuleEdits, follow_rules
from sim.outlets.formats import FormatConfig


@dataclass
class LayoutBase:
    """What a layout is called, and what it starts from.

    `zh`, `en` its names.
    `base` another layout, or `place` for what stands there.
    `formats` by key, each in the place of the base's.
    """

    zh: str = ""
    en: str = ""
    base: str = "place"
    formats: dict[str, FormatConfig] = field(default_factory=dict)


# The fields of a dataclass come in the order of its bases from the last to the first: that of `carry_out`.
@dataclass
class LayoutConfig(
    AwarenessEdits, CatchmentEdits, TermEdits, PlacingEdits, RuleEdits, DrawnEdits, BarrierEdits, LayoutBase
):
    """A layout: what it starts from, then what it changes of the ground, what is drawn, rules and edits of outlets, for
    whom places are held, and what it makes known.
    """


def carry_out(desk: Desk, layout: str, config: LayoutConfig) -> None:
    """Carry out the edits of a layout, one family after the other."""
    change_barriers(desk, layout, config)
    follow_drawing(desk, layout, config)
    follow_rules(desk, layout, config)
    place_outlets(desk, layout, config)
    change_terms(desk, layout, config)
    draw_catchments(desk, layout, config)
    make_known(desk, layout, config)
