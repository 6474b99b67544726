"""Schema files in editors: the line that each has leads to the JSON Schema of its kind, which says the same
as the command. The YAML language server is asked with ``VOX_NPM_PEERS=1``, after ``npm ci`` in
``tests/voxspec/yaml_server``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from tests.voxspec.yaml_language_server import PROGRAM, yaml_server
from voxspec.cli.main import main
from voxspec.editors import meta_schemas, modeline, schema_files, with_modeline
from voxspec.load.meta_schema import meta_folder

ROOT = Path(__file__).parents[2]
OURS = ROOT / "schema" / "v1"
GRAPHQL = ROOT / "examples" / "protocols" / "graphql-transport-ws" / "schema"
LINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The schema of a protocol that has just begun."""
    folder = tmp_path_factory.mktemp("begun")
    assert main(["init", "my-chat", "--folder", str(folder)]) == 0
    return folder / "schema"


@pytest.fixture(params=["ours", "graphql", "begun"])
def schema(request: pytest.FixtureRequest, begun: Path) -> Path:
    return {"ours": OURS, "graphql": GRAPHQL, "begun": begun}[request.param]


def named(path: Path) -> Path:
    """The JSON Schema that a file names in its first line."""
    found = LINE.match(path.read_text("utf-8"))
    assert found is not None, path
    return path.parent / found[1]


def test_each_file_names_the_schema_of_its_kind(schema: Path) -> None:
    files = dict(schema_files(schema))
    assert set(files) == set(schema.rglob("*.yaml"))
    for path, kind in files.items():
        meta = named(path)
        assert meta.name == f"{kind}.schema.json"
        assert meta.read_bytes() == (meta_folder() / meta.name).read_bytes()


def test_they_refer_to_each_other_by_file_names() -> None:
    texts = meta_schemas()
    for text in texts.values():
        assert '"$id"' not in text
        for reference in re.findall(r'"\$ref": "([^"#]+)', text):
            assert reference in texts


def check_jsonschema(meta: Path, *files: Path) -> tuple[int, str]:
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "-o",
        "json",
        "--schemafile",
        meta,
        *files,
    ]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout


def test_check_jsonschema_finds_nothing(schema: Path) -> None:
    by_meta: dict[Path, list[Path]] = {}
    for path, _ in schema_files(schema):
        by_meta.setdefault(named(path).resolve(), []).append(path)
    for meta, files in by_meta.items():
        status, out = check_jsonschema(meta, *files)
        assert (status, json.loads(out)["errors"]) == (0, []), meta


def test_check_jsonschema_finds_a_mistake(begun: Path, tmp_path: Path) -> None:
    schema = tmp_path / "schema"
    shutil.copytree(begun, schema)
    path = schema / "types.yaml"
    path.write_text(path.read_text("utf-8").replace("maxLength:", "maxLenght:"), "utf-8")
    status, out = check_jsonschema(named(path), path)
    (error,) = json.loads(out)["errors"]
    assert status == 1
    assert (error["path"], "'maxLenght' was unexpected" in error["message"]) == (
        "$.types.nickname",
        True,
    )


def _missing() -> str | None:
    """Why the server cannot run here."""
    if os.environ.get("VOX_NPM_PEERS") != "1":
        return "the environment variable VOX_NPM_PEERS is not 1"
    if which("node") is None:
        return "node is not installed"
    if not PROGRAM.is_file():
        return "the npm package is not installed: run npm ci in tests/voxspec/yaml_server"
    return None


needs_server = pytest.mark.skipif(_missing() is not None, reason=f"no server: {_missing()}")


@needs_server
def test_the_language_server_finds_nothing(schema: Path) -> None:
    with yaml_server(schema) as server:
        found = {path: server.diagnostics(path) for path, _ in schema_files(schema)}
    assert {path: said for path, said in found.items() if said} == {}


@needs_server
def test_the_language_server_finds_a_mistake_and_explains(begun: Path, tmp_path: Path) -> None:
    schema = tmp_path / "schema"
    shutil.copytree(begun, schema)
    path = schema / "server" / "talk.yaml"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    number = next(index for index, line in enumerate(lines) if "summary:" in line)
    lines[number] = lines[number].replace("summary:", "sumary:")
    path.write_text("".join(lines), "utf-8")
    with yaml_server(schema) as server:
        found = server.diagnostics(path)
        types = schema / "types.yaml"
        assert server.diagnostics(types) == []
        text = types.read_text("utf-8").splitlines()
        open_at = next(index for index, line in enumerate(text, 1) if "x-open:" in line)
        said = server.hover(types, open_at, text[open_at - 1].index("x-open") + 2)
    assert (number + 1, "Property sumary is not allowed.") in found
    assert "Readers" in said or "readers" in said


def test_files_are_given_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = tmp_path / "schema"
    (schema / "both").mkdir(parents=True)
    (schema / "types.yaml").write_bytes(b"# ours\r\ntypes: {}\r\n")
    (schema / "both" / "a.yaml").write_bytes(
        b"# first\n#yaml-language-server: $schema=old.json\narea: a\n"
    )
    (schema / "both" / "a.yaml~").write_bytes(b"kept")
    assert main(["editors", "--schema", str(schema), "--check"]) == 1
    assert capsys.readouterr().err.startswith("9 files are old; run: voxspec editors --schema ")
    assert not (schema / ".meta").exists()
    assert main(["editors", "--schema", str(schema)]) == 0
    assert (schema / "types.yaml").read_bytes() == (
        b"# yaml-language-server: $schema=.meta/types.schema.json\r\n# ours\r\ntypes: {}\r\n"
    )
    assert (schema / "both" / "a.yaml").read_bytes() == (
        b"# first\n# yaml-language-server: $schema=../.meta/messages.schema.json\narea: a\n"
    )
    assert {path.name for path in (schema / ".meta").iterdir()} == set(meta_schemas())
    capsys.readouterr()
    assert main(["editors", "--schema", str(schema), "--check"]) == 0
    assert capsys.readouterr().out == (
        f"2 schema files name the JSON Schema of the dialect in {schema / '.meta'}\n"
    )


@pytest.mark.parametrize(("folder", "meta"), [(OURS, "schema/meta"), (GRAPHQL, "schema/meta")])
def test_ours_are_as_the_command_writes_them(
    folder: Path, meta: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["editors", "--schema", str(folder), "--meta", meta, "--check"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--schema", "none"], "voxspec editors: there is no schema file in none\n"),
        (
            ["--schema", str(OURS), "--meta", "elsewhere"],
            "voxspec editors: elsewhere has no expression.schema.json\n",
        ),
    ],
)
def test_what_cannot_be_done(
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["editors", *arguments]) == 2
    assert capsys.readouterr().err == said


def test_a_line_in_a_text_is_none() -> None:
    line = modeline(Path("a/types.yaml"), "types", Path("meta"))
    assert line == "# yaml-language-server: $schema=../meta/types.schema.json"
    text = b"a: |\n  # yaml-language-server: $schema=x\n"
    assert with_modeline(text, line) == line.encode() + b"\n" + text
    assert with_modeline(b"", line) == line.encode() + b"\n"


def test_a_byte_order_mark_stays_at_the_beginning() -> None:
    line = modeline(Path("types.yaml"), "types", Path(".meta"))
    written = b"\xef\xbb\xbf" + line.encode() + b"\ntypes: {}\n"
    assert with_modeline(b"\xef\xbb\xbftypes: {}\n", line) == written
    assert with_modeline(written, line) == written


def test_one_file_that_is_old_and_what_to_run(
    begun: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    meta = begun / ".meta"
    path = tmp_path / "types.yaml"
    path.write_text("types: {}\n", "utf-8")
    arguments = ["editors", "--schema", str(tmp_path), "--meta", str(meta)]
    assert main([*arguments, "--check"]) == 1
    assert capsys.readouterr() == (
        f"old  {path}\n",
        f"1 file is old; run: voxspec editors --schema {tmp_path} --meta {meta}\n",
    )
    assert path.read_text("utf-8") == "types: {}\n"
    assert main(arguments) == 0
    assert capsys.readouterr().out == (
        f"written  {path}\n1 schema file names the JSON Schema of the dialect in {meta}\n"
    )
    assert not (tmp_path / ".meta").exists()


def test_hidden_files_are_none_of_a_schema(tmp_path: Path) -> None:
    (tmp_path / "client").mkdir()
    for name in (".#a.yaml", "a.yaml"):
        (tmp_path / "client" / name).write_text("area: a\n", "utf-8")
    assert [*schema_files(tmp_path)] == [(tmp_path / "client" / "a.yaml", "messages")]


def test_editors_find_no_folder_with_a_space_in_its_name(
    begun: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schema = tmp_path / "my schema"
    schema.mkdir()
    path = schema / "types.yaml"
    path.write_text("types: {}\n", "utf-8")
    meta = tmp_path / "my meta"
    shutil.copytree(begun / ".meta", meta)
    assert main(["editors", "--schema", str(schema), "--meta", str(meta)]) == 2
    assert capsys.readouterr() == (
        "",
        f"voxspec editors: {meta}: editors read the way to it up to a space; take a folder without\n",
    )
    assert path.read_text("utf-8") == "types: {}\n"
    assert main(["editors", "--schema", str(schema), "--check"]) == 1
    assert capsys.readouterr().err.endswith(f"run: voxspec editors --schema '{schema}'\n")
    assert main(["editors", "--schema", str(schema)]) == 0
