"""Lines about fields, one of each in a docstring, become a list on the site (an extension of Griffe)."""

from __future__ import annotations

import re
from typing import Any

import griffe

# A line that begins with names in backticks, at the beginning of a paragraph or after the end of a sentence.
FIELD = re.compile(r"(?:(?<=\.)\n|(?<=\n)\n)(?=`\w+`(?:, `\w+`)*:? )")


class FieldLists(griffe.Extension):
    """Sets lines about fields apart, which Markdown would run together."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Change the docstring of whatever has one."""
        if obj.docstring:
            obj.docstring.value = FIELD.sub("\n\n- ", obj.docstring.value)
