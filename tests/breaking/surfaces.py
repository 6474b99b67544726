"""What generated models offer to source code, read from their text, and what of it another revision breaks."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from voxspec.model import Protocol
from voxspec.targets import python

_OFFERED = re.compile(
    r"v\d+/(?:(?:client|server)/[a-z]\w*|types|enums|close_codes|permissions|limits|endpoint|frames)\.py"
)
_IMPORTED = re.compile(r"v\d+/(?:(?:client|server)/)?__init__\.py")
_BY_MODULE = {"limits", "endpoint"}
_NUMBERS = {"FIRST_SEQ", "MAX_SEQ"}
_FOLLOWS = {"ClientFrame", "ServerFrame", "Parameter"}
"""What they stand for are the classes of frames, and follows from them."""

_KNOWN = {"AlwaysTrue": "Literal[True]", "AlwaysFalse": "Literal[False]"}


@dataclass
class Offered:
    """A name that a module offers: ``kind`` is what it is, such as the base of a class.

    ``parts``: by the names of attributes and members, what they are. ``needed``: the attributes without
    which a class cannot be made. ``type``: what an alias stands for. ``unit``: what a limit counts.
    """

    kind: str
    parts: dict[str, str] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()
    type: str = ""
    unit: str = ""


@dataclass
class Surface:
    """All names that the modules of one revision offer, by the module that people import."""

    names: dict[tuple[str, str], Offered] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    """The aliases that nobody imports: those are for decoders."""

    def spelled(self, type_: str) -> str:
        """A type by the names that people know."""
        return self._with(type_, {name: self.aliases[name] for name in self.own})

    def resolved(self, type_: str) -> str:
        """A type with what all names of aliases stand for."""
        return self._with(type_, self.aliases)

    def _with(self, type_: str, aliases: dict[str, str]) -> str:
        for _ in range(9):
            type_ = re.sub(r"[A-Za-z_]\w*", lambda m: aliases.get(m[0], m[0]), type_)
        return _ordered(type_)


def surface(protocol: Protocol) -> Surface:
    """The surface of the models of a protocol."""
    made = Surface()
    texts = {
        path.removeprefix(f"{protocol.package}/"): text
        for path, text in python.TARGET.plan(protocol).items()
    }
    files = {
        path: _read(text)
        for path, text in texts.items()
        if _OFFERED.fullmatch(path) or _IMPORTED.fullmatch(path)
    }
    offered = {
        name for path, body in files.items() if _IMPORTED.fullmatch(path) for name in _all(body)
    }
    for path, body in files.items():
        if not _OFFERED.fullmatch(path):
            continue
        module = path.split("/")[1].removesuffix(".py")
        for name, found in _module(body):
            if found.kind == "alias" and module != "frames":
                made.aliases.setdefault(name, f"({found.type})")
            if name in (offered | _NUMBERS) - _FOLLOWS or (
                module in _BY_MODULE and name not in _FOLLOWS
            ):
                made.names[module, name] = found
            elif name in made.aliases:
                made.own.add(name)
    return made


def broken(old: Surface, new: Surface) -> Iterator[tuple[str, str]]:
    """Each name that code of the old one has and that is not what it was: of what, and which part.

    What only follows from a class that is gone is not listed.
    """
    for (module, name), was in old.names.items():
        now = new.names.get((module, name))
        if now is None or now.kind not in (was.kind, f"Open{was.kind}"):
            yield name, ""  # an open enum does all that a closed one does
        elif was.unit != now.unit or (was.kind == "alias" and _is_other_alias(old, new, was, now)):
            yield name, ""
        else:
            yield from ((name, part) for part in _broken_parts(old, new, was, now))


def _broken_parts(old: Surface, new: Surface, was: Offered, now: Offered) -> Iterator[str]:
    values = {*now.parts.values()}
    for part, type_ in was.parts.items():
        if part not in now.parts:
            yield part
        elif "Enum" in was.kind:
            if now.parts[part] != type_ and type_ in values:
                yield part
        elif "Flag" in was.kind or type_ in ("", "UnsetType"):
            continue
        elif _is_another(old, new, type_, now.parts[part]) or (
            part in now.needed and part not in was.needed
        ):
            yield part
    yield from (part for part in now.needed if was.parts.get(part, "UnsetType") == "UnsetType")


def _is_other_alias(old: Surface, new: Surface, was: Offered, now: Offered) -> bool:
    """Whether a name stands for something else; classes may come to those that it stands for."""
    before, after = ({*_ordered(one.type).split(" | ")} for one in (was, now))
    classes = {name for _, name in (*old.names, *new.names)} - {*old.aliases, *new.aliases}
    if before | after <= classes:
        return not before - _gone(old, new) <= after
    return _is_another(old, new, was.type, now.type)


def _is_another(old: Surface, new: Surface, was: str, now: str) -> bool:
    if old.spelled(was) == new.spelled(now) or _gone(old, new) & {*re.findall(r"\w+", was)}:
        return False
    return old.resolved(was) != new.resolved(now)


def _gone(old: Surface, new: Surface) -> set[str]:
    return {name for module, name in old.names.keys() - new.names.keys()}


# --- Reading it -----------------------------------------------------------------------------------


@functools.lru_cache(maxsize=100)
def _read(text: str) -> list[ast.stmt]:
    """Most of it is the same after an edit."""
    return ast.parse(text).body


def _module(body: list[ast.stmt]) -> Iterator[tuple[str, Offered]]:
    for at, statement in enumerate(body):
        match statement:
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                yield from _module(statement.body)
            case ast.ClassDef():
                yield statement.name, _class(statement)
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias")):
                assert statement.value is not None
                yield name, Offered("alias", type=_type(statement.value))
            case ast.AnnAssign(target=ast.Name(id=name)) if name.isupper():
                values = statement.value if name == "PARAMETERS" else None
                parts = dict.fromkeys(_texts(values), "") if values is not None else {}
                yield name, Offered("constant", parts, unit=_unit(body[at + 1 : at + 2]))


def _texts(parameters: ast.expr) -> Iterator[str]:
    """The parameters of an address and their values."""
    for node in ast.walk(parameters):
        match node:
            case ast.Dict(keys=keys):
                yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))
            case ast.Tuple(elts=values):
                yield from (str(value.value) for value in values if isinstance(value, ast.Constant))


def _all(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=names)):
                yield from (str(name.value) for name in names if isinstance(name, ast.Constant))


def _unit(following: list[ast.stmt]) -> str:
    for statement in following:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            found = re.search(r"Unit: ([^/.]+)", str(statement.value.value).replace("\n", " "))
            return found[1] if found else ""
    return ""


def _class(class_: ast.ClassDef) -> Offered:
    base = ast.unparse(class_.bases[0]).split(".")[-1] if class_.bases else ""
    if class_.name == "CloseCode":
        base = "CloseEnum"  # its members are what they mean: the numbers are on the wire
    made = Offered(base)
    needed = set()
    for at, statement in enumerate(class_.body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]):
                means = class_.body[at + 1] if base == "CloseEnum" else statement.value
                made.parts[name] = ast.unparse(means)
            case ast.AnnAssign(target=ast.Name(id=name)):
                made.parts[name] = _type(statement.annotation)
                if statement.value is None:
                    needed.add(name)
            case ast.FunctionDef(name=name) if not name.startswith("_"):
                made.parts[name] = "method"
    made.needed = frozenset(needed)
    return made


def _type(node: ast.expr) -> str:
    """A type as those see it who use it, not as a decoder does."""
    match node:
        case ast.BinOp(left=left, right=right):
            return f"{_type(left)} | {_type(right)}"
        case ast.Subscript(value=ast.Name(id="Relayed"), slice=inner):
            return f"{_type(inner)} | JsonValue"
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[inner, *_])):
            return _type(inner)
        case ast.Subscript(value=ast.Name(id="Literal")):
            return ast.unparse(node)
        case ast.Subscript(value=ast.Name(id="ClassVar"), slice=inner):
            return _type(inner)
        case ast.Subscript(value=value, slice=ast.Tuple(elts=parts)):
            return f"{ast.unparse(value)}[{', '.join(map(_type, parts))}]"
        case ast.Subscript(value=value, slice=inner):
            return f"{ast.unparse(value)}[{_type(inner)}]"
        case ast.Name(id=name):
            return _KNOWN.get(name, name)
        case ast.Attribute(attr=name):
            return name
    return ast.unparse(node)


def _ordered(type_: str) -> str:
    """A type with the members of its unions in one order, each once."""
    return _union(ast.parse(type_.strip(), mode="eval").body)


def _union(node: ast.expr) -> str:
    match node:
        case ast.BinOp():
            return " | ".join(
                sorted({part for one in _arms(node) for part in _union(one).split(" | ")})
            )
        case ast.Subscript(value=value, slice=ast.Tuple(elts=parts)):
            return f"{ast.unparse(value)}[{', '.join(map(_union, parts))}]"
        case ast.Subscript(value=ast.Name(id="Literal")):
            return ast.unparse(node)
        case ast.Subscript(value=value, slice=inner):
            return f"{ast.unparse(value)}[{_union(inner)}]"
    return ast.unparse(node)


def _arms(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp):
        yield from _arms(node.left)
        yield from _arms(node.right)
    else:
        yield node
