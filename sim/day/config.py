"""The keys of the group `day`."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.errors import InputError


@dataclass
class DayConfig:
    """How residents choose, wait and try again (docs/model.md, 7.6).

    `cost_per_min` utility lost per minute of extra walking, and `cost_per_yuan` per yuan of price, by age;
    `size_weight` of the logarithm of size; `taste_scale` of the Gumbel taste; `retries` after a failed attempt;
    `known_share` of far outlets that a resident has heard of, by age; nearer ones are known the more surely the nearer
    they are, over `familiar_m`; `patience_*` of the longest wait that is accepted: a share for whom it is unlimited,
    else lognormal; `learning_days` before the measured ones, in which residents learn when a place is crowded.
    """

    cost_per_min: dict[int, float] = field(default_factory=dict)
    cost_per_yuan: dict[int, float] = field(default_factory=dict)
    size_weight: float = 1.0
    taste_scale: float = 1.0
    retries: int = 2
    known_share: dict[int, float] = field(default_factory=lambda: {0: 1.0})
    familiar_m: float = 0.0
    patience_unlimited_share: float = 0.19
    patience_median_min: float = 4.96
    patience_sigma: float = 0.59
    learning_days: int = 0

    def check(self) -> None:
        """Raise `InputError` where a value cannot be."""
        shares = {f"known_share.{age}": share for age, share in self.known_share.items()}
        for key, value in {**shares, "patience_unlimited_share": self.patience_unlimited_share}.items():
            if not 0 <= value <= 1:
                raise InputError(f"day.{key}: {value}; a share from 0 to 1 is accepted")
        for key in ("size_weight", "taste_scale", "familiar_m", "patience_median_min", "patience_sigma"):
            value = getattr(self, key)
            if value < 0:
                raise InputError(f"day.{key}: {value}; a number from 0 up is accepted")
        if not 0 <= self.learning_days <= 28:
            raise InputError(f"day.learning_days: {self.learning_days}; 0 to 28 are accepted")
        if not 0 <= self.retries <= 10:
            raise InputError(f"day.retries: {self.retries}; 0 to 10 are accepted")
        for key in ("cost_per_min", "cost_per_yuan"):
            for age, cost in getattr(self, key).items():
                if cost < 0:
                    raise InputError(f"day.{key}.{age}: {cost}; a number from 0 up is accepted")
        for key in ("cost_per_min", "cost_per_yuan", "known_share"):
            table = getattr(self, key)
            if table and 0 not in table:
                raise InputError(
                    f"day.{key}: no value below age {min(table)}; give one with the key 0, or change single ages, as "
                    f"day.{key}.{min(table)}={table[min(table)]:g}"
                )
