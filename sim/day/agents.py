"""Residents and outlets as Mesa agents: views of rows of a model, to select and to look at."""

from __future__ import annotations

from itertools import count
from typing import Any, ClassVar

import mesa
import numpy as np

from sim.columns import Floats
from sim.people import AGE_GROUPS, Mobility
from sim.record.outcomes import Outcome


class ResidentAgent(mesa.Agent):  # type: ignore[misc]
    """One resident, to look at: a view of row `row`."""

    # Mesa 3.3 numbers agents in a dictionary that keeps every model alive; ours asks the model.
    _ids: ClassVar[Any]

    def __init__(self, model: mesa.Model, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def age(self) -> int:
        """Age in years."""
        return int(self.model.residents.age[self.row])

    @property
    def age_group(self) -> str:
        """Age group, as in every table."""
        return AGE_GROUPS[self.model.residents.age_group[self.row]]

    @property
    def speed_m_s(self) -> float:
        """Walking speed."""
        return float(self.model.residents.speed_m_s[self.row])

    @property
    def mobility(self) -> str:
        """`independent`, `slow` or `housebound`."""
        return Mobility(self.model.residents.mobility[self.row]).name.lower()

    @property
    def home_xy(self) -> Floats:
        """Position of the home, metres."""
        xy: Floats = self.model.place.homes.xy[self.model.residents.home[self.row]]
        return xy

    @property
    def whereabouts(self) -> str:
        """`home`, `walking`, or the id of an outlet."""
        return str(self.model._where(self.row))

    @property
    def errands(self) -> dict[str, int]:
        """How many errands of this resident that were wanted by now have come to what; `pending` those under way."""
        errands, diary, now_s = self.model.errands, self.model.loop.diary, self.model.now_s
        rows = np.flatnonzero((errands.resident == self.row) & (errands.wanted_s <= now_s))
        so_far = np.where(diary["start_s"][rows] > now_s, Outcome.PENDING, diary["outcome"][rows])
        outcome, times = np.unique(so_far, return_counts=True)
        return {Outcome(o).name.lower(): int(n) for o, n in zip(outcome, times, strict=True)}


class OutletAgent(mesa.Agent):  # type: ignore[misc]
    """One outlet, to look at: a view of row `row`."""

    _ids: ClassVar[Any]

    def __init__(self, model: mesa.Model, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def id(self) -> str:
        """The stable text id."""
        return self.model.layout.outlets[self.row].id

    @property
    def format(self) -> str:
        """The key of its format."""
        return self.model.layout.outlets[self.row].format

    @property
    def xy(self) -> tuple[float, float]:
        """Position, metres."""
        return self.model.layout.outlets[self.row].xy

    @property
    def served(self) -> int:
        """People served so far."""
        diary = self.model.loop.diary
        return int(np.count_nonzero((diary["outlet"] == self.row) & (diary["start_s"] <= self.model.now_s)))

    @property
    def waiting(self) -> int:
        """People in the queue now."""
        diary, now_s = self.model.loop.diary, self.model.now_s
        here = diary["outlet"] == self.row
        return int(np.count_nonzero(here & (diary["arrive_s"] <= now_s) & (now_s < diary["start_s"])))


class _NumbersOfModel:
    """Agent numbers by model, kept by the model itself."""

    def __getitem__(self, model: mesa.Model) -> count[int]:
        return model._numbers


ResidentAgent._ids = OutletAgent._ids = _NumbersOfModel()
