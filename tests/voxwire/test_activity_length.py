"""The length of an activity is measured as servers do: spaces after , and :, escapes for non-ASCII."""

import json
from typing import Any

import pytest

from voxmodels.v1 import Activity, SettableStatus, client, limits, validate
from voxwire import DecodeError, EncodeError, decode_client, encode

LIMIT = limits.ACTIVITY_JSON_LENGTH


def filled(length: int, **keys: Any) -> dict[str, Any]:
    """An activity that is this long when it is measured."""
    start = {**keys, "name": ""}
    activity = {**start, "name": "x" * (length - len(json.dumps(start)))}
    assert len(json.dumps(activity)) == length
    return activity


def frame(activity: dict[str, Any]) -> dict[str, Any]:
    return {"type": "presence_update", "d": {"status": "online", "activity": activity}}


ACTIVITIES: list[dict[str, Any]] = [
    {},
    {"type": "playing", "detail": "d"},
    {"detail": "é"},
    {"detail": "\u2028\x7f\x00"},
    {"detail": '"\\/\b\n'},
    {"detail": "👩🏽‍💻"},
    {"detail": "𝄞" * 20},
    {"started_at": 1795379000, "progress": 0.25, "big": 1e300, "list": [1, [True, None], {"a": -0.0}]},
    {"own é": {"b": ["x", "y"]}},
]  # fmt: skip


@pytest.mark.parametrize("keys", ACTIVITIES)
@pytest.mark.parametrize("ensure_ascii", [True, False])
@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_the_limit_is_exact_however_the_client_writes_it(
    keys: dict[str, Any], ensure_ascii: bool, separators: tuple[str, str]
) -> None:
    def written(length: int) -> str:
        value = frame(filled(length, **keys))
        return json.dumps(value, ensure_ascii=ensure_ascii, separators=separators)

    assert validate.client_frame(json.loads(written(LIMIT))) == []
    decode_client(written(LIMIT))
    with pytest.raises(DecodeError) as caught:
        decode_client(written(LIMIT + 1))
    (problem,) = caught.value.problems
    assert (problem.rule, problem.pointer) == ("JSON_LENGTH", "/d/activity")
    assert problem.message == (
        '"activity" must be at most 512 characters of JSON with a space after , and : and \\u escapes; '
        "got 513"
    )


def test_an_activity_of_emoji_is_longer_than_it_looks() -> None:
    activity = {"name": "🫖" * 42}
    compact = json.dumps(activity, ensure_ascii=False, separators=(",", ":"))
    assert (len(compact), len(json.dumps(activity))) == (53, 516)
    assert [p.rule for p in validate.client_frame(frame(activity))] == ["JSON_LENGTH"]


def test_models_measure_alike() -> None:
    name = "x" * (LIMIT - len('{"name": ""}'))
    fits = client.PresenceUpdate(status=SettableStatus.ONLINE, activity=Activity(name=name))
    assert json.loads(encode(fits))["d"]["activity"] == {"name": name}
    with pytest.raises(ValueError, match="activity is longer than 512 characters of JSON with a"):
        client.PresenceUpdate(status=SettableStatus.ONLINE, activity=Activity(name=name + "x"))
    with pytest.raises(EncodeError):
        encode(client.PresenceUpdate(status="away", activity=Activity(name=name)))  # type: ignore[arg-type]
