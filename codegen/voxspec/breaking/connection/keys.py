"""Further keys of the envelope: what differs in one is said once, whatever messages have it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Change, worst

_FILE = "protocol.yaml"


def keys_told_once(changes: Sequence[Change], old: Revision, new: Revision) -> Iterator[Change]:
    """The changes, with those together that are of a key that the envelope has in another way."""
    others = _others(old, new)
    alike: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        alike.setdefault(_same(change, others), []).append(change)
    for same, found in alike.items():
        yield _of_envelope(same[0], found, old, new) if same[0] else found[0]


def _others(old: Revision, new: Revision) -> set[str]:
    """The keys that came, went or are others."""
    was, now = ({*revision.protocol.envelope.further} for revision in (old, new))
    return {further.field.name for further in was ^ now}


def _same(change: Change, others: set[str]) -> tuple[str, ...]:
    """What is the same in changes that are one: first the key with what is below it."""
    path = change.subject.split("/")
    if (
        len(path) > 3
        and path[0] in ("client", "server")
        and path[2] == "keys"
        and path[3] in others
    ):
        return "/".join(path[3:]), change.rule, change.was, change.now, change.exact
    return "", change.subject, change.fingerprint, str(id(change))


def _of_envelope(key: str, found: Sequence[Change], old: Revision, new: Revision) -> Change:
    name = key.split("/", maxsplit=1)[0]
    is_gone = all(further.field.name != name for further in new.protocol.envelope.further)
    message = found[0].message
    if is_gone and key == name:
        message = f'frames have no "{name}" any more'
    messages = ["/".join(change.subject.split("/")[:2]) for change in found]
    side, _, text = messages[0].partition("/")
    return replace(
        found[0],
        subject=f"envelope/keys/{key}",
        message=message.replace(f' of "{text}" of the {side}', ""),
        now="" if is_gone and key == name else found[0].now,
        where=(old if is_gone else new).place(_FILE, "envelope", "keys", name),
        effects=worst(*found),
        reaches=tuple(messages),
    )
