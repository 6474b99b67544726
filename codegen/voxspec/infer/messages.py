"""What messages of a draft are called, and in which files they stand."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from voxspec.infer.words import snake
from voxspec.model import naming

_FEW: Final = 12
"""Messages of a direction that stand in one file."""

_AN_AREA: Final = 3
"""Messages with the same first word that get a file of their own."""


class MessageNames:
    """Names of messages, no two of a direction the same."""

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self.classes: set[str] = set()
        """The classes of all messages and frames."""
        self._names: dict[tuple[str, str | int], str] = {}
        for direction in ("client", "server"):
            taken: set[str] = set()
            for message in messages:
                if message["direction"] == direction:
                    name = self._free(naming.message(message["type"]), taken)
                    self._names[direction, message["type"]] = name
                    taken |= _classes(name)
            self.classes |= taken

    def of(self, message: dict[str, Any]) -> str:
        """The name of a message."""
        return self._names[message["direction"], message["type"]]

    def entry(self, message: dict[str, Any]) -> dict[str, str]:
        """How a message's entry begins: with a name, where its type gives none or a taken one."""
        name = self.of(message)
        return {} if name == naming.message(message["type"]) else {"x-name": name}

    @staticmethod
    def _free(name: str, taken: set[str]) -> str:
        chosen, number = name, 2
        while _classes(chosen) & taken:
            chosen, number = f"{name}_{number}", number + 1
        return chosen


def _classes(name: str) -> set[str]:
    return {naming.class_name(name), naming.frame_name(name)}


def areas(messages: list[tuple[int, dict[str, Any]]], names: MessageNames) -> dict[str, list[int]]:
    """The indices of messages by the name of their file: by the first word where there are many."""
    words = Counter(_first(names.of(message)) for _, message in messages)
    files: dict[str, list[int]] = {}
    for index, message in messages:
        word = _first(names.of(message))
        is_own = len(messages) > _FEW and words[word] >= _AN_AREA
        files.setdefault(word if is_own else "messages", []).append(index)
    return dict(sorted(files.items()))


def _first(name: str) -> str:
    return snake(name).partition("_")[0]
