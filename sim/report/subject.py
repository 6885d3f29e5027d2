"""What a report is about, besides the tables of a study: enough to draw it anywhere, without any input."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pandas as pd

from sim.columns import Codes, Ints, short_repr
from sim.errors import InputError
from sim.needs import NeedsConfig
from sim.outlets import Layout
from sim.people import AGE_GROUPS, Mobility
from sim.place import Place
from sim.scene import OF_TABLES, Scene, tables_digest
from sim.storage import load_whole, save_whole

SCENES: Final = "scenes"
SUBJECT: Final = "subject"


@dataclass(frozen=True)
class Subject:
    """The place, the scenes and the people of a study; of several places, those of the first.

    `place`: before any layout, with what its readers noted.
    `scenes`: one for each layout; the others are compared with the first.
    `needs`: the catalogue.
    `home`: of each resident of the first seed, shape (resident,).
    `age_group`: the same.
    `mobility`: the same.
    `seed_list`: the seeds.
    `days`: measured.
    `digest`: of all runs.
    `asked`: words of the command that changed the config.
    `places`: how many were grown.
    """

    place: Place
    scenes: tuple[Scene, ...]
    needs: NeedsConfig
    home: Ints
    age_group: Codes
    mobility: Codes
    seed_list: tuple[int, ...]
    days: int
    digest: str
    asked: tuple[str, ...] = ()
    places: int = 1

    __repr__ = short_repr

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """The layouts, in order."""
        return tuple(scene.layout for scene in self.scenes)

    @property
    def residents(self) -> int:
        """How many they are."""
        return len(self.home)

    @property
    def seeds(self) -> int:
        """How many seeds."""
        return len(self.seed_list)

    @property
    def drawn(self) -> int:
        """How many were drawn of what intervals are over: places where there are several, else seeds."""
        return self.places if self.places > 1 else self.seeds

    @property
    def dwellers(self) -> pd.DataFrame:
        """The residents of the first seed, one row each: home, age_group, zone, mobility."""
        zones, homes = self.place.zones, self.place.homes

        def named(codes: Codes, names: list[str]) -> pd.Categorical:
            return pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype="str"))

        return pd.DataFrame(
            {
                "home": self.home,
                "age_group": named(self.age_group, list(AGE_GROUPS)),
                "zone": named(homes.zone[self.home], list(zones)),
                "mobility": named(self.mobility, [m.name.lower() for m in Mobility]),
            }
        )

    def save(self, root: Path) -> None:
        """Keep it in the folder of a study: `subject/`, and `scenes/<layout>/` without their reach."""
        for scene in self.scenes:
            scene.save(root / SCENES / scene.name, with_reach=False)
        save_whole(_Kept(replace(self, scenes=()), tuple(scene.name for scene in self.scenes)), root / SUBJECT)

    def check_tables(self, root: Path) -> None:
        """Raise `InputError` where the tables in the folder of a study are not of its runs and seeds."""
        file = root / "tables" / OF_TABLES
        told = file.read_text(encoding="utf-8").strip() if file.is_file() else ""
        if told != tables_digest(self.digest, self.seed_list):
            raise InputError(
                f"{root}: its tables are of other runs than its subject, as where a study was interrupted before its "
                "report; run the study again, which takes the runs that are there"
            )

    @staticmethod
    def load(root: Path) -> Subject:
        """That of a study whose results are in a folder. Raises `InputError` where it is not whole."""
        try:
            kept = load_whole(_Kept, root / SUBJECT)
            return replace(kept.subject, scenes=tuple(Scene.load(root / SCENES / name) for name in kept.layouts))
        except (OSError, ValueError) as error:
            raise InputError(f"{root}: no results of a study of this version ({error}); run the study again") from None


@dataclass(frozen=True)
class _Kept:
    """A subject as it is kept, its scenes by name."""

    subject: Subject
    layouts: tuple[str, ...]
