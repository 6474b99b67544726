"""``voxspec diff`` and ``voxspec changelog``: everything that differs, and what it breaks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.breaking.made_up import CONVERSATION, REQUIRED
from tests.breaking.projects import LOOSER, NOTE, SHORTER, Project, project
from voxspec.breaking.differences import Difference, differences
from voxspec.breaking.differences.marked import marked
from voxspec.breaking.differences.outline import outline
from voxspec.breaking.verdict import Change
from voxspec.cli.main import main
from voxspec.model import CloseCode, Field, Limit, Message, Protocol
from voxspec.model.session import StandIn
from voxspec.pipeline import load_protocol

ROOT = Path(__file__).parents[2]
OURS = ROOT / "schema" / "v1"
GRAPHQL = ROOT / "examples" / "protocols" / "graphql-transport-ws" / "schema"

OTHER_WORDS = "client/talk.yaml", "description: What is said.", "description: The words."
NEW_MESSAGE = (
    "server/talk.yaml",
    "  pong:\n",
    """\
  left:
    summary: Somebody left
    description: They are gone.
    seq: required
    payload: false
    examples:
      - {summary: Gone}
  pong:
""",
)


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    return project(tmp_path)


def run(command: str, *arguments: str) -> int:
    return main([command, "--schema", "schema", "--against", "main", *arguments])


def test_everything_that_differs(ours: Project, capsys: pytest.CaptureFixture[str]) -> None:
    ours.edit(SHORTER, LOOSER, NOTE, OTHER_WORDS, NEW_MESSAGE)
    assert run("diff") == 1
    assert capsys.readouterr().out == (
        "client/join\n"
        "  ~ nickname: required → optional  [SERVER, SOURCE: FIELD_REQUIRED_TO_OPTIONAL]\n"
        "client/say\n"
        "  ~ text/maxLength: 500 → 5  [CLIENT: CONSTRAINT_TIGHTENED]\n"
        "  ~ text/description: What is said. → The words.\n"
        "  + to (string)\n"
        "server/left\n"
        "  + (Somebody left)\n"
        "schema against main:schema: 5 differences, 2 breaks\n"
    )


def test_nothing_differs(ours: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("diff") == 0
    assert capsys.readouterr().out == "schema says the same as main:schema\n"
    assert run("changelog") == 0
    assert capsys.readouterr().out == (
        "# My chat protocol: changes since `main:schema`\n\nNothing has changed.\n"
    )


def test_differences_for_programs(ours: Project, capsys: pytest.CaptureFixture[str]) -> None:
    ours.edit(SHORTER, OTHER_WORDS)
    assert run("diff", "--format", "json") == 1
    report = json.loads(capsys.readouterr().out)
    assert report == {
        "version": 1,
        "old": "main:schema",
        "new": "schema",
        "differences": [
            {
                "kind": "changed",
                "subject": "client/say/text",
                "fact": "maxLength",
                "was": "500",
                "now": "5",
                "message": 'the maxLength of "text" of the payload of "say" of the client allows less: '
                "5 and not 500",
                "categories": ["CLIENT"],
                "rules": ["CONSTRAINT_TIGHTENED"],
                "fingerprints": ["b78b6793bc4577dc"],
            },
            {
                "kind": "changed",
                "subject": "client/say/text",
                "fact": "description",
                "was": "What is said.",
                "now": "The words.",
                "message": "",
                "categories": [],
                "rules": [],
                "fingerprints": [],
            },
        ],
    }


def test_a_changelog(ours: Project) -> None:
    ours.edit(SHORTER, NOTE, OTHER_WORDS, NEW_MESSAGE)
    assert run("changelog", "--output", "new.md") == 0
    assert Path("new.md").read_text("utf-8") == (
        """\
# My chat protocol: changes since `main:schema`

## Breaking

- `client/say/text/maxLength`: the maxLength of "text" of the payload of "say" of the client allows less: 5 and not 500
  - **old clients with a new server break**: new servers refuse what old clients send: "text" must have at most 5 characters; got 6

## Added

- client message `say`
  - `to`: string
- server message `left`: Somebody left

## Said otherwise

Descriptions, notes or examples: client message `say`.
"""
    )


@pytest.mark.parametrize("command", ["diff", "changelog"])
def test_what_is_read_is_not_written_to(
    command: str, ours: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    ours.edit(SHORTER)
    before = (ours.schema / "types.yaml").read_bytes()
    assert run(command, "-o", "schema/types.yaml") == 2
    assert capsys.readouterr() == (
        "",
        f"voxspec {command}: schema/types.yaml is what is read; write to another file\n",
    )
    assert (ours.schema / "types.yaml").read_bytes() == before


RENAMED = (
    ("client/talk.yaml", "  join:\n", "  enter:\n"),
    ("session.yaml", "client/join", "client/enter"),
    ("client/talk.yaml", "required: [token, nickname]", "required: [token, nick_name]"),
    ("client/talk.yaml", "        nickname: {$ref", "        nick_name: {$ref"),
    ("client/talk.yaml", "nickname: Ada", "nick_name: Ada"),
)


def test_what_is_renamed_neither_came_nor_went(
    ours: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    ours.edit(*RENAMED)
    assert run("diff") == 1
    out = capsys.readouterr().out
    assert out == (
        "client/enter\n"
        "  ~ renamed, was join  [CLIENT, SERVER, SOURCE: MESSAGE_SAME_NAME]\n"
        "  ~ nick_name renamed, was nickname  [CLIENT, SERVER, SOURCE: FIELD_SAME_NAME]\n"
        "schema against main:schema: 2 differences, 2 breaks\n"
    )
    assert run("changelog") == 0
    out = capsys.readouterr().out
    assert "\n## Added\n" not in out
    assert "\n## Removed\n" not in out
    assert "\n## Renamed\n" not in out
    assert '- `client/enter`: the message "join" of the client is called "enter" now\n' in out
    assert '"nickname" of the payload of "enter" of the client is called "nick_name" now\n' in out


def test_a_renamed_type_neither_came_nor_went(
    ours: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    ours.edit(("types.yaml", "  nickname:\n", "  nick_name:\n"))
    for side, count in (("client", 1), ("server", 1)):
        path = ours.schema / side / "talk.yaml"
        text = path.read_text("utf-8")
        assert text.count("$ref: nickname") == count
        path.write_text(text.replace("$ref: nickname", "$ref: nick_name"), "utf-8")
    assert run("diff") == 1
    out = capsys.readouterr().out
    assert out.startswith("types/nick_name\n  ~ renamed, was nickname")
    assert not any(line.lstrip().startswith(("+", "-")) for line in out.splitlines())


def test_what_went_is_said_once(ours: Project, capsys: pytest.CaptureFixture[str]) -> None:
    ours.edit(NEW_MESSAGE)
    ours.commit("One more")
    ours.edit((NEW_MESSAGE[0], NEW_MESSAGE[2], NEW_MESSAGE[1]))
    assert run("changelog") == 0
    out = capsys.readouterr().out
    assert '- `server/left`: there is no message "left" of the server any more\n' in out
    assert "\n## Removed\n" not in out


@pytest.mark.parametrize("command", ["diff", "changelog"])
def test_nothing_to_compare_with(
    ours: Project, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command, "--schema", "schema", "--against", "nowhere"]) == 2
    assert capsys.readouterr().err.startswith(
        f"voxspec {command}: nowhere is no folder with a proto"
    )


# --- Completeness -------------------------------------------------------------------------------


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every plain value in a model, with the way to it."""
    if "session" in path and isinstance(value, Message | Field | Limit | CloseCode | StandIn):
        return  # only referred to: it is compared where it is defined
    if is_dataclass(value):
        for field in fields(value):
            if field.name not in WORKED_OUT:
                yield from leaves(getattr(value, field.name), (*path, field.name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    elif isinstance(value, str | int | float | bool):
        yield path, value


def with_leaf(value: Any, path: tuple[Any, ...], leaf: Any) -> Any:
    """The model with another plain value at a place."""
    if not path:
        return leaf
    first, *others = path
    if isinstance(first, int):
        inner = with_leaf(value[first], tuple(others), leaf)
        return (*value[:first], inner, *value[first + 1 :])
    return replace(value, **{first: with_leaf(getattr(value, first), tuple(others), leaf)})


WORKED_OUT = {"folder", "seconds", "is_stated"}
"""What says nothing of its own."""


@pytest.mark.parametrize("folder", [OURS, GRAPHQL], ids=["ours", "graphql"])
def test_no_value_of_a_model_changes_unseen(folder: Path) -> None:
    protocol = load_protocol(folder)
    assert differences(protocol, protocol) == []
    named = protocol.session.limits  # compared where the numbers are
    own = tuple(limit for limit in protocol.limits if limit not in named)
    protocol = replace(protocol, limits=own)
    whole = outline(protocol)
    seen = set()
    for path, value in leaves(protocol):
        kind = tuple(step for step in path if isinstance(step, str))
        if kind in seen:
            continue
        seen.add(kind)
        other = (
            f"{value}x"
            if isinstance(value, str)
            else not value
            if value in (True, False)
            else value + 1
        )
        changed: Protocol = with_leaf(protocol, path, other)
        assert outline(changed) != whole, path
    assert len(seen) > 100


def test_both_ways() -> None:
    one, other = load_protocol(OURS), load_protocol(GRAPHQL)
    mirrored = {"added": "removed", "removed": "added", "changed": "changed"}
    there = {
        Difference(mirrored[d.kind], d.subject, d.fact, d.now, d.was)  # type: ignore[arg-type]
        for d in differences(one, other)
    }
    assert there == set(differences(other, one))


def test_what_is_said_for_people_breaks_nothing() -> None:
    words = Difference("changed", "client/typing/feed_id", "description", "A.", "B.")
    found = marked([words, replace(words, fact="type")], [REQUIRED])
    assert [(one.difference, one.changes) for one in found] == [
        (words, ()),
        (replace(words, fact="type"), (REQUIRED,)),
    ]


def test_a_part_of_a_conversation_is_what_a_change_of_it_is_about() -> None:
    inner = Difference("changed", f"{CONVERSATION.subject}/after", "state", "open", "closed")
    for change, changes in ((CONVERSATION, (CONVERSATION,)), (of_frames(CONVERSATION), ())):
        [one, *_] = marked([inner], [change])
        assert (one.difference, one.changes) == (inner, changes)


def of_frames(change: Change) -> Change:
    """The same, as if it were about single frames."""
    return replace(change, session=False)
