"""Bad input of every kind: one message with the key or file and the value, exit status 2, and nothing written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from sim.__main__ import main
from tests.conftest import SMALL

# What is asked, and words that the message must hold.
Case = tuple[list[str], list[str]]

ARRANGED = "base: base\n"
EDITS: dict[str, str | bytes] = {
    "typo": "base: base\nad: []\n",
    "list": "- base\n",
    "word": "base\n",
    "nothing": "",
    "comment": "# base: base\n",
    "broken": "base: [base\n",
    "tab": "base: base\nadd:\n\t- {id: a}\n",
    "twice": "base: base\nbase: place\n",
    "twice_in": "base: base\nadd:\n  - {id: a, id: b, format: kiosk, x: 1, y: 2}\n",
    "loop": "base: loop\n",
    "round1": "base: round2\n",
    "round2": "base: round1\n",
    "nobase": "base: nowhere\n",
    "baselist": "base: [base]\n",
    "starts": "defaults: [base]\n",
    "env": "base: base\nen: ${oc.env:HOME}\n",
    "env_deep": "base: base\nadd:\n  - {id: '${oc.env:USER}', format: kiosk, x: 1, y: 2}\n",
    "envkey": "base: base\nformats: {'${oc.env:USER}': {en: x}}\n",
    "bomb": "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    "itself": "base: base\nadd: &a [*a]\n",
    "noanchor": "base: *nothing\n",
    "deep": "base: " + "[" * 5000 + "]" * 5000 + "\n",
    "deep_block": "base: base\n" + "".join(" " * i + f"k{i}:\n" for i in range(200)),
    "surrogate": 'base: base\nen: "\\ud800"\n',
    "control": 'base: base\nen: "\\e[31mred"\n',
    "null_sign": b"base: base\nen: \x00\n",
    "bell": b"base: base\nen: \x07\n",
    "latin": "base: base\nen: Café\n".encode("latin-1"),
    "bytes": bytes(range(128, 256)) * 4,
    "tag": "base: !!python/object/apply:os.system [ls]\n",
    "binary": "base: base\nadd: !!binary aGVsbG8=\n",
    "six": "base: base\nadd:\n  - {id: a, format: kiosk, x: 1, y: 2}\n  - {id: b, format: kiosk, x: six, y: 2}\n",
    "no_number": "base: base\nadd:\n  - {id: a, format: kiosk, x: .nan, y: 2}\n",
    "endless": "base: base\nadd:\n  - {id: a, format: kiosk, x: .inf, y: 2}\n",
    "no_id": "base: base\nadd:\n  - {format: kiosk, x: 10, y: 0}\n",
    "no_format": "base: base\nadd:\n  - {id: a, x: 10, y: 0}\n",
    "null_id": "base: base\nadd:\n  - {id: null, format: kiosk, x: 10, y: 0}\n",
    "flag_id": "base: base\nadd:\n  - {id: yes, format: kiosk, x: 10, y: 0}\n",
    "half_id": "base: base\nadd:\n  - {id: 1.10, format: kiosk, x: 10, y: 0}\n",
    "add_map": "base: base\nadd: {id: a, format: kiosk, x: 1, y: 2}\n",
    "remove_word": "base: base\nremove: canteen-01\n",
    "move_key": "base: base\nmove:\n  - {id: canteen-01, X: 4, y: 2}\n",
    "node_half": "base: base\nadd:\n  - {id: a, format: kiosk, node: 1.5}\n",
    "hours_day": "base: base\nrehour:\n  - {id: canteen-01, hours: {monday: [[8, 20]]}}\n",
    "hours_word": "base: base\nrehour:\n  - {id: canteen-01, hours: [8, 20]}\n",
    "cost": "base: base\nrehour:\n  - {id: canteen-01, hours: {0: [[8, 20]]}, cost_yuan: -5}\n",
    "cost_ground": "base: base\nground: {ramps: [{x: 1, y: 1, cost_yuan: -1}]}\n",
    "cost_format": "base: base\nformats: {stall: {en: Stall, zh: 摊, cost_yuan: -3}}\n",
    "cost_map": "base: base\nawareness: {known_share: {0: 0.9}, cost_yuan: -7}\n",
    "old_age": "base: base\nawareness: {known_share: {200: 0.9}}\n",
    "spread_count": "base: base\nspread: [{format: kiosk, count: many}]\n",
    "inside": "base: base\nspread: [{format: kiosk, count: 1, inside: maybe}]\n",
    # These are found out when the layout is laid over its place.
    "unknown_need": "base: base\nextend:\n  - {id: restaurant-01, offers: {medicines: {service_min: 2}}}\n",
    "gone": "base: base\nremove: [convenience-99]\n",
    "far": "base: base\nadd:\n  - {id: new, format: kiosk, x: 99999, y: 0}\n",
    "shut": "base: base\nrehour:\n  - {id: restaurant-01, hours: {0: [[20, 8]]}}\n",
    "clock": "base: base\nrehour:\n  - {id: restaurant-01, hours: {0: [[9:30, 20]]}}\n",
    "weekday": "base: base\nrehour:\n  - {id: restaurant-01, hours: {9: [[8, 20]]}}\n",
    "lonlat": "base: base\nadd:\n  - {id: new, format: kiosk, lon: 116.3, lat: 39.9}\n",
    "blank_id": "base: base\nadd:\n  - {id: '  ', format: kiosk, x: 200, y: 200}\n",
    "empty_id": "base: base\nadd:\n  - {id: '', format: kiosk, x: 200, y: 200}\n",
    "path_id": "base: base\nadd:\n  - {id: ../a, format: kiosk, x: 200, y: 200}\n",
    "long_id": f"base: base\nadd:\n  - {{id: {'a' * 3000}, format: kiosk, x: 200, y: 200}}\n",
    "hidden_id": 'base: base\nadd:\n  - {id: "a\\u202eb", format: kiosk, x: 200, y: 200}\n',
    "path_round": "base: base\nrounds:\n  - {id: a/b, format: kiosk, stops: [{x: 200, y: 200, days: [0]}]}\n",
    "path_format": "base: base\nformats: {a/b: {en: A, zh: 甲}}\n",
    "no_format_of": "base: base\nadd:\n  - {id: new, format: kiosks, x: 200, y: 200}\n",
    "share": "base: base\nawareness: {known_share: {0: 1.5}}\n",
}
LAYOUTS: list[tuple[str, list[str]]] = [
    ("typo", ["typo.yaml: layout typo: ad", "did you mean add"]),
    ("list", ["list.yaml", "mapping"]),
    ("word", ["word.yaml", "mapping"]),
    ("nothing", ["nothing.yaml", "mapping"]),
    ("comment", ["comment.yaml", "mapping"]),
    ("broken", ["broken.yaml", "line 2"]),
    ("tab", ["tab.yaml", "line 3", "spaces, not with tabs"]),
    ("twice", ["twice.yaml", "line 2", "base stands there twice"]),
    ("twice_in", ["twice_in.yaml", "line 3", "id stands there twice"]),
    ("loop", ["loop", "comes back to itself"]),
    ("round1", ["round", "comes back to itself"]),
    ("nobase", ["layout nobase: base", "nowhere"]),
    ("baselist", ["baselist.yaml", "base: ['base']", "word"]),
    ("starts", ["starts.yaml", "defaults", "base: base"]),
    ("env", ["env.yaml: en", "${oc.env:HOME}", "not read"]),
    ("env_deep", ["env_deep.yaml: add", "[0]", "${oc.env:USER}"]),
    ("envkey", ["envkey.yaml", "${oc.env:USER}"]),
    ("bomb", ["bomb.yaml", "1,000,000"]),
    ("itself", ["itself.yaml", "*a"]),
    ("noanchor", ["noanchor.yaml", "*nothing"]),
    ("deep", ["deep.yaml", "nesting"]),
    ("deep_block", ["deep_block.yaml", "50 deep"]),
    ("surrogate", ["surrogate.yaml"]),
    ("control", ["control.yaml: en", "U+001B"]),
    ("null_sign", ["null_sign.yaml", "U+0000"]),
    ("bell", ["bell.yaml", "U+0007"]),
    ("latin", ["latin.yaml", "UTF-8", "GB18030"]),
    ("bytes", ["bytes.yaml"]),
    ("tag", ["tag.yaml", "line 1"]),
    ("binary", ["binary.yaml", "add"]),
    ("six", ["six.yaml: layout six: add[1].x", "'six'", "a number is needed"]),
    ("no_number", ["layout no_number: add[0].x", "nan", "finite"]),
    ("endless", ["layout endless: add[0].x", "inf", "finite"]),
    ("no_id", ["layout no_id: add[0].id", "not given"]),
    ("no_format", ["layout no_format: add[0].format", "not given"]),
    ("null_id", ["layout null_id: add[0].id", "null"]),
    ("flag_id", ["layout flag_id: add[0].id", "True", "quotes"]),
    ("half_id", ["layout half_id: add[0].id", "1.1", "quotes"]),
    ("add_map", ["layout add_map: add", "list"]),
    ("remove_word", ["layout remove_word: remove", "canteen-01", "list"]),
    ("move_key", ["layout move_key: move[0].X", "not a key"]),
    ("node_half", ["layout node_half: add[0].node", "1.5", "whole"]),
    ("hours_day", ["layout hours_day: rehour[0].hours.monday", "whole"]),
    ("hours_word", ["layout hours_word: rehour[0].hours", "[8, 20]", "table"]),
    ("cost", ["layout cost.rehour[0].cost_yuan", "-5", "0 up"]),
    ("cost_ground", ["layout cost_ground.ground.ramps[0].cost_yuan", "-1"]),
    ("cost_format", ["layout cost_format.formats.stall.cost_yuan", "-3"]),
    ("cost_map", ["layout cost_map.awareness.cost_yuan", "-7"]),
    ("old_age", ["known_share.200", "0 to 120"]),
    ("spread_count", ["spread[0].count", "'many'", "whole"]),
    ("inside", ["spread[0].inside", "'maybe'", "true or false"]),
    ("unknown_need", ["unknown_need", "medicines", "not a need"]),
    ("gone", ["gone", "remove[0]", "convenience-99"]),
    ("far", ["far", "add[0] (new)", "99999", "spans"]),
    ("shut", ["shut", "restaurant-01", "closes at 8", "32"]),
    ("clock", ["clock", "9:30", "hours"]),
    ("weekday", ["weekday 9", "0 (Monday) to 6"]),
    ("lonlat", ["lonlat", "no coordinate system", "x and y"]),
    ("blank_id", ["blank_id: add[0].id", "'  '", "empty"]),
    ("empty_id", ["empty_id: add[0].id", "empty"]),
    ("path_id", ["path_id: add[0].id", "../a", "path"]),
    ("long_id", ["long_id: add[0].id", "3,000 signs"]),
    ("hidden_id", ["hidden_id: add[0].id", "\\u202e", "cannot be seen"]),
    ("path_round", ["path_round: rounds[0].id", "a/b", "path"]),
    ("path_format", ["path_format: formats", "a/b", "path"]),
    ("no_format_of", ["no_format_of: add[0] (new)", "kiosks", "did you mean 'kiosk'"]),
    ("share", ["share: awareness.known_share.0", "1.5"]),
]

FILES: dict[str, str | bytes] = {
    "Base.yaml": ARRANGED,
    "same/kiosk8.yaml": ARRANGED,
    "kiosk8.yaml": ARRANGED,
    "a b .yaml": ARRANGED,
    "a:b.yaml": ARRANGED,
    "nul.a.yaml": ARRANGED,
    "text.gpkg": "no package",
    "street.osm": '<?xml version="1.0"?><osm version="0.6"><node id="1" lat="39.99" lon="116.31"/>'
    '<node id="2" lat="39.991" lon="116.31"/><way id="1"><nd ref="1"/><nd ref="2"/>'
    '<tag k="highway" v="residential"/></way></osm>',
    "empty.osm": '<?xml version="1.0"?><osm version="0.6"></osm>',
    "text.osm.pbf": "this is no map",
    "void/readme.txt": "",
    "own/people/wrong.yaml": "defaults: [national]\nresidents: six\n",
    "own/people/typo.yaml": "defaults: [national]\nresident: 6\n",
    "own/people/env.yaml": "defaults: [national]\nresidents: ${oc.env:HOME}\n",
    "own/people/interpolated.yaml": "defaults: [national]\nresidents: ${place.grown.residents}\n",
    "own/people/gone.yaml": "defaults: [nationl]\n",
    "own/people/ring.yaml": "defaults: [ring]\n",
    "own/people/latin.yaml": "defaults: [national]\n# Caf\xe9\n".encode("latin-1"),
    "own/people/broken.yaml": "defaults: [national]\nprofile: {0: 1\n",
    "own/people/word.yaml": "national\n",
    "own/people/youngless.yaml": "defaults: [national, _self_]\nspeed_m_s: {60: 1.3}\n",
    "own/day/wrong.yaml": "defaults: [typical]\nretries: 2.5\n",
    "own/layout/kiosk8.yaml": "base: base\nen: Another\n",
}

WORDS: list[Case] = [
    (["people.resident=300"], ["people.resident", "did you mean people.residents"]),
    (["residents=300"], ["residents", "people.residents"]),
    (["peple.residents=300"], ["peple.residents", "did you mean people.residents"]),
    (["+people.pets=2"], ["people.pets", "not a key"]),
    (["++people.pets=2"], ["people.pets", "not a key"]),
    (["+experiment=foo"], ["experiment=foo", "no option of experiment", "smoke, walk_only, winter"]),
    (["experiment/a=foo"], ["experiment/a", "groups"]),
    (["place@x=osm"], ["place@x", "place=OPTION"]),
    (["~people.census"], ["~people.census", "deleted"]),
    (["~people"], ["~people", "deleted"]),
    (["=3"], ["=3", "groups"]),
    (["seeds"], ["seeds", "KEY=VALUE"]),
    (["inspekt"], ["inspekt", "did you mean inspect"]),
    ([""], ["''", "KEY=VALUE"]),
    (["--fast"], ["--fast", "--help"]),
    (["-x=3"], ["-x", "--help"]),
    (["--multirun"], ["--multirun", "there is none"]),
    (["-m", "study.seeds=1,2"], ["-m", "there is none"]),
    (["study.seeds=1,2"], ["study.seeds=1,2", "several values"]),
    (["study.seeds=range(1,4)"], ["study.seeds=range(1,4)", "several values"]),
    (["study.seeds=choice(1,2)"], ["study.seeds", "several values"]),
    (["--cfg", "hydra"], ["--cfg", "hydra", "job"]),
    (["--cfg"], ["--cfg", "job"]),
    (["hydra.run.dir=out"], ["hydra.run.dir", "Hydra", "results"]),
    (["hydra/sweeper=basic"], ["hydra/sweeper", "Hydra"]),
    (["+hydra.x=1"], ["hydra.x", "Hydra"]),
    (["hydra=x"], ["hydra", "Hydra"]),
    (["place=atlantis"], ["place=atlantis", "old_town"]),
    (["place=oldtown"], ["place=oldtown", "did you mean old_town"]),
    (["place=beijing"], ["place=beijing", "new_district"]),
    (["place="], ["place=", "no option"]),
    (["place=null"], ["place=", "no option"]),
    (["place=../x"], ["place=../x", "no option"]),
    (["people=nationl"], ["people=nationl", "did you mean national"]),
    (["needs=wintr"], ["needs=wintr", "did you mean winter"]),
    (["day=typcal"], ["day=typcal", "did you mean typical"]),
    (["report=pag"], ["report=pag", "did you mean page"]),
    (["study=citi"], ["study=citi", "did you mean city"]),
    (["layout=kioskss"], ["layout=kioskss", "did you mean kiosks"]),
    (["layout=kiosks", "study.layouts=[base]"], ["layout=kiosks", "study.layouts"]),
    (["people.residents="], ["people.residents", "whole number"]),
    (["people.residents=many"], ["people.residents", "'many'", "whole number"]),
    (["people.residents=三百"], ["people.residents", "三百"]),
    (["people.residents=300.5"], ["people.residents", "300.5"]),
    (["people.residents=true"], ["people.residents", "True"]),
    (["people.residents=[300]"], ["people.residents", "[300]"]),
    (["people.residents={a: 3}"], ["people.residents", "{'a': 3}"]),
    (["people.residents=-5"], ["people.residents", "-5", "at least 1"]),
    (["people.residents=" + "9" * 30], ["people.residents", "at most"]),
    (["people.residents=" + "9" * 5000], ["people.residents"]),
    (["people.residents=nan"], ["people.residents", "nan"]),
    (["people.household_size=inf"], ["people.household_size", "inf", "finite"]),
    (["people.household_size=nan"], ["people.household_size", "nan", "finite"]),
    (["people.household_size=null"], ["people.household_size", "null", "number"]),
    (["people=national", "people={}"], ["people={}", "no option"]),
    (["people.slow_share=[1]"], ["people.slow_share", "[1]", "table"]),
    (["people.slow_share=0.1"], ["people.slow_share", "0.1", "table"]),
    (["people.slow_share.60={"], ["people.slow_share.60={", "quotes"]),
    (["people.slow_share.old=0.1"], ["people.slow_share.old", "age"]),
    (["people.slow_share.60=1.5"], ["people.slow_share.60", "1.5", "0 to 1"]),
    (["people.slow_share={old: 0.1}"], ["people.slow_share.old", "whole number"]),
    (["people.slow_share.-3=0.1"], ["people.slow_share.-3", "0 to 120"]),
    (["people.slow_shares.60=0.1"], ["did you mean people.slow_share?"]),
    (["people.profile={200: 5}"], ["people.profile.200", "0 to 120"]),
    (["people.profile={60: 5}"], ["people.profile", "key 0"]),
    (["people.profile={}"], ["people.profile", "key 0"]),
    (["needs.catalogue.clinic.beyond={}"], ["needs.catalogue.clinic.beyond={}", "changes nothing", "beyond.share"]),
    (["people.speed_m_s={60: 1.3}"], ["people.speed_m_s", "key 0"]),
    (["people.floor_s={70: 22}"], ["people.floor_s", "key 0"]),
    (["people.residents.all=3"], ["people.residents.all", "not a key"]),
    (["day.known_share={0: 1.2}"], ["day.known_share.0", "1.2", "0 to 1"]),
    (["day.cost_per_min={60: 0.2}"], ["day.cost_per_min", "below age 60"]),
    (["day.known_share={60: 0.5}"], ["day.known_share", "below age 60"]),
    (["day.retries=two"], ["day.retries", "'two'"]),
    (["needs.catalogue.grocery.per_week.15=1"], ["did you mean needs.catalogue.groceries"]),
    (["needs.catalogue.groceries.online_share.15=-0.1"], ["groceries.online_share.15", "-0.1"]),
    (["needs.catalogue.groceries.limit_min={60: 12}"], ["groceries.limit_min", "below age 60", "from 15 on"]),
    (["needs.catalogue.groceries=5"], ["needs.catalogue.groceries", "table"]),
    (["needs.catalogue.a/b={}"], ["needs.catalogue.a/b"]),
    (["needs.chain_share={-1: 0.5}"], ["needs.chain_share"]),
    (["study.layouts=[]"], ["study.layouts", "empty"]),
    (["study.layouts=base"], ["study.layouts", "'base'", "list"]),
    (["study.layouts=[[base]]"], ["study.layouts[0]", "['base']"]),
    (["study.layouts=[base,null]"], ["study.layouts[1]", "null"]),
    (["study.layouts={a: b}"], ["study.layouts", "list"]),
    (["study.layouts=[base"], ["study.layouts=[base", "quotes"]),
    (["study.layouts=" + "[" * 5000], ["study.layouts", "50 deep"]),
    (["study.layouts=[base,base]"], ["study.layouts", "base is named twice"]),
    (["study.layouts=[base,nowhere]"], ["nowhere", "kiosks", "nowhere.yaml"]),
    (["study.layouts=[base,kiosk]"], ["'kiosk'", "did you mean kiosks"]),
    (["study.layouts=[base,../../x]"], ["../../x"]),
    (["study.layouts=[base,plans/gone]"], ["plans/gone"]),
    (["study.layouts=[base,..]"], ["study.layouts", "'..'", "path"]),
    (["study.layouts=[base,'']"], ["study.layouts", "empty"]),
    (["study.layouts=[base,Base]"], ["base", "Base", "capitals"]),
    (["study.layouts=[kiosk8,same/kiosk8]"], ["same/kiosk8.yaml", "kiosk8.yaml", "one name"]),
    (["study.layouts=[base,'a b ']"], ["'a b '", "spaces"]),
    (["study.layouts=[base,'a:b']"], ["a:b"]),
    (["study.layouts=[base,nul.a]"], ["nul.a", "every system"]),
    (["study.layouts=[base," + "a" * 300 + "]"], ["study.layouts", "300 signs"]),
    (["study.layouts=[base,text.gpkg]"], ["text.gpkg", "layer"]),
    (["study.layouts=[base,gone.gpkg]"], ["gone.gpkg", "not there"]),
    (["study.layouts=[base,'text.gpkg:../x']"], ["text.gpkg:../x", "path"]),
    (["study.layouts=[base,'\x1b[31m']"], ["study.layouts", "U+001B"]),
    (["study.name=\udcff"], ["study.name", "U+DCFF"]),
    (["study.name=a/b"], ["study.name", "a/b", "path"]),
    (["study.name=.."], ["study.name", "'..'", "path"]),
    (["study.name=."], ["study.name", "'.'", "path"]),
    (["study.name='a\\b'"], ["study.name", "path"]),
    (["study.name="], ["study.name", "empty"]),
    (["study.name=' '"], ["study.name", "empty"]),
    (["study.name=" + "a" * 300], ["study.name", "300 signs"]),
    (["study.name='a:b'"], ["study.name", "a:b"]),
    (["study.name=con"], ["study.name", "con"]),
    (["study.name=null"], ["study.name", "null"]),
    (["study.name=a\tb"], ["study.name", "cannot be seen"]),
    (["study.seeds=0"], ["study.seeds", "1 or more"]),
    (["study.seeds=-1"], ["study.seeds", "-1"]),
    (["study.seeds=ten"], ["study.seeds", "'ten'"]),
    (["study.overwrite=perhaps"], ["study.overwrite", "'perhaps'", "true or false"]),
    (["study.keep=all"], ["study.keep", "all"]),
    (["place.gates=shut"], ["place.gates", "shut", "all, few, one, open"]),
    (["place.grown.block_m=[500,300]"], ["place.grown.block_m", "500"]),
    (["place.grown.block_m=300"], ["place.grown.block_m", "300", "list"]),
    (["place.grown.block_m.5=300"], ["place.grown.block_m", "no row 5"]),
    (["place.zones=[a,a]"], ["place.zones", "a is named twice"]),
    (["place.zones=[a,A]"], ["place.zones", "capitals"]),
    (["place.zones=[]"], ["place.zones", "empty"]),
    (["place.zones=['',b]"], ["place.zones", "empty"]),
    (["place.zones=[../a]"], ["place.zones", "../a"]),
    (["place.communities.elsewhere=a/b"], ["place.communities.elsewhere", "a/b"]),
    (["place.name=${oc.env:HOME}"], ["place.name", "${oc.env:HOME}", "not read"]),
    (["place.name=${people.residents}"], ["place.name", "not read"]),
    (["place.zones=['${oc.env:HOME}']"], ["place.zones", "${oc.env:HOME}"]),
    (["place=osm"], ["place.streets", "OpenStreetMap"]),
    (["place=osm", "place.streets=nowhere.osm"], ["nowhere.osm"]),
    (["place=osm", "place.streets=empty.osm"], ["empty.osm", "no walkable way"]),
    (["place=osm", "place.streets=text.osm.pbf"], ["text.osm.pbf", "OpenStreetMap"]),
    (["report.language=fr"], ["report.language", "fr", "en, zh"]),
    (["report.dpi=1e6"], ["report.dpi"]),
    (["results=null"], ["results", "null"]),
    (["layout.spread=5"], ["layout.spread", "list"]),
    (["formats.kiosk.cost_yuan=-5"], ["formats.kiosk.cost_yuan", "-5"]),
    (["formats.kiosc.size=2"], ["did you mean formats.kiosk"]),
]
FOLDERS: list[Case] = [
    (["--config-dir", "nowhere"], ["--config-dir", "nowhere"]),
    (["--config-dir"], ["--config-dir", "path of a folder"]),
    (["--config-dir="], ["--config-dir", "path of a folder"]),
    (["--config-dir", "study.name=a"], ["--config-dir", "study.name=a"]),
    (["--config-dir", "kiosk8.yaml"], ["--config-dir", "kiosk8.yaml", "not a folder"]),
    (["--config-dir", "void"], ["--config-dir", "void", "no config"]),
    (["--config-dir", "own", "people=wrong"], ["wrong.yaml: residents", "'six'"]),
    (["--config-dir", "own", "people=typo"], ["typo.yaml: resident", "did you mean residents"]),
    (["--config-dir", "own", "people=env"], ["env.yaml", "${oc.env:HOME}"]),
    (["--config-dir", "own", "people=interpolated"], ["interpolated.yaml", "${place.grown.residents}"]),
    (["--config-dir", "own", "people=gone"], ["nationl"]),
    (["--config-dir", "own", "people=ring"], ["defaults", "itself"]),
    (["--config-dir", "own", "people=latin"], ["latin.yaml", "UTF-8"]),
    (["--config-dir", "own", "people=broken"], ["broken.yaml", "line"]),
    (["--config-dir", "own", "people=word"], ["word.yaml", "mapping"]),
    (["--config-dir", "own", "people=youngless"], ["people.speed_m_s", "key 0"]),
    (["--config-dir", "own", "people=nationl"], ["people=nationl", "did you mean national"]),
    (["--config-dir", "own", "day=wrong"], ["wrong.yaml: retries", "2.5"]),
    (["--config-dir", "own", "study.layouts=[base,kiosk8]"], ["kiosk8.yaml", "own/layout/kiosk8.yaml", "path"]),
]

READER_FILES: dict[str, str | bytes] = {
    "streets.geojson": '{"type": "FeatureCollection", "features": [' + ", ".join(
        '{"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": '
        f"[[116.3{i}, 39.9], [116.3{i}, 39.91], [116.3{i + 1}, 39.91]]}}}}"
        for i in range(3)
    ) + "]}",
    "empty.csv": "",
    "one_column.csv": "name\nA\n",
    "header.csv": "name,lon,lat,category\n",
    "nul.csv": b"name,lon,lat\n\x00\x00\n",
    "people_bad.csv": "lon,lat,people\n116.301,39.9,-300\n116.302,39.9,三百\n",
    "people_nan.csv": "lon,lat,people\n116.301,39.9,nan\n116.302,39.9,inf\n",
    "table.xlsx": b"PK\x03\x04 a workbook",
    "folder.csv/keep.txt": "",
}  # fmt: skip
ON_STREETS = ["place=files", "place.streets=streets.geojson"]
# Sizes and files of planners: mended in other rooms.
READERS: list[Case] = [
    *(
        ([*ON_STREETS, f"{key}={file}"], [file])
        for key in ("place.population.file", "place.homes.file", "place.outlets.file", "place.communities.file",
                    "people.census.file")
        for file in ("empty.csv", "one_column.csv", "header.csv", "nul.csv", "table.xlsx", "folder.csv", "gone.csv")
    ),
    (
        [*ON_STREETS, "place.population.file=people_bad.csv", "place.population.total=people"],
        ["people_bad.csv", "-300"],
    ),
    ([*ON_STREETS, "place.population.file=people_nan.csv", "place.population.total=people"], ["people_nan.csv", "nan"]),
    (["place.seed=-1"], ["place.seed", "-1"]),
    (["study.first_seed=999999999999"], ["study.first_seed"]),
    (["formats.kiosk.pools.staff.servers=999999999999"], ["servers"]),
    (["formats.kiosk.per_20600=999999999999"], ["per_20600"]),
]  # fmt: skip


def write(files: Mapping[str, str | bytes]) -> None:
    """Files below the current folder."""
    for name, content in files.items():
        file = Path(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)


def refused(asked: list[str], words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """One message that holds these words, status 2, nothing written."""
    assert main(["inspect", *SMALL, *asked]) == 2
    told = capsys.readouterr()
    lines = [line for line in told.err.replace("\r", "\n").splitlines() if line.strip()]
    message = lines[-1]
    assert message.startswith("lifecircle: ")
    assert "Traceback" not in told.err
    assert "ANTLR" not in told.err
    assert "Lexer" not in told.err
    assert not any(sign < " " for sign in message)
    for word in words:
        assert word in message, (word, message)
    assert len(message) < 700, message
    assert not Path("results").exists()
    assert told.out == ""


def name_of(case: Case) -> str:
    return " ".join(case[0])[:60].encode("unicode_escape").decode()


@pytest.mark.parametrize("case", [*WORDS, *FOLDERS], ids=name_of)
def test_words_and_folders(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(FILES)
    refused(*case, capsys)


@pytest.mark.parametrize("case", LAYOUTS, ids=lambda case: case[0])
def test_layouts(
    case: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write({f"{name}.yaml": text for name, text in EDITS.items()})
    refused([f"study.layouts=[{case[0]}]"], case[1], capsys)


@pytest.mark.parametrize("case", READERS, ids=name_of)
def test_sizes_and_files_of_planners(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(READER_FILES)
    refused(*case, capsys)
