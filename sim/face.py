"""The face for notebooks: from a question to data frames and pictures, without a file where none is wanted."""

from __future__ import annotations

from collections.abc import Sequence

from sim.config import Asked
from sim.report.subject import Subject
from sim.scene import content_digest
from sim.study import Clock, Plan, build_plan


def plan_of(asked: Asked, clock: Clock) -> Plan:
    """The plan of a config."""
    config = asked.config
    config.report.check()
    return build_plan(config.place, config.people, config.needs, asked.layouts, config.day, config.study, clock)


def subject_of(plan: Plan, overrides: Sequence[str]) -> Subject:
    """What a report on a plan is about."""
    residents = plan.residence.of(plan.study.first_seed)
    return Subject(
        place=plan.place,
        scenes=plan.scenes,
        needs=plan.config.needs,
        home=residents.home,
        age_group=residents.age_group,
        mobility=residents.mobility,
        seed_list=tuple(plan.study.seed_list),
        days=plan.study.days,
        digest=content_digest(plan.digests),
        asked=tuple(overrides),
    )
