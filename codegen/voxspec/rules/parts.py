"""Shorthands for the parts of files that examples of rules are made of."""

from __future__ import annotations

from textwrap import dedent

from voxspec.rules.rule import Part


def part(file: str, text: str) -> Part:
    """What stands in a file besides what does so in every example."""
    return Part(file, dedent(text).strip("\n"))


def types(text: str) -> Part:
    """Part of types.yaml."""
    return part("types.yaml", text)


def server(text: str) -> Part:
    """Part of the file of server messages."""
    return part("server/talk.yaml", text)


def client(text: str) -> Part:
    """Part of the file of client messages."""
    return part("client/talk.yaml", text)


def session(text: str) -> Part:
    """Part of session.yaml."""
    return part("session.yaml", text)


def protocol(text: str) -> Part:
    """Part of protocol.yaml."""
    return part("protocol.yaml", text)


def said(fields: str, file: str = "server/talk.yaml") -> Part:
    """Keys of the payload of the message "said", or in the client's file "say", a line each."""
    name = "say" if file.startswith("client") else "said"
    lines = (f"        {line}" for line in dedent(fields).strip("\n").split("\n"))
    head = f"messages:\n  {name}:\n    payload:\n      properties:"
    return Part(file, "\n".join((head, *lines)))
