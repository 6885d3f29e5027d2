"""The one error that is meant for the person at the keyboard."""

from __future__ import annotations


class InputError(ValueError):
    """What a user gave cannot be used: the key or file, the value, and what would be accepted.

    The command prints it as one message and ends with status 2.
    """
