"""What `lifecircle --help` says: the commands, the groups with their options, and the keys that most studies set."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sim.config import find_sources, layouts_here

HELP: Final = """\
lifecircle: residents walk a street graph to meet their daily needs; how much stays
unmet, for whom and why, and which layout of outlets serves them better.

usage: lifecircle [GROUP=OPTION ...] [KEY=VALUE ...] [--config-dir DIR]
{commands}
       lifecircle --cfg job [...]     print the composed config and stop; --package GROUP for a part
       lifecircle --completion bash   print what makes the shell complete words: bash, zsh or fish
       lifecircle --version

groups and their options{theirs}:
{groups}

keys that most studies set (all others: lifecircle --cfg job):
  study.name=NAME            folder of the results under {results}/
  study.layouts=[base,mine]  layouts to compare with the first; mine.yaml is here or in DIR/layout
                             (yours comes before a packaged one), or plans/mine, a path;
                             mine.gpkg:LAYER or mine.geojson is one drawn in QGIS
  study.seeds=10             how many seeds, from study.first_seed on
  study.places=5             how many places are grown, from place.seed on (default: 1)
  study.days=7               days measured, after study.warmup_days
  study.jobs=2               runs side by side (default: one per processor)
  study.executor=processes   what does the runs: threads (default), processes, ray, slurm
  study.overwrite=true       replace runs of another config in the folder
  people.residents=20600     how many residents (default: as many as the place counts)
  place.gates=all            compound gates: all, few, one, open
  place.streets=FILE         with place=osm: an OpenStreetMap extract (.osm, .gz, .bz2, .osm.pbf)
  place.outlets.file=FILE    with place=files: a table or layer of outlets, as from AMap or Baidu
  place.outlets.crs=gcj02    if its coordinates are AMap's; bd09 if Baidu's
  report.language=en         en or zh; the report is redrawn in the other without simulating again
  results=results            root folder of all results

tables by age or weekday hold from a key on; below the first, shares, limits and errands are 0:
  people.slow_share.60=0.1             changes one age and leaves the others
  people.slow_share={{60: 0.1, 80: 0.3}}  is the whole table: the ages that it had are gone
  A file of yours that starts from another (defaults) replaces a table whole, too.
  What is named by words (groups, needs, formats) is joined: what you do not name stays.

examples:
  lifecircle
  lifecircle experiment=smoke
  lifecircle place=old_town people=baotou_old_town study.name=old_town
  lifecircle study.layouts=[base,mine] study.name=mine report.language=zh
"""


def usage(commands: Mapping[str, str], own: Path | None) -> str:
    """The text of the help; `commands` with a line of help each, `own` the user's config folder, whose groups and
    options are listed with the packaged ones, as are the layouts of the current folder.
    """
    sources = find_sources(own)
    here = layouts_here()
    options = {group: sources.options(group) for group in sources.groups}
    options["layout"] = sorted({*options["layout"], *here})
    width = max(map(len, options)) + 2
    lines = [
        textwrap.fill(", ".join(names), 90, initial_indent=f"  {group:<{width}}", subsequent_indent=" " * (width + 2))
        for group, names in options.items()
        if names
    ]
    where = [f"those of {own}"] * (own is not None) + ["layouts of this folder"] * bool(here)
    return HELP.format(
        commands="\n".join(f"       lifecircle {name + ' [...]':<19} {line}" for name, line in commands.items()),
        groups="\n".join(lines),
        theirs=f" ({', '.join(where)} among them)" if where else "",
        results="results",
    )
