"""`voxwire diff`: what differs between two captures, and what is only not recorded in one of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graphql_transport_ws.v1.protocol import PROTOCOL as GRAPHQL
from tests.voxwire.commands import Command
from tests.voxwire.native import (
    EXAMPLES,
    START,
    binary,
    c2s,
    capture,
    close,
    header,
    leave,
    ready,
    s2c,
)
from voxwire.analysis.contents import Contents
from voxwire.analysis.difference import is_notable
from voxwire.cli import main
from voxwire.vox import VOX
from voxwire.wire.compression import Compressor

if TYPE_CHECKING:
    from collections.abc import Callable

    Differences = Callable[..., list[dict[str, Any]]]

BOT = EXAMPLES / "main-bot-plain.ndjson"
TOKEN = "vox_sess_" + "Az09" * 6


@pytest.fixture
def diff(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command("diff", capsys)


def files(tmp_path: Path, a: list[str], b: list[str]) -> tuple[Path, Path]:
    paths = tmp_path / "a.ndjson", tmp_path / "b.ndjson"
    for path, lines in zip(paths, (a, b), strict=True):
        path.write_bytes(capture(*lines))
    return paths


@pytest.fixture
def differences(diff: Command, tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    def run(a: list[str], b: list[str], *options: object, **where: str) -> list[dict[str, Any]]:
        ran = diff("--format", "json", *options, *files(tmp_path, a, b))
        assert ran.status in (0, 1)
        assert ran.err == ""
        assert ran.json["same"] is (ran.status == 0)
        found: list[dict[str, Any]] = ran.json["differences"]
        return [
            {key: value for key, value in one.items() if value and key not in where}
            for one in found
            if where.items() <= one.items()
        ]

    return run


def hello(interval: object = 45000) -> str:
    return s2c({"type": "hello", "d": {"heartbeat_interval": interval}})


def presence(**payload: object) -> str:
    return c2s({"type": "presence_update", "d": payload})


def at(seconds: float) -> dict[str, float]:
    return {"ts": START + seconds}


# --- Messages ---------------------------------------------------------------------------------


def test_a_capture_does_not_differ_from_itself(diff: Command) -> None:
    line = f"{BOT}: 1 connection, 686 frames\n"
    assert diff(BOT, BOT) == (0, f"A  {line}B  {line}\nnothing differs\n", "")


def test_messages_that_only_one_has(differences: Differences) -> None:
    new = s2c({"type": "brand_new", "d": {}, "seq": 3}, **at(60))
    a = [header(), leave(2, **at(60))]
    assert differences(a, [header(), new], group="messages") == [
        {
            "message": "s2c brand_new",
            "what": "frames",
            "a": {"count": 0, "per_minute": 0.0, "per_connection": 0.0},
            "b": {"count": 1, "per_minute": 1.0, "per_connection": 1.0},
        },
        {
            "message": "s2c member_leave",
            "what": "frames",
            "a": {"count": 1, "per_minute": 1.0, "per_connection": 1.0},
            "b": {"count": 0, "per_minute": 0.0, "per_connection": 0.0},
        },
    ]


def leaves(count: int, seconds: float) -> list[str]:
    ends = [leave(number, **at(seconds)) for number in range(2, 2 + count)]
    return [header(), *ends]


def test_a_rate_differs_by_more_than_a_factor(differences: Differences) -> None:
    (found,) = differences(leaves(1, 60), leaves(3, 60), group="messages")
    assert found["a"] == {"count": 1, "per_minute": 1.0, "per_connection": 1.0}
    assert found["b"] == {"count": 3, "per_minute": 3.0, "per_connection": 3.0}
    assert differences(leaves(1, 60), leaves(2, 60), group="messages") == []
    assert differences(leaves(1, 60), leaves(3, 60), "--factor", 3, group="messages") == []


def test_a_longer_capture_has_more_but_not_more_often(differences: Differences) -> None:
    assert differences(leaves(1, 60), leaves(9, 540), group="messages") == []


def test_more_connections_have_more_but_not_in_each(differences: Differences) -> None:
    three = [line for _ in range(3) for line in leaves(1, 20)]
    assert differences(leaves(1, 60), three, group="messages") == []


@pytest.mark.parametrize(
    ("a", "b", "factor", "expected"),
    [
        (0, 0, 2, False),
        (0, 0.1, 100, True),
        (1, 2, 2, False),
        (2.1, 1, 2, True),
        (1, 2.1, 2, True),
        (1, 1, 1, False),
    ],
)
def test_what_is_notable(a: float, b: float, factor: float, expected: bool) -> None:
    assert is_notable(a, b, factor) is expected


# --- What is in them --------------------------------------------------------------------------


def contents(differences: Any, a: list[str], b: list[str], *options: object) -> Any:
    found = differences([header(), *a], [header(), *b], *options, group="contents")
    assert all(one.pop("message") == "c2s presence_update" for one in found)
    return [(one["place"], one["what"], one.get("a", []), one.get("b", [])) for one in found]


def test_keys_that_only_one_has(differences: Differences) -> None:
    a = [presence(status="idle", custom_status="x"), presence(status="idle")]
    b = [presence(status="idle", **{"n/e~w": 1})]
    assert contents(differences, a, b) == [
        ("/d/custom_status", "key", {"count": 1, "of": 2}, {"count": 0, "of": 1}),
        ("/d/n~1e~0w", "key", {"count": 0, "of": 2}, {"count": 1, "of": 1}),
    ]


def test_keys_that_are_always_there_in_one(differences: Differences) -> None:
    both = presence(status="idle", custom_status="x")
    assert contents(differences, [both, both], [both, presence(status="idle")]) == [
        ("/d/custom_status", "always there", {"count": 2, "of": 2}, {"count": 1, "of": 2})
    ]


def test_json_types_that_differ(differences: Differences) -> None:
    a = [presence(status="idle", custom_status="x"), presence(status="idle", custom_status=None)]
    b = [presence(status="idle", custom_status=5)]
    assert contents(differences, a, b) == [
        ("/d/custom_status", "JSON types", ["null", "string"], ["integer"])
    ]


def test_values_of_enums_that_only_one_has(differences: Differences) -> None:
    a = [presence(status="idle"), presence(status="online"), presence(status=TOKEN)]
    b = [presence(status="idle"), presence(status="dnd")]
    assert contents(differences, a, b) == [
        ("/d/status", "values", ["online", "vox_sess_***"], ["dnd"])
    ]


def test_items_of_arrays_share_a_place(differences: Differences) -> None:
    def identify(*capabilities: object) -> list[str]:
        payload = {"token": TOKEN, "protocol_version": 1, "capabilities": capabilities}
        return [header(), c2s({"type": "identify", "d": payload})]

    assert differences(identify("voice", 1), identify("video"), group="contents") == [
        {
            "message": "c2s identify",
            "place": "/d/capabilities/*",
            "what": "JSON types",
            "a": ["integer", "string"],
            "b": ["string"],
        },
        {
            "message": "c2s identify",
            "place": "/d/capabilities/*",
            "what": "values",
            "a": ["voice"],
            "b": ["video"],
        },
    ]


def test_so_many_are_needed(differences: Differences) -> None:
    a, b = [presence(status="idle")] * 2, [presence(status="dnd", custom_status=None)] * 3
    assert len(contents(differences, a, b)) == 2
    assert len(contents(differences, a, b, "--at-least", 2)) == 2
    assert contents(differences, a, b, "--at-least", 3) == []


def test_null_in_one(differences: Differences) -> None:
    def ended(*payload: object) -> list[str]:
        start = c2s(
            {"type": "subscribe", "id": "1", "payload": {"query": "{a}", "operationName": None}}
        )
        return [
            header(url="ws://host/graphql"),
            start,
            s2c({"type": "next", "id": "1", "payload": payload[0]}),
        ]

    found = differences(
        ended({"data": {"free": 1}}),
        ended({"data": None}),
        "--protocol",
        GRAPHQL.package,
        group="contents",
    )
    assert found == [
        {
            "message": "s2c next",
            "place": "/payload/data",
            "what": "JSON types",
            "a": ["object"],
            "b": ["null"],
        }
    ]


def test_records_of_a_union_are_told_apart(differences: Differences) -> None:
    def created(*payloads: dict[str, object]) -> list[str]:
        return [
            header(),
            *(s2c({"type": "interaction_create", "d": one, "seq": 2}) for one in payloads),
        ]

    a = created({"type": "slash_command", "id": 1}, {"type": "button", "x": 1})
    b = created({"type": "slash_command", "x": 1}, {"type": "new"})
    found = differences(a, b, group="contents", message="s2c interaction_create")
    assert [(one["place"], one["what"], one.get("a", []), one.get("b", [])) for one in found] == [
        ("/d/type", "values", ["button"], ["new"]),
        ("/d[type=slash_command]/id", "key", {"count": 1, "of": 1}, {"count": 0, "of": 1}),
        ("/d[type=slash_command]/x", "key", {"count": 0, "of": 1}, {"count": 1, "of": 1}),
    ]


def test_memory_is_bounded() -> None:
    contents = Contents(VOX, most_places=100)
    for number in range(1000):
        contents.see("s2c", f"t{number}", f"t{number}", {"a": number})
    assert contents.is_cut
    assert sum(contents.of("s2c", f"t{number}").count for number in range(1000)) == 50
    many = Contents(VOX)
    many.see("s2c", "t", "t", {"d": {f"k{number}": number for number in range(1000)}})
    place = many.of("s2c", "t").keys["d"]
    assert (len(place.keys), place.is_cut) == (50, True)
    for number in range(1000):
        many.see("c2s", "presence_update", "p", {"d": {"status": f"s{number}"}})
    status = many.of("c2s", "p").keys["d"].keys["status"]
    assert (len(status.values), status.is_cut) == (200, True)


def test_a_key_that_may_only_not_have_been_kept_is_no_difference(differences: Differences) -> None:
    many = {f"k{number}": 1 for number in range(60)}
    a, b = s2c({"type": "t", "d": many}), s2c({"type": "t", "d": {"k59": 1}})
    places = [one["place"] for one in differences([header(), a], [header(), b], group="contents")]
    assert "/d/k0" in places
    assert "/d/k59" not in places


# --- The conversation -------------------------------------------------------------------------


def conversation(found: list[dict[str, Any]]) -> list[tuple[str, object, object]]:
    return [(one["what"], one["a"], one["b"]) for one in found]


def only(a: int, b: int) -> tuple[dict[str, int], dict[str, int]]:
    return {"count": a}, {"count": b}


LOGIN = c2s({"type": "identify", "d": {"token": TOKEN, "protocol_version": 1}})


def test_the_order_of_the_first_messages_and_the_states(differences: Differences) -> None:
    good = [header(), hello(), LOGIN, ready(), leave(2), close()]
    bad = [header(), hello(), leave(2), close()]
    found = conversation(differences(good, bad, group="conversation"))
    assert found == [
        ("first messages: s2c hello, c2s identify, s2c ready", *only(1, 0)),
        ("first messages: s2c hello, s2c member_leave", *only(0, 1)),
        ("state: IDENTIFYING", *only(1, 0)),
        ("state: READY", *only(1, 0)),
        ("transition: c2s identify GREETED -> IDENTIFYING", *only(1, 0)),
        ("transition: s2c ready IDENTIFYING -> READY", *only(1, 0)),
    ]


def test_how_connections_end(differences: Differences) -> None:
    a = [header(), close(1000), header(), close(4007)]
    b = [header(), close(1000), header(), hello()]
    found = differences(a, b, group="conversation")
    assert [one for one in conversation(found) if one[0].startswith("end")] == [
        ("end: 4007 SESSION_TIMEOUT", *only(1, 0)),
        ("end: lost", *only(0, 1)),
    ]


def test_compression(differences: Differences) -> None:
    text = json.dumps({"type": "member_leave", "d": {"user_id": 7}, "seq": 2}).encode()
    data = Compressor().compress(text)
    found = differences([header(), leave(2)], [header(), binary(data)], group="conversation")
    assert conversation(found) == [("compressed bytes, s2c", *only(0, len(data)))]
    loose = json.dumps({"type": "member_leave", "d": {"user_id": 7, "x": "y" * 900}, "seq": 2})
    dense = Compressor().compress(loose.encode())
    found = differences([header(), binary(data)], [header(), binary(dense)], group="conversation")
    ratios = round(len(text) / len(data), 2), round(len(loose) / len(dense), 2)
    assert conversation(found) == [("compression ratio, s2c", *ratios)]


def test_sequence_numbers(differences: Differences) -> None:
    a = [header(), leave(2), leave(3), leave(4)]
    b = [header(), leave(2), leave(9), leave(9)]
    assert conversation(differences(a, b, group="conversation")) == [
        ("sequence numbers: gaps", *only(0, 1)),
        ("sequence numbers: missing", *only(0, 6)),
        ("sequence numbers: repeated", *only(0, 1)),
    ]


def test_heartbeats(differences: Differences) -> None:
    def beating(interval: float, trip: float) -> list[str]:
        lines = [header(), hello(interval * 1000)]
        for number in range(3):
            lines.append(c2s({"type": "heartbeat"}, **at(interval * (number + 1))))
            lines.append(s2c({"type": "heartbeat_ack"}, **at(interval * (number + 1) + trip)))
        return lines

    found = differences(beating(10, 0.25), beating(30, 1), group="conversation")
    assert conversation(found) == [
        ("heartbeat interval announced: 10 s", *only(1, 0)),
        ("heartbeat interval announced: 30 s", *only(0, 1)),
        ("seconds between heartbeats, median", 10.0, 30.0),
        ("seconds of a round trip, median", 0.25, 1.0),
    ]
    assert {one["message"] for one in found if "message" in one} == {"heartbeat"}
    within = differences(beating(10, 0.25), beating(30, 1), "--factor", 4, group="conversation")
    assert len(within) == 2


def test_findings_that_only_one_has(differences: Differences) -> None:
    wrong = s2c({"type": "member_leave", "d": {"user_id": "7"}, "seq": 3})
    found = differences([header(), leave(2)], [header(), leave(2), wrong], group="findings")
    assert found == [{"what": "FIELD_TYPE", "a": {"count": 0}, "b": {"count": 1}}]


def test_only_some_types(differences: Differences) -> None:
    a = [header(), hello(10), leave(2), close(1000)]
    b = [header(), presence(status="idle"), presence(status="dnd"), close(1001)]
    assert {one["group"] for one in differences(a, b)} == {"messages", "conversation"}
    found = differences(a, b, "--only", "hello")
    messages = [one["message"] for one in found if one["group"] == "messages"]
    assert messages == ["s2c hello"]
    assert {one["group"] for one in found} == {"messages"}


# --- What is not recorded ---------------------------------------------------------------------


def test_another_format_lacks_only_what_it_lacks(
    diff: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    har, back = tmp_path / "x.har", tmp_path / "back.ndjson"
    assert main(["convert", str(BOT), str(har)]) == 0
    written = json.loads(har.read_text())
    for entry in written["log"]["entries"]:  # as Chrome has them
        del entry["_closes"]
        messages = entry["_webSocketMessages"]
        entry["_webSocketMessages"] = [one for one in messages if one["type"] != "error"]
    har.write_text(json.dumps(written))
    assert main(["convert", str(har), str(back)]) == 0
    capsys.readouterr()
    for other in (har, back):
        status, out, err = diff(BOT, other)
        assert (status, err) == (0, "")
        assert out.splitlines()[3:] == [
            "not compared, as B does not have it: how connections end",
            "nothing differs",
        ]
    ran = diff("--format", "json", back, BOT).json
    assert ran["not_compared"] == ["close"]
    assert (ran["a"]["not_recorded"], ran["b"]["not_recorded"]) == (["close", "control"], [])


@pytest.mark.parametrize(
    ("lacks", "left"),
    [
        ("client", {"s2c member_leave", "end: 1000 NORMAL", "end: lost"}),
        ("server", {"c2s presence_update", "end: 1000 NORMAL", "end: lost"}),
        ("close", {"c2s presence_update", "s2c member_leave", "s2c hello"}),
    ],
)
def test_what_one_does_not_record_is_not_compared(
    differences: Differences, lacks: str, left: set[str]
) -> None:
    a = [header(), hello(), leave(2), presence(status="idle"), close()]
    found = differences(a, [header(lacks=[lacks])])
    said = {one.get("message") or one["what"] for one in found if one["group"] != "findings"}
    assert left <= said
    for one in found:
        assert not one.get("message", "").startswith(
            {"client": "c2s", "server": "s2c"}.get(lacks, "-")
        )
    if lacks == "close":
        assert not [what for what in said if what.startswith("end")]


def test_times_that_are_missing_are_not_compared(differences: Differences) -> None:
    (found,) = differences(
        leaves(1, 60), [header(lacks=["time"]), *leaves(5, 1)[1:]], group="messages"
    )
    assert found["a"] == {"count": 1, "per_connection": 1.0}
    assert found["b"] == {"count": 5, "per_connection": 5.0}


def test_times_that_are_missing_of_some_are_not_compared(differences: Differences) -> None:
    mixed = [*leaves(1, 60), header(lacks=["time"]), leave(2)]
    found = differences(mixed, [*leaves(9, 60), *leaves(9, 60)], group="messages")
    assert [one["a"] for one in found] == [{"count": 2, "per_connection": 1.0}]


@pytest.mark.parametrize(("lacks", "rules"), [("control", ["CLOSE_MEANING"]), ("close", [])])
def test_findings_that_need_what_is_not_recorded_are_not_compared(
    differences: Differences, lacks: str, rules: list[str]
) -> None:
    session = [hello(), LOGIN, ready(), leave(2)]
    a = [header(), *session, close(4000, "UNKNOWN_ERROR")]
    found = differences(a, [header(lacks=[lacks]), *session], group="findings")
    assert [one["what"] for one in found] == rules


@pytest.mark.parametrize(("lacks", "rules"), [("control", ["SEQ_GAP"]), ("time", ["SEQ_GAP"])])
def test_findings_that_need_nothing_of_it_are(
    differences: Differences, lacks: str, rules: list[str]
) -> None:
    a, b = [header(), leave(2), leave(9)], [header(lacks=[lacks]), leave(2), leave(3)]
    assert [one["what"] for one in differences(a, b, group="findings")] == rules


def test_a_beginning_that_is_missing_is_not_compared(differences: Differences) -> None:
    whole = [header(), hello(), LOGIN, ready(), leave(2), close()]
    assert differences(whole, [header(lacks=["start"]), leave(2), close()]) == []


# --- The command ------------------------------------------------------------------------------


def test_the_text(diff: Command, tmp_path: Path) -> None:
    a, b = files(
        tmp_path,
        [header(), presence(status="idle")],
        [header(), presence(status="dnd", new=1)],
    )
    status, out, err = diff("--only", "presence_update", a, b)
    assert (status, err) == (1, "")
    assert out == (
        f"A  {a}: 1 connection, 1 frame\n"
        f"B  {b}: 1 connection, 1 frame\n"
        "\n"
        "what is in messages                     A       B\n"
        "  c2s presence_update /d/new key        0 of 1  1 of 1\n"
        "  c2s presence_update /d/status values  idle    dnd\n"
        "\n"
        "findings that only one has          A  B\n"
        "  UNKNOWN_FIELD (An unknown field)  -  1\n"
        "\n"
        "3 differences\n"
    )


def test_no_secret_is_shown(diff: Command, tmp_path: Path) -> None:
    hidden = s2c({"type": TOKEN, "d": {TOKEN: TOKEN}}), presence(status=TOKEN, **{TOKEN: 1})
    shown = s2c({"type": TOKEN, "d": {}}), presence(status="idle")
    paths = files(tmp_path, [header(), LOGIN, *hidden, close(4000, TOKEN)], [header(), *shown])
    for format_ in ("text", "json"):
        out = diff("--format", format_, *paths).out
        assert "vox_sess_***" in out
        assert TOKEN not in out
        assert "Az09" not in out


def test_the_exit_status(diff: Command, tmp_path: Path) -> None:
    a, b = files(tmp_path, [header(), leave(2)], [header(), leave(2)])
    assert diff(a, b).status == 0
    assert diff(a, BOT).status == 1
    assert diff("-", "-").status == 2
    assert diff(a).status == 2
    assert diff("--only", "presence_updat", a, b).err.endswith(
        "unknown message type 'presence_updat' (did you mean 'presence_update'?)\n"
    )
    missing = tmp_path / "missing.ndjson"
    for pair in ((a, missing), (missing, a)):
        assert diff(*pair) == (
            3,
            "",
            f"voxwire diff: cannot read {missing}: No such file or directory\n"
            "voxwire diff: there is nothing to compare, as a capture has no connection that could be read\n",
        )


@pytest.mark.parametrize("factor", ["0.5", "nan", "inf", "x"])
def test_a_factor_that_is_none(diff: Command, factor: str) -> None:
    status, _, err = diff("--factor", factor, BOT, BOT)
    assert status == 2
    assert err.endswith(f"argument --factor: {factor!r} is not a number from 1 upwards\n")


def test_the_output_does_not_overwrite_a_capture(diff: Command, tmp_path: Path) -> None:
    a, b = files(tmp_path, [header()], [header()])
    said = f"voxwire diff: the output would overwrite {b}, which is to be read\n"
    assert diff("-o", b, a, b) == (2, "", said)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tshark/plain.ek.ndjson.gz", "tshark/plain.json.gz"),
        ("tshark/plain.json.gz", "tshark/plain.nodup.json.gz"),
        ("tshark/zstd.ek.ndjson.gz", "tshark/zstd.json.gz"),
    ],
)
def test_two_exports_of_the_same_packets_do_not_differ(diff: Command, one: str, other: str) -> None:
    folder = Path(__file__).parents[1] / "formats"
    ran = diff("--format", "json", folder / one, folder / other)
    assert (ran.status, ran.json["differences"]) == (0, [])


def test_another_protocol(diff: Command) -> None:
    folder = Path("examples/protocols/graphql-transport-ws")
    path = next(folder.rglob("*.ndjson"))
    assert diff("--protocol", GRAPHQL.package, path, path).status == 0


def test_findings_that_need_times_are_not_compared_without_them(
    differences: Differences,
) -> None:
    def lines(name: str, **keys: object) -> list[str]:
        first, *rest = (EXAMPLES / name).read_text().rstrip("\n").split("\n")
        return [json.dumps(json.loads(first) | keys), *rest]

    late = lines("flow-no-heartbeat-4007.ndjson")
    found = differences(late, lines(BOT.name), group="findings")
    assert [one["what"] for one in found] == ["CLOSE_MEANING", "HEARTBEAT_LATE"]
    found = differences(late, lines(BOT.name, lacks=["time"]), group="findings")
    assert [one["what"] for one in found] == ["CLOSE_MEANING"]
