"""The script that records graphql-transport-ws, which stands beside the captures, as a module."""

import importlib.util
import sys
from types import ModuleType

from tests.protocols.graphql_conversations import FOLDER


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("graphql_record", FOLDER / "record.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # named tuples with annotations look for their module
    spec.loader.exec_module(module)
    return module


RECORDER = _loaded()
