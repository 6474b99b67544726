"""examples/testing_a_client: its README's commands, with the wheel, and the names that it gives."""

import inspect
import re
from pathlib import Path

import pytest

from tests.docs.blocks import Key, commands, the_block
from tests.packaging.conftest import ROOT, Environment
from voxwire.testing import VoxGateway, running_gateway

README = "examples/testing_a_client/README.md"

pytestmark = pytest.mark.xdist_group("wheel")


def test_its_commands_work_as_they_stand(wheel: Path, environment: Environment) -> None:
    pip, run = commands(the_block(Key("Testing a client", "sh"), README))
    assert pip == ["pip", "install", f"dist/{wheel.name}[testing]"]
    environment.install(f"{wheel}[testing]")
    program, example = run
    done = environment.run(program, "-q", "-p", "no:cacheprovider", str(ROOT / example))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    tests = (ROOT / example / "test_typing_bot.py").read_text("utf-8").count("\ndef test_")
    assert f"{tests} passed" in done.stdout


def test_the_names_in_its_tables_exist() -> None:
    text, _, _ = (ROOT / README).read_text("utf-8").partition("## Property tests")
    members = set(re.findall(r"`\.([a-z_]+)\b", text))
    assert {"url", "send", "wait_for", "fault"} <= members
    assert [name for name in members if not hasattr(VoxGateway, name)] == []
    options = set(re.findall(r"\b([a-z_]+)=", text)) - {"timeout"}
    assert {"token", "faults", "keep_while_away", "strict"} <= options
    assert options - {"compress", "every"} <= set(inspect.signature(running_gateway).parameters)


def test_every_option_that_makes_it_another_server_is_in_its_table() -> None:
    text = (ROOT / README).read_text("utf-8")
    parameters = inspect.signature(running_gateway).parameters
    flags = {name for name, parameter in parameters.items() if parameter.default is False}
    assert {"take_over", "strict"} <= flags
    assert [name for name in flags if f"| `{name}=True` |" not in text] == []
