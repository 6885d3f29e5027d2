"""Places grown from numbers."""

from sim.place.grow.city import grow_city
from sim.place.grow.district import grow_district

__all__ = ["grow_city", "grow_district"]
