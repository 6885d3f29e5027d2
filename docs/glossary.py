"""The glossary: the tables of what the configs name are built from the configs. `python docs/glossary.py` prints it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.config import compose_yaml, options

TIERS = {"basic": "基本保障类", "quality": "品质提升类", "public": "公共服务"}
PAGE = Path(__file__).with_name("glossary.md")


def built(text: str) -> str:
    """The page with the tables of needs, formats and layouts where its comments say that they are built."""
    tables = {"needs": classed(compose_yaml([])["needs"]["catalogue"]), "formats": classed(compose_yaml([])["formats"])}
    layouts = {name: compose_yaml([f"layout={name}"])["layout"] for name in options()["layout"]}
    tables["layouts"] = table(["key"], [[key, thing, []] for key, thing in layouts.items()])
    for name, rows in tables.items():
        text = text.replace(f"<!-- built: {name} -->\n", rows)
    return text


def classed(things: dict[str, Any]) -> str:
    """The table of things of which each is of a class: basic, quality or public."""
    rows = [[key, thing, [f"`{thing['tier']}` {TIERS[thing['tier']]}"]] for key, thing in things.items()]
    return table(["key", "tier 类别"], rows)


def table(heads: list[str], rows: list[list[Any]]) -> str:
    """A table in Markdown with 中文, English, the key, and what follows."""
    lines = [["中文", "English", *heads], ["---"] * (len(heads) + 2)]
    lines += [[thing["zh"], thing["en"], f"`{key}`", *more] for key, thing, more in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def on_page_markdown(markdown: str, page: Any, **more: Any) -> str:
    """Called by MkDocs for every page."""
    return built(markdown) if page.file.src_uri.endswith(PAGE.name) else markdown


if __name__ == "__main__":
    print(built(PAGE.read_text(encoding="utf-8")), end="")
