"""``voxspec infer``: a draft of a schema folder, from captured traffic."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from voxspec.pipeline import load_protocol
from voxspec.starter import StarterNameError, package_of

if TYPE_CHECKING:
    from voxspec.infer.observers import Observer
    from voxspec.infer.self_check import SelfCheck

_UNREADABLE: Final = 3
_SHOWN: Final = 5

_DESCRIPTION: Final = """\
Draft the schema folder of a protocol that has none from captures of its traffic, in any format that
`voxwire formats` lists: envelope, messages of both sides, types. The draft is loaded and checked, and
every frame is held against it. It says what was seen and no more; go on from there. How a conversation
goes (session.yaml) and what close codes mean (close_codes.yaml) is not drafted: how connections began and
closed is named, to begin with."""

_EXAMPLES: Final = """\
examples:
  voxspec infer --name my-chat --out schema session.har
  voxspec infer --name my-chat --out schema --url chat.example.org traffic.har
  voxspec infer --name my-chat --out schema --type-key op --payload-key d *.ndjson.zst
  voxspec infer --name my-game --out schema --flat session.pcap
  voxspec generate --schema schema      next: models, validators, documents

Secrets stay out of the draft: what stands under keys such as token or password is marked x-sensitive and
masked in examples, and so is what looks like a token anywhere. Other texts are shown as they were seen:
look through the examples before you publish them.

exit status:
  0  the draft was written, and every frame that was seen is valid
  1  the draft was written, and some frames are not valid by it: they are named
  2  the command line is wrong, the folder is not empty, nothing reads captures, or no frame has a type;
     nothing was written
  3  a capture is empty, or it or a part of it could not be read, which is said; the draft is of what could
     be read
"""


def add(commands: Any) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "infer",
        help="draft a schema from captured traffic",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    option = parser.add_argument
    option("captures", nargs="+", metavar="CAPTURE", help="a capture; - is standard input")
    option("--name", required=True, help="what the protocol is called, such as my-chat")
    option(
        "--out",
        type=Path,
        default=Path("schema"),
        metavar="FOLDER",
        help="where to write it; must be empty (default: %(default)s)",
    )
    option("--url", metavar="TEXT", help="take only connections in whose address this text is")
    option("--type-key", metavar="KEY", help="the key of frames that says what a message is")
    payload = parser.add_mutually_exclusive_group()
    payload.add_argument("--payload-key", metavar="KEY", help="the key of frames with the payload")
    payload.add_argument("--flat", action="store_true", help="fields stand beside the type")
    option("--from", dest="format", metavar="NAME", help="the format of the captures")
    option(
        "--direction",
        choices=["c2s", "s2c"],
        help="which way frames went, with --from of a format that does not say it, such as lines",
    )
    option("-q", "--quiet", action="store_true", help="no progress bar")
    parser.set_defaults(run=_infer)


def _infer(options: argparse.Namespace) -> int:
    from voxspec.infer.observers import ObserverMissingError, observer_class

    try:
        package = package_of(options.name)
        observing = observer_class()
    except (StarterNameError, ObserverMissingError) as error:
        return _refuse(str(error))
    if options.format is not None and options.format not in observing.formats:
        known = ", ".join(observing.formats)
        return _refuse(f'no format is called "{options.format}"; known here: {known}')
    if options.direction is not None and options.format not in observing.directed_formats:
        known = " or ".join(observing.directed_formats)
        return _refuse(
            f"--direction says which way frames went where the format does not, with --from {known}"
        )
    out: Path = options.out
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        return _refuse(f"{out} is there and not empty: name another folder with --out")
    with observing(
        options.captures,
        format=options.format,
        direction=options.direction,
        address=options.url,
        quiet=options.quiet,
    ) as observer:
        return _draft(options, observer, package)


def _draft(options: argparse.Namespace, observer: Observer, package: str) -> int:
    from voxspec.infer.draft import draft
    from voxspec.infer.self_check import checked

    payload_key = "" if options.flat else options.payload_key
    observed = observer.observe(options.type_key, payload_key)
    for file, reason in observed["failures"].items():
        print(f"voxspec infer: cannot read {file}: {reason}", file=sys.stderr)
    for sentence in observed["unread"]:
        print(f"voxspec infer: {sentence}", file=sys.stderr)
    unreadable = _UNREADABLE if observed["failures"] or observed["is_damaged"] else 0
    if not observed.get("messages"):
        said = _refuse(_why_nothing(observed, options))
        return unreadable or said
    with tempfile.TemporaryDirectory(prefix="voxspec-") as made:
        folder = Path(made) / "schema"
        for name, text in draft(observed, options.name, package).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        protocol = load_protocol(folder)
        result = checked(protocol, observer.frames())
        shutil.copytree(folder, options.out, dirs_exist_ok=True)
    _report(options.out, observed, result)
    return unreadable or (1 if result.refused else 0)


def _report(out: Path, observed: dict[str, Any], result: SelfCheck) -> None:
    from voxspec.infer.said import not_drafted

    messages = observed["messages"]
    sides = [
        sum(message["direction"] == side for message in messages) for side in ("client", "server")
    ]
    envelope = observed["envelope"]
    keys = [f'type in "{envelope["type"]}"']
    keys.append(
        f'payload in "{envelope["payload"]}"' if envelope["payload"] else "fields beside it"
    )
    if envelope["sequence"]:
        keys.append(f'number in "{envelope["sequence"]}"')
    print(
        f"{out}: {len(messages)} messages ({sides[0]} of the client, {sides[1]} of the server), "
        f"{', '.join(keys)}"
    )
    paths = observed["endpoint"]["paths"]
    if len(paths) > 1:
        some = ", ".join(list(paths)[:_SHOWN])
        print(f"connections went to {len(paths)} paths ({some}): --url takes those of one")
    for entry in observed["left_out"]:
        print(f"left out: {entry['reason']} ({_frames(entry['frames'])}, {entry['where'][0]})")
    print(f"self-check: {_frames(result.valid)} valid, {result.refused} not")
    for reason, (where, count) in result.reasons.items():
        print(f"  {where}: {reason}" + (f", {count} times" if count > 1 else ""))
    print("not drafted: session.yaml and close_codes.yaml, of which a capture shows too little")
    for line in not_drafted(observed):
        print(f"  {line}")
    print(f"next: voxspec check --schema {out}, and make it yours")


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count:,} frames"


def _why_nothing(observed: dict[str, Any], options: argparse.Namespace) -> str:
    if not observed["frames"]:
        where = f" to an address with {options.url}" if options.url else ""
        return f"the captures hold no frame{where}: nothing was written"
    candidates, unknown = observed.get("candidates", []), observed.get("unknown", [])
    if options.payload_key is not None and options.payload_key in unknown:
        return (
            f'no frame has "{options.payload_key}"; keys that most frames have: {_listed(candidates)}. Give '
            "--flat where fields stand beside the type; nothing was written"
        )
    if options.type_key is not None and options.type_key in unknown:
        return (
            f'no frame has "{options.type_key}"; keys that most frames have: {_listed(candidates)}'
        )
    if options.type_key is not None:
        return (
            f'no frame says what it is in "{options.type_key}", neither by a text nor by an integer: '
            "name another key with --type-key; nothing was written"
        )
    return (
        "no key says what messages are: most frames would have to be objects in which one key is always "
        f"a word or an integer. Keys that most frames have: {_listed(candidates)}. Name it with "
        "--type-key; nothing was written"
    )


def _listed(words: list[str]) -> str:
    return ", ".join(words) if words else "none"


def _refuse(sentence: str) -> int:
    print(f"voxspec infer: {sentence}", file=sys.stderr)
    return 2
