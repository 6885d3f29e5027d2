"""Words: complete in both languages, with the same values, all of them used, and none asked for that is missing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import sim.report
from sim.measures import ALL, EQUITY, GOAL_AGES, MEASURES, NORMS
from sim.needs.catalogue import TIERS
from sim.people import Mobility
from sim.record import OUTCOMES, REASONS
from sim.record.outcomes import SPLIT, Outcome, Reason
from sim.record.tally import BY_SEX
from sim.report.words import Words, texts_of

ENGLISH, CHINESE = texts_of("en"), texts_of("zh")
HAN = re.compile(r"[\u4e00-\u9fff]")
REPORT = Path(sim.report.__file__).parent
CODE = [*REPORT.rglob("*.py"), REPORT.parent / "command.py"]
PAGES = list(REPORT.glob("*.html"))
CODES = (
    *OUTCOMES,
    *REASONS,
    *(f"{key}.means" for key in (*SPLIT, *OUTCOMES, *REASONS)),
    *GOAL_AGES,
    *SPLIT,
    *BY_SEX,
    *MEASURES,
    *EQUITY,
    *NORMS,
    *TIERS,
    *(mobility.name.lower() for mobility in Mobility),
)
# Names that the packaged configs give to their places and communities.
GIVEN = ("north", "middle", "south", "new_district", "old_town", "outskirts", "city")
# Values of an edit that have words of their own, by the name of the value.
VALUES = ("gates.few", "gates.one", "gates.open")
ASKS = {"words", "w", "_under"}  # what is called with a key
GIVES = {"_under": {"layout"}}  # what adds a value by itself


def strings(node: ast.AST) -> Iterator[str]:
    """The strings that a program holds, but for what stands alone, as docstrings do; made-up ones as patterns."""
    alone = {id(inner.value) for inner in ast.walk(node) if isinstance(inner, ast.Expr)}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and id(inner) not in alone:
            yield re.escape(inner.value)
        elif isinstance(inner, ast.JoinedStr):
            yield pattern_of(inner)


def pattern_of(made: ast.JoinedStr) -> str:
    """A made-up string as a pattern: anything stands where a value goes in."""
    return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in made.values)


def asked(node: ast.AST) -> Iterator[tuple[str, set[str]]]:
    """The keys, as patterns, that a program asks for words by, and the values that it gives them."""
    for call in ast.walk(node):
        if not isinstance(call, ast.Call) or ast.unparse(call.func).rpartition(".")[2] not in ASKS:
            continue
        given = {keyword.arg or "**" for keyword in call.keywords} or GIVES.get(ast.unparse(call.func), set())
        for argument in call.args:
            for choice in (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,):
                if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
                    yield re.escape(choice.value), given
                elif isinstance(choice, ast.JoinedStr):
                    yield pattern_of(choice), given


def calls_of_page(page: Path) -> Iterator[tuple[str, set[str]]]:
    """The same of the template of a page."""
    for key, more, values in re.findall(r'\bw\("([^"]+)"( ~)?([^()]*)', page.read_text(encoding="utf-8")):
        yield re.escape(key) + (".+" if more else ""), set(re.findall(r"(\w+)=", values))


TREES = [ast.parse(file.read_text(encoding="utf-8")) for file in CODE]
ASKED = [*(pair for tree in TREES for pair in asked(tree)), *(pair for page in PAGES for pair in calls_of_page(page))]


def fields_of(text: str) -> set[str]:
    """The values that a text wants."""
    return {field for _, field, *_ in Formatter().parse(text) if field}


@pytest.mark.parametrize("key", CODES)
def test_every_code_has_words(key: str) -> None:
    assert ENGLISH[key]
    assert CHINESE[key]
    assert HAN.search(CHINESE[key])


def test_outcomes_and_reasons_are_those_of_the_day() -> None:
    assert set(OUTCOMES) == {outcome.name.lower() for outcome in Outcome} - {"pending"}
    assert set(REASONS) == {reason.name.lower() for reason in Reason} - {"none"}


def test_both_languages_have_the_same_keys_in_one_order() -> None:
    assert list(ENGLISH) == list(CHINESE)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_key_stands_twice_and_every_text_is_text(language: str) -> None:
    lines = (REPORT / "words" / f"{language}.yaml").read_text(encoding="utf-8").splitlines()
    keys = [line.partition(":")[0] for line in lines if line and not line.startswith("#")]
    assert len(keys) == len(set(keys)) == len(texts_of(language))
    assert all(isinstance(text, str) and text for text in texts_of(language).values())


@pytest.mark.parametrize("key", ENGLISH)
def test_both_languages_take_the_same_values(key: str) -> None:
    assert fields_of(ENGLISH[key]) == fields_of(CHINESE[key])


def test_english_has_no_chinese_and_chinese_no_ascii_commas() -> None:
    for key in ENGLISH:
        assert not HAN.search(ENGLISH[key]), key
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]", CHINESE[key]), key


def test_every_key_is_used() -> None:
    found = {text for tree in TREES for text in strings(tree)} | {key for key, _ in ASKED} | {ALL}
    found |= {re.escape(text) for page in PAGES for text in re.findall(r'"(\w+)"', page.read_text(encoding="utf-8"))}
    used = re.compile("|".join(sorted(text for text in found if not text.startswith(".+"))))
    unused = [key for key in ENGLISH if key not in (*CODES, *GIVEN, *VALUES) and not used.fullmatch(key)]
    assert not unused


def test_every_key_that_is_asked_for_is_there_and_gets_its_values() -> None:
    assert len(ASKED) > 250
    for pattern, given in ASKED:
        found = [key for key in ENGLISH if re.fullmatch(pattern, key)]
        assert found, pattern
        if len(found) == 1 and "**" not in given:
            assert fields_of(ENGLISH[found[0]]) <= given, pattern


def test_an_unknown_key_and_a_missing_value_are_errors() -> None:
    with pytest.raises(KeyError, match=r"'nothing' is no key of en\.yaml"):
        Words("en")("nothing")
    with pytest.raises(KeyError, match=r"'points' of zh\.yaml needs a value for 'value'"):
        Words("zh")("points")
    assert Words("zh")("points", value="+1.0") == "+1.0个百分点"
    assert "points" in Words("en")
    assert Words("en").of("my own") == "my own"


def test_a_language_is_read_once() -> None:
    assert texts_of("en") is texts_of("en")
