"""Pages from their templates: filled in, with the Chinese signs that they need, written beside and renamed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from sim.report.faces import Style, chinese_face

FACE_HERE = "/* the Chinese face goes here */"


def write_html(template: str, parts: Mapping[str, Any], style: Style, page: Path) -> None:
    """Fill a template of this folder in with its parts, as one self-contained file `page`."""
    source = (files("sim.report") / template).read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    html = environment.from_string(source).render(parts)
    beside = page.with_name(page.name + ".writing")
    beside.parent.mkdir(parents=True, exist_ok=True)
    beside.write_text(html.replace(FACE_HERE, face_rule(style, html)), encoding="utf-8")
    beside.replace(page)


def face_rule(style: Style, html: str) -> str:
    """A rule of CSS with just the Chinese characters of the page, for browsers on machines that have none."""
    cut = (chinese_face(family, html) for family in style.families)
    return "".join(
        '@font-face { font-family: "Chinese of this page"; font-display: block; unicode-range: U+2E80-FFFF; '
        f'src: url(data:font/woff;base64,{face}) format("woff"); }}'
        for face in cut
        if face
    )
