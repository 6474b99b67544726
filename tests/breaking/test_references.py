"""What a schema is compared with outside git: folders, installed packages, bundles of JSON Schema."""

from __future__ import annotations

import copy
import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.voxspec.keyword_samples import SAMPLES
from tests.voxspec.mini import BASE, write
from voxspec.breaking.compare import compare
from voxspec.breaking.references import ReferenceNotFoundError, find
from voxspec.breaking.references.folder import of_folder
from voxspec.breaking.rules.applied import edited, example
from voxspec.breaking.rules.applied import write as write_texts
from voxspec.breaking.rules.rule import Edit
from voxspec.breaking.verdict import Change
from voxspec.cli.main import main
from voxspec.generate import plan
from voxspec.targets import jsonschema

ROOT = Path(__file__).parents[2]
NARROWER = Edit("client/talk.yaml", "maxLength: 500", "maxLength: 400")


def told(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.rule, str(change.where)) for change in changes]


def test_a_folder(tmp_path: Path) -> None:
    old = write_texts(example(), tmp_path / "old")
    new = write_texts(edited(example(), (NARROWER,)), tmp_path / "new")
    changes = compare(find(str(old), new), of_folder(new))
    assert told(changes)[0] == ("CONSTRAINT_TIGHTENED", f"{new}/client/talk.yaml:25:41")


def test_a_folder_without_a_schema(tmp_path: Path) -> None:
    with pytest.raises(ReferenceNotFoundError, match=r"no protocol.yaml in the folder"):
        find(str(tmp_path), tmp_path)


def test_a_folder_beside_a_schema_in_no_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("before").mkdir()
    with pytest.raises(ReferenceNotFoundError, match=r"no protocol.yaml in the folder before$"):
        find("before", write_texts(example(), tmp_path / "schema"))


# --- Packages -------------------------------------------------------------------------------------


def test_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = write_texts(example(), tmp_path / "schema")
    for path, text in plan(of_folder(schema).protocol).items():
        target = tmp_path / "installed" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "installed"))
    write_texts(edited(example(), (NARROWER,)), schema)
    for reference in ("tea_room", "tea_room.v1"):
        old = find(reference, schema)
        assert old.name == "tea_room.v1"
        assert told(compare(old, of_folder(schema)))[0][0] == "CONSTRAINT_TIGHTENED"
    assert "tea_room" not in sys.modules
    with pytest.raises(ReferenceNotFoundError, match="no schema in it for v2"):
        find("tea_room.v2", schema)
    (tmp_path / "installed" / "tea_room" / "v1" / "schema.json").unlink()
    with pytest.raises(ReferenceNotFoundError, match="before packages carried their schema"):
        find("tea_room", schema)


_DEEP = pytest.param("[" * 100_000, id="deep")
_NAMES = ("a\\u0000.yaml", "\\ud800.yaml", "protocol.yaml/a", "client/..", ".")


@pytest.mark.parametrize(
    "content",
    [
        *("", "{}", '{"files": {}}', '{"files": {"../x.yaml": ""}}', '{"files": {"/x.yaml": ""}}'),
        *('{"files": {"a\\\\x.yaml": ""}}', '{"files": {"x.yaml": 1}}', _DEEP),
        *('{"files": {"types.yaml": ""}}', '{"files": {"protocol.yaml": "\\ud800"}}'),
        *(f'{{"files": {{"protocol.yaml": "", "{name}": ""}}}}' for name in _NAMES),
    ],
)
def test_a_package_with_a_strange_schema(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "strange_tea" / "v1"
    folder.mkdir(parents=True)
    (tmp_path / "strange_tea" / "__init__.py").touch()
    (folder / "schema.json").write_text(content, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ReferenceNotFoundError, match="install it anew"):
        find("strange_tea", tmp_path)


def test_our_own_package_is_the_schema() -> None:
    assert (
        compare(find("voxmodels", ROOT / "schema" / "v1"), of_folder(ROOT / "schema" / "v1")) == []
    )


# --- Bundles --------------------------------------------------------------------------------------


def bundle_of(schema: Path) -> Path:
    """The bundle that is generated of a schema, beside it."""
    protocol = of_folder(schema).protocol
    file = schema.with_suffix(".json")
    file.write_text(jsonschema.plan(protocol)[f"jsonschema/{protocol.module}/bundle.json"], "utf-8")
    return file


@pytest.mark.parametrize("keyword", SAMPLES)
@pytest.mark.parametrize("at", [0, 1])
def test_a_bundle_says_what_frames_are(keyword: str, at: int, tmp_path: Path) -> None:
    schema = write(SAMPLES[keyword][at], tmp_path / "schema")
    old = find(str(bundle_of(schema)), schema)
    assert old.is_partial
    assert compare(old, of_folder(schema)) == []


@pytest.mark.parametrize(
    "schema",
    [
        "schema/v1",
        "examples/protocols/graphql-transport-ws/schema",
        "codegen/voxspec/breaking/rules/example",
    ],
)
def test_bundles_of_whole_protocols(schema: str, tmp_path: Path) -> None:
    folder = tmp_path / "schema"
    shutil.copytree(ROOT / schema, folder)
    assert compare(find(str(bundle_of(folder)), folder), of_folder(folder)) == []


def test_a_key_of_a_bundle_that_only_pages_show(tmp_path: Path) -> None:
    files = copy.deepcopy(BASE)
    note = {"name": "trace", "envelope": True}
    files["protocol.yaml"]["envelope"]["keys"] = {
        "trace": {"direction": "client", "schema": {"type": "string"}, "description": "T."}
    }
    asks = files["client/main.yaml"]["messages"]
    asks["shown"] = {**copy.deepcopy(asks["ask"]), "published": [note]}
    asks["ask"]["keys"] = {"trace": "optional"}
    schema = write(files, tmp_path / "schema")
    assert compare(find(str(bundle_of(schema)), schema), of_folder(schema)) == []


def test_what_differs_from_a_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = write_texts(example(), tmp_path / "schema")
    bundle = bundle_of(schema)
    write_texts(edited(example(), (NARROWER,)), schema)
    assert (
        main(["breaking", "--schema", str(schema), "--against", str(bundle), "--select", "SERVER"])
        == 0
    )
    capsys.readouterr()
    assert main(["breaking", "--schema", str(schema), "--against", str(bundle)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert "error[CONSTRAINT_TIGHTENED]" in said[0]
    assert said[-3] == (
        f"{bundle} does not say, so not compared: the endpoint, close codes, permissions, limits, the "
        "conversation, and names in source code"
    )


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"$defs": {}}', '{"$id": "x", "$defs": {"a": 1}}', _DEEP]
)
def test_a_file_that_is_no_bundle(content: str, tmp_path: Path) -> None:
    file = tmp_path / "bundle.json"
    file.write_text(content, "utf-8")
    with pytest.raises(ReferenceNotFoundError, match="is no bundle that voxspec generate wrote"):
        find(str(file), tmp_path)


def test_a_bundle_with_half_a_character(tmp_path: Path) -> None:
    schema = write_texts(example(), tmp_path / "schema")
    file = bundle_of(schema)
    bundle = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**bundle, "title": "\ud800"}), "utf-8")
    with pytest.raises(ReferenceNotFoundError, match="is no bundle that voxspec generate wrote"):
        find(str(file), schema)


def test_a_message_of_a_bundle_is_none(tmp_path: Path) -> None:
    schema = write_texts(example(), tmp_path / "schema")
    protocol = of_folder(schema).protocol
    files = jsonschema.plan(protocol)
    file = tmp_path / "say.json"
    file.write_text(files["jsonschema/v1/client/say.json"], "utf-8")
    assert "$defs" in json.loads(file.read_text("utf-8"))
    with pytest.raises(ReferenceNotFoundError, match="is no bundle"):
        find(str(file), schema)


def test_another_protocol_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever names the wrong bundle or package should see it."""
    old, new = tmp_path / "old", tmp_path / "new"
    protocol = dict(BASE["protocol.yaml"])
    write(BASE, old)
    write({**BASE, "protocol.yaml": {**protocol, "name": "maxi"}}, new)
    main(["breaking", "--schema", str(new), "--against", str(old)])
    assert "is of a protocol that is called mini, and not maxi\n" in capsys.readouterr().err
