"""What a schema is compared with in git: revisions of every kind, and what git has of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.breaking.test_references import NARROWER, told
from voxspec.breaking.compare import compare
from voxspec.breaking.references import NothingEarlierError, ReferenceNotFoundError, find
from voxspec.breaking.references.folder import of_folder
from voxspec.breaking.report import FORMATS
from voxspec.breaking.rules.applied import edited, example
from voxspec.breaking.rules.applied import write as write_texts
from voxspec.breaking.rules.rule import Edit
from voxspec.cli.main import main
from voxspec.findings import SchemaError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository in which the text became shorter, and then the schema moved."""
    root = tmp_path / "repository"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(root))
    write_texts(example(), root / "schema" / "tea")
    commit(root, "first")
    git(root, "tag", "v1.0")
    write_texts(edited(example(), (NARROWER,)), root / "schema" / "tea")
    commit(root, "second")
    return root


def git(folder: Path, *arguments: str) -> None:
    settings = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    subprocess.run(["git", "-C", str(folder), *settings, *arguments], check=True, timeout=60)


def commit(root: Path, subject: str) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", subject)


def test_a_folder_from_where_one_is(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As git has it: ``./`` and ``../`` count from there, all else from the root."""
    schema = repository / "schema" / "tea"
    monkeypatch.chdir(repository / "schema")
    for reference in ("v1.0:./tea", "v1.0:schema/tea", "v1.0:../schema/tea/"):
        assert compare(find(reference, schema), of_folder(schema))
    monkeypatch.chdir(schema)
    assert compare(find("v1.0:.", schema), of_folder(schema))
    with pytest.raises(ReferenceNotFoundError, match=r"say where the schema was: v1\.0:schema/tea"):
        find("v1.0:../../../elsewhere", schema)


def test_a_shallow_clone_lacks_revisions(repository: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", repository.as_uri(), str(clone))
    with pytest.raises(ReferenceNotFoundError, match="git fetch --unshallow --tags gets"):
        find("v1.0", clone / "schema" / "tea")
    with pytest.raises(ReferenceNotFoundError, match="git log --all shows"):
        find("v9.9", repository / "schema" / "tea")


@pytest.mark.parametrize("reference", ["", ":schema/tea"])
def test_no_revision_before_a_folder(reference: str, repository: Path) -> None:
    with pytest.raises(ReferenceNotFoundError, match="names no revision"):
        find(reference, repository / "schema" / "tea")


@pytest.mark.parametrize(
    "reference", ["v1.0", "main~1", "HEAD~1", "v1.0:schema/tea", "HEAD~1:schema/tea/"]
)
def test_a_revision(repository: Path, reference: str) -> None:
    schema = repository / "schema" / "tea"
    old = find(reference, schema)
    assert told(compare(old, of_folder(schema)))[0][0] == "CONSTRAINT_TIGHTENED"
    assert old.name == f"{reference.partition(':')[0]}:schema/tea"
    place = old.place(
        "client/talk.yaml", "messages", "say", "payload", "properties", "text", "maxLength"
    )
    assert str(place) == f"{old.name}/client/talk.yaml:25:41"


def test_the_work_tree_and_the_index_stay_as_they_are(repository: Path) -> None:
    (repository / "schema" / "tea" / "types.yaml").unlink()
    command = ["git", "-C", str(repository), "status", "--porcelain"]
    before = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    find("v1.0", repository / "schema" / "tea")
    after = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    assert after == before != b""


def test_a_schema_that_has_moved(repository: Path) -> None:
    git(repository, "mv", "schema/tea", "schema/v1")
    commit(repository, "moved")
    schema = repository / "schema" / "v1"
    with pytest.raises(
        ReferenceNotFoundError, match=r"in v1.0:schema/v1; .* was: v1.0:schema/tea$"
    ):
        find("v1.0", schema)
    assert find("v1.0:schema/tea", schema).protocol.name == "tea-room"
    with pytest.raises(ReferenceNotFoundError, match=r"no protocol.yaml in v1.0:schema; "):
        find("v1.0:schema", schema)


def test_where_a_branch_was_left(repository: Path) -> None:
    schema = repository / "schema" / "tea"
    git(repository, "branch", "mine")
    write_texts(edited(example(), (NARROWER, Edit("client/talk.yaml", "400", "300"))), schema)
    commit(repository, "what others did meanwhile")
    git(repository, "switch", "--quiet", "mine")
    old = find("main...", schema)
    assert compare(old, of_folder(schema)) == []
    assert old.name == "main...:schema/tea"
    assert compare(find("main", schema), of_folder(schema)) != []
    assert find("main...:schema/tea", schema).name == old.name
    git(repository, "switch", "--quiet", "--orphan", "alone")
    write_texts(example(), schema)
    commit(repository, "alone")
    with pytest.raises(
        ReferenceNotFoundError, match="no commit at which HEAD left main; git fetch"
    ):
        find("main...", schema)


def test_hooks_are_told_a_repository_that_is_not_looked_for(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    assert find("HEAD", repository / "schema" / "tea").name == "HEAD:schema/tea"


def test_a_schema_that_is_new(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = write_texts(example(), repository / "other")
    arguments = ["breaking", "--schema", str(schema), "--against", "main"]
    said = "voxspec breaking: there is no schema in main:other yet"
    assert main(arguments) == 2
    assert capsys.readouterr() == ("", f"{said}; --may-be-new lets a new schema pass\n")
    assert main([*arguments, "--may-be-new", "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert err == f"{said}\n"
    report = json.loads(out)
    assert (report["old"], report["changes"], report["summary"]["fails"]) == ("", [], False)
    assert main([*arguments, "--may-be-new"]) == 0
    assert capsys.readouterr().out == f"{schema} is new: there is nothing to compare it with\n"


def test_a_schema_that_has_moved_is_not_new(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(repository, "mv", "schema/tea", "other")
    arguments = ["breaking", "--schema", str(repository / "other"), "--against", "main"]
    assert main([*arguments, "--may-be-new"]) == 2
    assert capsys.readouterr().err == (
        "voxspec breaking: there is no protocol.yaml in main:other; say where the schema was: "
        "main:schema/tea\n"
    )


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    schema = write_texts(example(), tmp_path / "schema")
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    for reference in ("HEAD", "origin/HEAD...", "main"):
        with pytest.raises(NothingEarlierError, match="there is no commit yet, and no "):
            find(reference, schema)


def test_the_default_branch_of_a_remote(repository: Path, tmp_path: Path) -> None:
    schema = repository / "schema" / "tea"
    with pytest.raises(NothingEarlierError, match="nothing was fetched from origin yet"):
        find("origin/HEAD", schema)
    git(tmp_path, "clone", "--quiet", str(repository), "clone")
    clone = tmp_path / "clone"
    assert find("origin/HEAD", clone / "schema" / "tea").name == "origin/HEAD:schema/tea"
    git(clone, "remote", "set-head", "origin", "--delete")
    assert_asks_for(clone / "schema" / "tea")


def assert_asks_for(schema: Path) -> None:
    """That a default branch is looked for, and not taken for one that there is not."""
    with pytest.raises(ReferenceNotFoundError, match="git remote set-head origin --auto") as caught:
        find("origin/HEAD...", schema)
    assert not isinstance(caught.value, NothingEarlierError)


def test_a_default_branch_that_was_left_out(repository: Path, tmp_path: Path) -> None:
    """What is tested elsewhere is often one commit that no branch, or none of the remote's, leads to."""
    single = tmp_path / "single"
    git(tmp_path, "init", "--quiet", str(single))
    source = ("fetch", "--quiet", "--depth=1", repository.as_uri())
    git(single, *source, "main")
    git(single, "checkout", "--quiet", "--detach", "FETCH_HEAD")
    assert_asks_for(single / "schema" / "tea")
    full = tmp_path / "full"
    git(tmp_path, "init", "--quiet", str(full))
    git(full, "fetch", "--quiet", repository.as_uri(), "main:refs/remotes/pull/7/merge")
    git(full, "checkout", "--quiet", "--detach", "refs/remotes/pull/7/merge")
    assert_asks_for(full / "schema" / "tea")


def test_a_repository_of_another_user(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(ReferenceNotFoundError, match="which belongs to another user; git config"):
        find("main", repository / "schema" / "tea")


def test_a_revision_that_there_is_not(repository: Path) -> None:
    with pytest.raises(ReferenceNotFoundError, match="git knows no revision 'v9'"):
        find("v9", repository / "schema" / "tea")
    with pytest.raises(ReferenceNotFoundError, match="git knows no revision '--all'"):
        find("--all", repository / "schema" / "tea")


def test_a_schema_in_no_repository(tmp_path: Path) -> None:
    schema = write_texts(example(), tmp_path / "schema")
    with pytest.raises(ReferenceNotFoundError, match="is in no git repository"):
        find("main", schema)


def test_mistakes_of_an_earlier_schema_are_told_where_they_are(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schema = repository / "schema" / "tea"
    good = (schema / "types.yaml").read_text("utf-8")
    (schema / "types.yaml").write_text("types: {", "utf-8")
    commit(repository, "broken")
    (schema / "types.yaml").write_text(good, "utf-8")
    assert main(["breaking", "--schema", str(schema), "--against", "HEAD"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("HEAD:schema/tea/types.yaml:1:8: error[SCHEMA_PARSES]")
    assert said[-1] == "voxspec breaking: the schema of HEAD has mistakes"


# --- What git has of a folder ----------------------------------------------------------------------


def test_links_lead_to_what_they_led_to(repository: Path) -> None:
    """Links in a schema folder, and one that the folder itself is: nothing behind them is passed over."""
    schema = repository / "schema" / "tea"
    shared = repository / "shared"
    shared.mkdir()
    for name in ("session.yaml", "types.yaml", "client"):
        (schema / name).rename(shared / name)
        (schema / name).symlink_to(Path("..", "..", "shared", name))
    (repository / "current").symlink_to("schema/tea")
    (schema / "client" / ".around").symlink_to("..")
    commit(repository, "linked")
    for reference in ("HEAD", "HEAD:current"):
        assert compare(find(reference, schema), of_folder(schema)) == []
    write_texts(edited(example(), (Edit("client/talk.yaml", "500", "300"),)), schema)
    assert told(compare(find("HEAD", schema), of_folder(schema)))[0][0] == "CONSTRAINT_TIGHTENED"


def test_a_link_that_leads_out_of_a_repository_is_told(repository: Path, tmp_path: Path) -> None:
    schema = repository / "schema" / "tea"
    (schema / "session.yaml").rename(tmp_path / "session.yaml")
    (schema / "session.yaml").symlink_to(tmp_path / "session.yaml")
    commit(repository, "linked")
    assert of_folder(schema).protocol.session is not None
    with pytest.raises(SchemaError) as caught:
        find("HEAD", schema)
    assert [str(finding) for finding in caught.value.findings] == [
        "HEAD:schema/tea/session.yaml:1:1: error[SCHEMA_PARSES] is a link that leads to no file "
        "(a file of this name is read)"
    ]


def test_a_schema_that_a_link_leads_to_is_not_new(repository: Path) -> None:
    git(repository, "mv", "schema/tea", "other")
    (repository / "schema").mkdir(exist_ok=True)
    (repository / "schema" / "tea").symlink_to("../other")
    with pytest.raises(ReferenceNotFoundError, match=r"schema was: v1\.0:schema/tea$"):
        find("v1.0", repository / "schema" / "tea")


def test_a_part_that_is_in_another_repository(repository: Path) -> None:
    schema = repository / "schema" / "tea"
    git(repository, "rm", "--quiet", "--cached", "-r", "schema/tea/client")
    linked = f"160000,{'1' * 40},schema/tea/client"
    git(repository, "update-index", "--add", "--cacheinfo", linked)
    git(repository, "commit", "--quiet", "--message", "elsewhere")
    with pytest.raises(ReferenceNotFoundError, match=r"schema/tea/client of HEAD is a submodule"):
        find("HEAD", schema)


@pytest.mark.parametrize("left_out", ["blob:none", "tree:0"])
def test_what_git_lacks_is_not_new(left_out: str, repository: Path, tmp_path: Path) -> None:
    """Partial clones get the files of earlier commits when they are asked for, or not at all."""
    git(repository, "config", "uploadpack.allowFilter", "true")
    command = ("clone", "--quiet", f"--filter={left_out}", repository.as_uri(), "clone")
    git(tmp_path, *command)
    clone = tmp_path / "clone"
    git(clone, "remote", "set-url", "origin", (tmp_path / "gone").as_uri())
    with pytest.raises(ReferenceNotFoundError, match="git cannot read all of the") as caught:
        find("v1.0", clone / "schema" / "tea")
    assert not isinstance(caught.value, NothingEarlierError)


def test_a_schema_at_the_root(tmp_path: Path) -> None:
    schema = write_texts(example(), tmp_path)
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "first")
    for reference in ("HEAD", "HEAD:", "HEAD:client/.."):
        assert find(reference, schema).name == "HEAD:"
    for reference in ("HEAD:..", "HEAD:client/../.."):
        with pytest.raises(ReferenceNotFoundError, match=r"schema was: HEAD:$"):
            find(reference, schema)


@pytest.mark.skipif(sys.platform == "darwin", reason="has no such names")
def test_names_that_are_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema = write_texts(example(), tmp_path / os.fsdecode(b"a\xff") / os.fsdecode(b"b\xff"))
    git(schema.parent, "init", "--quiet")
    commit(schema.parent, "first")
    write_texts(edited(example(), (NARROWER,)), schema)
    reports = {name: tmp_path / name for name in FORMATS}
    written = [f"--write={name}={file}" for name, file in reports.items()]
    assert main(["breaking", "--schema", str(schema), "--against", "HEAD", *written]) == 1
    assert "CONSTRAINT_TIGHTENED" in capsys.readouterr().out
    assert all("CONSTRAINT_TIGHTENED" in file.read_text("utf-8") for file in reports.values())
    (schema / "types.yaml").write_text("types: {}\n", "utf-8")
    assert main(["breaking", "--schema", str(schema), "--against", "HEAD", *written]) == 1
    assert all(
        r"b\udcff/client/talk.yaml" in reports[name].read_text("utf-8") for name in ("text", "json")
    )
    assert "b%FF/client/talk.yaml" in reports["sarif"].read_text("utf-8")


def test_what_was_fetched_is_no_beginning(repository: Path, tmp_path: Path) -> None:
    """A job may have fetched one commit with all before it, and no branch of the remote."""
    job = tmp_path / "job"
    git(tmp_path, "init", "--quiet", str(job))
    git(job, "fetch", "--quiet", repository.as_uri(), "main:refs/pipelines/7")
    git(job, "checkout", "--quiet", "--detach", "refs/pipelines/7")
    assert_asks_for(job / "schema" / "tea")


def test_a_file_with_the_name_of_a_branch(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    Path("main").touch()
    assert find("main", repository / "schema" / "tea").name == "main:schema/tea"


def test_the_name_of_what_runs_is_no_package(repository: Path) -> None:
    with pytest.raises(ReferenceNotFoundError, match="git knows no revision '__main__'"):
        find("__main__", repository / "schema" / "tea")
