"""The pages of the site (a hook of MkDocs): those of the repository where they lie, the reference, and the gallery."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import griffe
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from sim.report.page import FACE_HERE, face_rule
from sim.report.style import find_style

ROOT = Path(__file__).parents[1]
SHOWN = ("*.md", "docs/*.md", "docs/*.png", "docs/*.css", "results/*.md", "experiments/**/*.md", "experiments/**/*.png")
GALLERY = ROOT / "docs" / "gallery.md"
STUDIO = ROOT / "build" / "gallery"  # where the lines of the gallery are run
BLOCK = re.compile(r"^```(?P<language>bash|python)\n(?P<code>.*?)^```", re.DOTALL | re.MULTILINE)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Fill in the parts of the navigation that follow from what is there."""
    experiments = [f"experiments/{file.parent.name}/README.md" for file in (ROOT / "experiments").glob("*/README.md")]
    filled = {
        "Experiments": ["experiments/README.md", *sorted(experiments)],
        "Reference": ["reference/sim.md", *({room: f"reference/{room}.md"} for room in rooms())],
    }
    config.nav = [
        {title: filled.get(title, below) for title, below in entry.items()} if isinstance(entry, dict) else entry
        for entry in config.nav or []
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Take the pages from where they lie in the repository, and make those that follow from the code."""
    kept = [file for file in files if file.src_dir != config.docs_dir]
    shown = sorted({file for pattern in SHOWN for file in ROOT.glob(pattern)})
    pages = [File.generated(config, str(file.relative_to(ROOT)), abs_src_path=str(file)) for file in shown]
    pages.append(File.generated(config, "reference/sim.md", content=face_page()))
    for room in rooms():
        pages.append(File.generated(config, f"reference/{room}.md", content=room_page(room)))
    drawn = str(config.extra["draw"]).lower() != "false"
    if drawn:
        draw_gallery()
    for picture in pictures():
        place = f"docs/{picture}"
        if drawn:
            pages.append(File.generated(config, place, abs_src_path=str(STUDIO / picture)))
        else:
            pages.append(File.generated(config, place, content=b""))
    return Files([*kept, *pages])


def on_post_build(config: MkDocsConfig) -> None:
    """Give the site the Chinese signs that stand on it, for browsers on machines that have none."""
    site = Path(config.site_dir)
    text = "".join(page.read_text(encoding="utf-8") for page in site.rglob("*.html"))
    sheet = site / "docs" / "site.css"
    rule = face_rule(find_style(None, "en"), text)
    sheet.write_text(sheet.read_text(encoding="utf-8").replace(FACE_HERE, rule), encoding="utf-8")


@cache
def package() -> griffe.Module:
    """`sim` as its files tell it, without running them."""
    read = griffe.load("sim", search_paths=[str(ROOT)])
    assert isinstance(read, griffe.Module)
    return read


def stands_at(module: str, name: str) -> str:
    """The full path at which a name that a module lends is written, through all the modules that pass it on."""
    folder = ROOT.joinpath(*module.split("."))
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "sim":
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return stands_at(node.module, alias.name)
    return f"{module}.{name}"


def lent(module: str) -> dict[str, str]:
    """What a module says that it lends: each name, and where it is written."""
    at = package()[module.partition(".")[2]] if "." in module else package()
    names = at.exports or [name for name, member in at.members.items() if member.is_public and not member.is_imported]
    return {str(name): stands_at(module, str(name)) for name in names}


def rooms() -> list[str]:
    """Every package of `sim` that says what it lends, as `place` or `place.walks`, and the modules behind the face."""
    faces = (file for file in (ROOT / "sim").rglob("__init__.py") if "__all__" in file.read_text(encoding="utf-8"))
    found = {".".join(file.parent.relative_to(ROOT / "sim").parts) for file in faces} - {""}
    return sorted(found | {path.split(".")[1] for path in lent("sim").values()})


def room_page(room: str) -> str:
    """The page of a room: what it is, and each name that it lends, but for those that a room inside it shows."""
    told = package()[room].docstring
    below = {path for other in rooms() if other.startswith(f"{room}.") for path in lent(f"sim.{other}").values()}
    parts = [f"# sim.{room}", told.value if told else ""]
    for name, path in lent(f"sim.{room}").items():
        parts.append(f"See [`{name}`][{path}]." if path in below else f"::: {path}")
    return "\n\n".join(parts) + "\n"


def face_page() -> str:
    """The page of what `import sim` gives: each name with its first line and a link to its room."""
    told = package().docstring
    lines = ["# sim", "", told.value if told else "", "", "| name | what |", "|---|---|"]
    for name, path in sorted(lent("sim").items()):
        docstring = package()[path.removeprefix("sim.")].docstring
        lines.append(f"| [`{name}`][{path}] | {docstring.value.splitlines()[0] if docstring else ''} |")
    return "\n".join(lines) + "\n"


def pictures() -> list[str]:
    """The figures that the gallery shows, by their paths beside its lines."""
    return sorted(set(re.findall(r"!\[[^\]]*\]\(([^)]+)\)", GALLERY.read_text(encoding="utf-8"))))


def lines_of_gallery() -> Iterator[tuple[str, str]]:
    """Language and text of each block of the gallery, in order."""
    for block in BLOCK.finditer(GALLERY.read_text(encoding="utf-8")):
        yield block["language"], block["code"]


def draw_gallery() -> None:
    """Run the lines of the gallery in order, each block in the folder where the figures are then found."""
    STUDIO.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"MPLBACKEND": "Agg"}
    python = ""
    for language, code in lines_of_gallery():
        if language == "python":
            python += code
            continue
        for line in code.replace("\\\n", " ").splitlines():
            command, *words = shlex.split(line, comments=True)
            if command != "lifecircle":
                raise ValueError(f"{GALLERY.name}: {line}: only lifecircle is run")
            subprocess.run([sys.executable, "-m", "sim", *words], cwd=STUDIO, env=environment, check=True)
    subprocess.run([sys.executable, "-c", python], cwd=STUDIO, env=environment, check=True)
