"""Subjects of a report that are changed to try it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sim.outlets import Layout
from sim.report.subject import Subject


def with_layouts(subject: Subject, layouts: Sequence[Layout]) -> Subject:
    """The same subject with other layouts in its scenes."""
    both = zip(subject.scenes, layouts, strict=True)
    return replace(subject, scenes=tuple(replace(scene, layout=layout) for scene, layout in both))
