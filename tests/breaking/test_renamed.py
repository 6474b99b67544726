"""Messages that are called otherwise, come or go: what those do who do not know them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.breaking.judged import judge_types
from voxspec.breaking.compare import compare
from voxspec.breaking.references.folder import of_folder
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Category, Change, ConversationProof, FrameProof, Verdict, Who
from voxspec.starter import files

Edit = tuple[str, str, str]
Told = tuple[Who, Verdict, str, list[str]]

OLD, NEW = Who.OLD_CLIENTS, Who.NEW_CLIENTS
BREAKS, LOSES = Verdict.BREAKS, Verdict.LOSES

REFUSING: Edit = (
    "session.yaml",
    "    unknown_type: ignored\n",
    "    unknown_type: {close: 4000}\n",
)
"""Whoever gets a message of an unknown type closes."""

NOTICE: Edit = (
    "server/talk.yaml",
    "  pong:\n",
    """\
  notice:
    summary: A word
    description: For all.
    seq: required
    payload: false
    examples:
      - {summary: The only form}
  pong:
""",
)
WAVE: Edit = ("client/talk.yaml", "  ping:\n", NOTICE[2].replace("notice", "wave").replace("seq: required", "seq: never").replace("pong", "ping"))  # fmt: skip


WORDS: Edit = ("server/talk.yaml", "summary: Somebody said something", "summary: A speech")
"""Something else is said of a message."""


def revised(folder: Path, *edits: Edit) -> Revision:
    """The protocol that ``voxspec init`` begins with, with edits of all that stands there."""
    for name, text in files("my-chat").items():
        if name.startswith("schema/"):
            path = folder / name
            for file, before, after in edits:
                text = text.replace(before, after) if name == f"schema/{file}" else text
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return of_folder(folder / "schema", folder.name)


def renamed(side: str, old: str, new: str) -> tuple[Edit, ...]:
    """A message has another name, wherever it is named."""
    return (
        (f"{side}/talk.yaml", f"\n  {old}:\n", f"\n  {new}:\n"),
        ("session.yaml", f"{side}/{old}", f"{side}/{new}"),
    )


def changed(folder: Path, *edits: Edit, both: tuple[Edit, ...] = ()) -> dict[str, Change]:
    """What differs, by its rule."""
    old, new = revised(folder / "old", *both), revised(folder / "new", *both, *edits)
    changes = compare(old, new)
    judge_types(old, new, changes)
    found = {change.rule: change for change in changes if "VERSION" not in change.rule}
    assert len(found) == len(changes) - ("VERSION_BUMPED_ON_BREAK" in {c.rule for c in changes})
    return found


def told(change: Change) -> list[Told]:
    """Whom it hurts, how, and by what conversation or frame."""
    return [
        (effect.who, effect.verdict, effect.what, _shown(effect.proof))
        for effect in change.effects
        if effect.who is not Who.SOURCE
    ]


def _shown(proof: object) -> list[str]:
    if isinstance(proof, ConversationProof):
        return [step.said for step in proof.steps]
    return [str(proof.frame["type"])] if isinstance(proof, FrameProof) and isinstance(proof.frame, dict) else []  # fmt: skip


def test_far_names_for_what_is_described_alike(tmp_path: Path) -> None:
    """A message that looks the same and is the same to people has only another name."""
    found = changed(tmp_path, *renamed("server", "said", "spoken"))
    assert [*found] == ["MESSAGE_SAME_NAME"]


def test_one_of_two_that_are_described_alike(tmp_path: Path) -> None:
    """Which one has the new name, nobody can tell."""
    said = files("my-chat")["schema/server/talk.yaml"].split("  said:\n")[1]
    twin: Edit = ("server/talk.yaml", "  said:\n", f"  quip:\n{said}  said:\n")
    old, new = revised(tmp_path / "old", twin), revised(tmp_path / "new")
    renamed_ = revised(tmp_path / "other", *renamed("server", "said", "moo"))
    assert [*{change.rule for change in compare(old, new)}] == ["MESSAGE_NO_DELETE"]
    assert "MESSAGE_SAME_NAME" not in {change.rule for change in compare(old, renamed_)}


OPENS = "the connection opens"
IN = [OPENS, "welcome", "join", "joined"]

PARTS = {
    ("server", "joined", "established"): [
        (OLD, BREAKS, 'a new server may send "{new}" while "joining"; an old client closes with 4000 BAD_MESSAGE', [*IN[:3], "{new}"]),
        (NEW, BREAKS, 'an old server may send "joined" while "joining"; a new client closes with 4000 BAD_MESSAGE', IN),
    ],
    ("client", "join", "login"): [
        (OLD, BREAKS, 'an old client may send "join" while "greeted"; a new server closes with 4001 OUT_OF_TURN', IN[:3]),
        (NEW, BREAKS, 'a new client may send "{new}" while "greeted"; an old server closes with 4001 OUT_OF_TURN', [*IN[:2], "{new}"]),
    ],
    ("client", "ping", "heartbeat"): [
        (OLD, BREAKS, 'an old client sends "ping"; a new server does not take it for the heartbeat: a new server closes with 4003 SILENT after 60 seconds', [*IN, "30 seconds pass", "ping", "30 seconds pass without a heartbeat that it knows"]),
        (NEW, BREAKS, 'a new client sends "{new}"; an old server does not take it for the heartbeat: an old server closes with 4003 SILENT after 60 seconds', [*IN, "30 seconds pass", "{new}", "30 seconds pass without a heartbeat that it knows"]),
    ],
    ("server", "pong", "heartbeat_answer"): [
        (OLD, BREAKS, 'a new server sends "{new}"; an old client does not take it for the heartbeat answer: an old client closes with 4004 NO_ANSWER after 2 of them', [*IN, "30 seconds pass", "ping", "{new}", "30 seconds pass", "ping", "{new}", "30 seconds pass without an answer that it knows"]),
        (NEW, BREAKS, 'an old server sends "pong"; a new client does not take it for the heartbeat answer: a new client closes with 4004 NO_ANSWER after 2 of them', [*IN, "30 seconds pass", "ping", "pong", "30 seconds pass", "ping", "pong", "30 seconds pass without an answer that it knows"]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("near", [True, False], ids=["near", "far"])
@pytest.mark.parametrize("part", PARTS, ids=lambda part: part[2])
def test_who_plays_a_part_under_another_name(
    part: tuple[str, str, str], near: bool, tmp_path: Path
) -> None:
    """However near the names are: the other side does not know that somebody plays it."""
    side, old, _ = part
    new = f"{old}_2" if near else "quiver"
    found = changed(tmp_path, *renamed(side, old, new))
    assert found.keys() == {"MESSAGE_SAME_NAME"}
    expected = [
        (who, verdict, what.format(new=new), [step.format(new=new) for step in steps])
        for who, verdict, what, steps in PARTS[part]
    ]
    assert told(found["MESSAGE_SAME_NAME"]) == expected
    assert found["MESSAGE_SAME_NAME"].categories == {
        Category.CLIENT,
        Category.SERVER,
        Category.SOURCE,
    }


@pytest.mark.parametrize("new", ["said_2", "spoken"])
@pytest.mark.parametrize("both", [(), (REFUSING,)], ids=["ignored", "refused"])
def test_news_under_another_name(new: str, both: tuple[Edit, ...], tmp_path: Path) -> None:
    """Whoever gets it does what its own revision says of unknown types. Under a near name it is the same
    message that is not heard any more; under a far one, and with other words for it, it is another, which
    nobody misses yet."""
    far = [] if new == "said_2" else [WORDS]
    found = changed(tmp_path, *renamed("server", "said", new), *far, both=both)
    does = "close with 4000 BAD_MESSAGE for" if both else "ignore"
    is_near = new == "said_2"
    verdict = BREAKS if both or is_near else LOSES
    of_old = f'old clients {does} what new servers send: unknown server message "{new}"'
    of_new = f'new clients {does} what old servers send: unknown server message "said"'
    effects = [effect for change in found.values() for effect in told(change)]
    assert ((OLD, verdict, of_old, [new]) in effects) == (bool(both) or is_near)
    assert (NEW, verdict, of_new, ["said"]) in effects
    wire = {c for change in found.values() for c in change.categories} - {Category.SOURCE}
    assert wire - {Category.NOTE} == (
        {Category.CLIENT, Category.SERVER} if both or is_near else set()
    )


def test_the_receiver_alone_says_what_it_does(tmp_path: Path) -> None:
    """New clients close for what old servers send; old clients ignore what new servers send instead."""
    old = revised(tmp_path / "old")
    new = revised(tmp_path / "new", *renamed("server", "said", "said_2"), REFUSING)
    changes = compare(old, new)
    judge_types(old, new, changes)
    (change,) = (change for change in changes if change.rule == "MESSAGE_SAME_NAME")
    assert [(who, verdict) for who, verdict, _, _ in told(change)] == [
        (OLD, BREAKS),
        (NEW, BREAKS),
    ]
    does = [what.partition(" what ")[0] for _, _, what, _ in told(change)]
    assert does == ["old clients ignore", "new clients close with 4000 BAD_MESSAGE for"]


ADDED = {
    ("client", False): [(NEW, LOSES, 'old servers ignore what new clients send: unknown client message "wave"', ["wave"])],
    ("client", True): [(NEW, BREAKS, 'old servers close with 4000 BAD_MESSAGE for what new clients send: unknown client message "wave"', ["wave"])],
    ("server", False): [],
    ("server", True): [(OLD, BREAKS, 'old clients close with 4000 BAD_MESSAGE for what new servers send: unknown server message "notice"', ["notice"])],
}  # fmt: skip
REMOVED = {
    ("client", False): [(OLD, BREAKS, 'new servers ignore what old clients send: unknown client message "wave"', ["wave"])],
    ("client", True): [(OLD, BREAKS, 'new servers close with 4000 BAD_MESSAGE for what old clients send: unknown client message "wave"', ["wave"])],
    ("server", False): [
        (OLD, LOSES, "new servers do not send it, and old clients may wait for it", []),
        (NEW, LOSES, 'new clients ignore what old servers send: unknown server message "notice"', ["notice"]),
    ],
    ("server", True): [
        (OLD, LOSES, "new servers do not send it, and old clients may wait for it", []),
        (NEW, BREAKS, 'new clients close with 4000 BAD_MESSAGE for what old servers send: unknown server message "notice"', ["notice"]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("refuses", [False, True], ids=["ignored", "refused"])
@pytest.mark.parametrize("side", ["client", "server"])
def test_what_comes_and_goes(side: str, refuses: bool, tmp_path: Path) -> None:
    more = WAVE if side == "client" else NOTICE
    both = (REFUSING,) if refuses else ()
    found = changed(tmp_path / "there", more, both=both)
    assert found.keys() == {"MESSAGE_ADDED"}
    assert told(found["MESSAGE_ADDED"]) == ADDED[side, refuses]
    found = changed(tmp_path / "back", (more[0], more[2], more[1]), both=(*both, more))
    assert found.keys() == {"MESSAGE_NO_DELETE"}
    assert told(found["MESSAGE_NO_DELETE"]) == REMOVED[side, refuses]


def test_what_only_the_receiver_sends_is_judged_by_what_it_says_of_that(tmp_path: Path) -> None:
    wrong = (
        "session.yaml",
        "    unknown_type: ignored\n",
        "    unknown_type: ignored\n    wrong_direction: {close: 4001}\n",
    )
    pong = ("client/talk.yaml", WAVE[1], WAVE[2].replace("wave:", "pong:"))
    found = changed(tmp_path, pong, both=(wrong,))
    ((who, verdict, what, shown),) = told(found["MESSAGE_ADDED"])
    assert (who, verdict, shown) == (NEW, BREAKS, ["pong"])
    assert what.startswith("old servers close with 4001 OUT_OF_TURN for what new clients send: ")


def test_nothing_is_hidden_behind_a_rename(tmp_path: Path) -> None:
    """What else is another is told, with what it takes for granted."""
    sooner = ("session.yaml", "    value: 10\n    unit: s\n    limit", "    value: 5\n    unit: s\n    limit")  # fmt: skip
    silent = ("session.yaml", "heartbeat: stays, any: stays", "heartbeat: stays, client/say: stays")
    wave = ("session.yaml", "    client: {heartbeat: stays}\n", "    client: {heartbeat: stays, client/wave: stays}\n")  # fmt: skip
    rename = renamed("client", "join", "enter")
    found = changed(tmp_path, *rename, sooner, silent, wave, both=(WAVE,))
    assert found.keys() == {
        "MESSAGE_SAME_NAME",
        "SESSION_MOVE_ADDED",
        "SESSION_MOVE_NO_DELETE",
        "SESSION_TIMER_SAME",
    }
    ((who, verdict, what, steps),) = told(found["SESSION_MOVE_NO_DELETE"])
    assert (who, verdict) == (OLD, BREAKS)
    assert what == (
        'an old client may send "wave" while "talking"; a new server closes with 4001 OUT_OF_TURN, '
        'even where "join" and "enter" are understood as the same'
    )
    assert steps == [*IN, "wave"]
    assert "are understood as the same" not in told(found["SESSION_TIMER_SAME"])[0][2]


def test_what_a_protocol_cannot_do_is_not_said(tmp_path: Path) -> None:
    """A code that a client does not know, where there is nothing to resume."""
    new_code = (
        "close_codes.yaml",
        "close_codes:\n",
        "close_codes:\n  4050: {name: ELSEWHERE, recovery: identify, description: New.}\n",
    )
    found = changed(tmp_path, new_code, ("session.yaml", "token: {close: 4002}", "token: {close: 4050}"))  # fmt: skip
    said = [what for change in found.values() for _, _, what, _ in told(change)]
    assert "a new server closes with 4050 ELSEWHERE, which an old client does not know: it logs in again then, where it gives up otherwise" in said  # fmt: skip
    assert not any("resume" in what for what in said)
