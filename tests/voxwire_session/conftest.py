"""Protocols that have little in common with Vox, generated once for all tests that speak them."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.voxspec.conversation import FILES
from tests.voxspec.envelopes import operations as operation_files
from tests.voxspec.mini import Data, Mini, generated

_CLOSE: Data = {"close": 4400}
_STRICT: Data = {
    "not_json": {"close": 4400, "reason": "Invalid message"},
    "not_object": _CLOSE,
    "payload_not_object": _CLOSE,
    "binary": _CLOSE,
    "unknown_type": {"close": 4400, "reason": "Unknown message"},
    "invalid": {"close": 4400, "reason": "Invalid message"},
    "out_of_place": _CLOSE,
}
_BEATS: Data = {
    "interval": {"value": 10, "unit": "s"},
    "first": "regular",
    "missed_answers": {"value": 2, "unit": "heartbeats", "then": {"close": 4499}},
    "silence": {"value": 3, "unit": "intervals", "then": {"close": 4408}},
    "unasked_answers": True,
}


def _operations() -> Data:
    """Operations with ids, without a greeting, a number or a resume; both sides send heartbeats."""
    files = operation_files()
    bare = {**files["client/main.yaml"]["messages"]["ping"]}
    for side in ("client", "server"):
        for name in ("ping", "pong"):
            files[f"{side}/main.yaml"]["messages"][name] = bare
    files["close_codes.yaml"] = {
        "description": "Codes.",
        "close_codes": {
            "1006": {"name": "LOST", "recovery": "identify", "description": "Lost."},
            "4400": {"name": "BAD", "recovery": "fatal", "description": "Bad."},
            "4401": {"name": "UNKNOWN_CLIENT", "recovery": "fatal", "description": "Who?"},
            "4408": {"name": "LATE", "recovery": "identify", "description": "Late."},
            "4409": {"name": "TAKEN", "recovery": "fatal", "description": "Taken."},
            "4429": {"name": "TWICE", "recovery": "fatal", "description": "Twice."},
            "4499": {"name": "QUIET", "recovery": "identify", "description": "Quiet."},
        },
    }
    beats = {
        "client": {"heartbeat": "stays", "server_heartbeat_answer": "stays"},
        "server": {"server_heartbeat": "stays", "heartbeat_answer": "stays"},
    }
    files["session.yaml"] = {
        "roles": {
            "login": {"message": "client/connection_init"},
            "established": {"message": "server/connectionAck"},
            "heartbeat": {"message": "client/ping"},
            "heartbeat_answer": {"message": "server/pong"},
            "server_heartbeat": {"message": "server/ping"},
            "server_heartbeat_answer": {"message": "client/pong"},
        },
        "states": {
            "fresh": {
                "description": "the client is to say who it is",
                "timers": ["hurry"],
                "client": {"login": "asked"},
                "client_otherwise": {"any": {"close": 4401, "reason": "Unauthorized"}},
            },
            "asked": {
                "description": "the server thinks",
                "timers": ["patience"],
                "client": beats["client"],
                "server": {"established": "on", **beats["server"]},
                "client_otherwise": {"login": {"close": 4429}, "any": {"close": 4401}},
            },
            "on": {
                "description": "operations are under way",
                "client": {
                    **beats["client"],
                    "client/subscribe": "stays",
                    "client/complete": "stays",
                },
                "server": {
                    **beats["server"],
                    "server/next": "stays",
                    "server/complete": "stays",
                    "server/note": "stays",
                },
                "client_otherwise": {"login": {"close": 4429}},
            },
        },
        "timers": {
            "hurry": {"value": 3, "unit": "s", "waits_for": "client", "then": {"close": 4408}},
            "patience": {"value": 5, "unit": "s", "waits_for": "server", "then": {"close": 4499}},
        },
        "heartbeat": _BEATS,
        "server_heartbeat": {**_BEATS, "interval": {"value": 7, "unit": "s"}},
        "mistakes": {"of_client": _STRICT, "of_server": _STRICT},
        "streams": {
            "operation": {
                "key": "id",
                "opened_by": "client/subscribe",
                "items": ["server/next"],
                "ended_by": ["client/complete", "server/complete"],
                "duplicate": {"close": 4409, "reason": "Subscriber already exists"},
            }
        },
    }
    return files


def _package(files: Data, folder: pytest.TempPathFactory) -> Iterator[Mini]:
    with generated(files, folder.mktemp("schema")) as mini:
        package = f"{mini.protocol.package}.{mini.protocol.module}"
        mini.models.PROTOCOL = importlib.import_module(f"{package}.protocol").PROTOCOL
        yield mini


@pytest.fixture(scope="session")
def operations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mini]:
    yield from _package(_operations(), tmp_path_factory)


@pytest.fixture(scope="session")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mini]:
    """Everything that Vox has, by other names and with other numbers."""
    yield from _package(FILES, tmp_path_factory)


@pytest.fixture(scope="session")
def tide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mini]:
    """A protocol whose keys have other names, and whose numbers begin with 0."""
    schema = Path(__file__).parents[1] / "voxspec" / "tide" / "schema"
    paths = schema.rglob("*.yaml")
    files = {
        path.relative_to(schema).as_posix(): yaml.safe_load(path.read_text()) for path in paths
    }
    yield from _package(files, tmp_path_factory)
