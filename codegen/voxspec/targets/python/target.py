"""Target **python**: the importable package of dataclasses, enums, registry and constants."""

from __future__ import annotations

import json

from voxspec.model import Direction, Enum, Flags, Protocol, naming
from voxspec.model.reach import free_json
from voxspec.model.resolved import sequence_type
from voxspec.output.render import header
from voxspec.output.support import support_files
from voxspec.targets.python import validators
from voxspec.targets.python.classes import rename_code
from voxspec.targets.python.closed import closed_module
from voxspec.targets.python.enums import enum_names, enum_view, open_base
from voxspec.targets.python.environment import python_environment
from voxspec.targets.python.frames import frame_renames
from voxspec.targets.python.modules import area_module, direction_module, shared_names, types_module
from voxspec.targets.python.secrets import secret_keys, secrets_of, words_of
from voxspec.targets.python.session import session_view
from voxspec.targets.python.shapes import shapes_module
from voxspec.targets.python.tables import other_keys, sides, tables
from voxspec.targets.python.wide import has_wide, wide_frames, wide_types
from voxspec.targets.python.widths import Widths

_DIRECTIONS: tuple[Direction, ...] = ("client", "server")


def plan(protocol: Protocol) -> dict[str, str]:
    """Every file of the package but its strategies."""
    return {
        **_Package(protocol).files(),
        **validators.plan(protocol, python_environment()),
    }


class _Package:
    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.widths = Widths(protocol)
        self.root = f"{protocol.package}/{protocol.module}"
        self.jinja = python_environment()

    def render(self, template: str, source: str, **values: object) -> str:
        return self.jinja.get_template(f"{template}.py.j2").render(
            header=header(f"{self.protocol.name} v{self.protocol.version}, {source}"),
            protocol=self.protocol,
            package=self.protocol.package,
            module=self.protocol.module,
            envelope=self.protocol.envelope,
            type_of_types="int" if self.protocol.has_integer_types else "str",
            **values,
        )

    def files(self) -> dict[str, str]:
        package, root, protocol = self.protocol.package, self.root, self.protocol
        enums = [d for d in protocol.types if isinstance(d, Enum | Flags)]
        secrets = [{"direction": d, "views": secrets_of(protocol, d)} for d in _DIRECTIONS]
        words = [{"direction": d, "views": words_of(protocol, d)} for d in _DIRECTIONS]
        has_secrets = any(part["views"] for part in (*secrets, *words))
        relayed = [
            (message, fields)
            for message in protocol.messages("server")
            if (fields := protocol.relayed_fields(message))
        ]
        wide: list[Direction] = [d for d in _DIRECTIONS if has_wide(protocol, self.widths, d)]
        files = {
            f"{package}/__init__.py": self.render("package", "protocol.yaml"),
            f"{package}/py.typed": f"# {header(protocol.name)}\n",
            f"{root}/schema.json": self.schema(),
            **self.support(),
            f"{root}/__init__.py": self.render(
                "version",
                "protocol.yaml",
                modules=self.modules(),
                shared=shared_names(self.protocol),
                enums=[d.python_name for d in enums],
                bases=sorted({"OpenStrEnum", *(base for d in enums if (base := open_base(d)))}),
            ),
            f"{root}/_frame.py": self.render(
                "frame", "protocol.yaml", renames=rename_code(frame_renames(protocol.envelope))
            ),
            f"{root}/frames.py": self.render(
                "frames",
                "client/*.yaml and server/*.yaml",
                sides=sides(protocol),
                tables=tables(protocol),
                others=other_keys(protocol),
                keys_hold_json=any(
                    free_json(protocol, message) == [] for message in protocol.messages()
                ),
                max_seq=getattr(sequence_type(protocol), "maximum", None),
            ),
            f"{root}/registry.py": self.render(
                "registry",
                "client/*.yaml and server/*.yaml",
                sides=sides(protocol),
                has_types=bool(shared_names(self.protocol)),
            ),
        }
        files |= {
            f"{root}/session.py": self.render(
                "session",
                "session.yaml" if protocol.session.is_stated else "the schema",
                view=session_view(protocol),
            ),
            f"{root}/protocol.py": self.render(
                "protocol",
                "the schema",
                wide=wide,
                tables=tables(protocol),
                relays=bool(relayed),
                has_secrets=has_secrets,
            ),
        }
        files[f"{root}/shapes.py"] = self.render(
            "shapes", "client/*.yaml and server/*.yaml", **shapes_module(protocol)
        )
        files[f"{root}/closed.py"] = self.render(
            "closed",
            "server/*.yaml",
            has_types=bool(shared_names(protocol)),
            **closed_module(protocol),
        )
        if shared_names(self.protocol):
            files[f"{root}/types.py"] = self.render(
                "types", "types.yaml", **types_module(protocol, self.widths)
            )
        if enums:
            files[f"{root}/enums.py"] = self.render(
                "enums",
                "types.yaml",
                enums=list(map(enum_view, enums)),
                noun="values" if any(d.integer is not None for d in enums) else "strings",
            )
        if relayed:
            files[f"{root}/relayed.py"] = self.render(
                "relayed",
                "server/*.yaml",
                messages=relayed,
                widths=self.widths,
                wide="server" in wide,
            )
        if has_secrets:
            keys = secret_keys(protocol)
            files[f"{root}/secrets.py"] = self.render(
                "secrets",
                "client/*.yaml and server/*.yaml",
                secrets=secrets,
                secret_keys=keys,
                words=words,
            )
        if protocol.close_codes:
            files[f"{root}/close_codes.py"] = self.render("close_codes", "close_codes.yaml")
        if protocol.permissions:
            files[f"{root}/permissions.py"] = self.render("permissions", "permissions.yaml")
        if protocol.limits:
            files[f"{root}/limits.py"] = self.render(
                "limits",
                "protocol.yaml and session.yaml" if protocol.session.limits else "protocol.yaml",
            )
        if protocol.endpoint:
            files[f"{root}/endpoint.py"] = self.render(
                "endpoint", "protocol.yaml", endpoint=protocol.endpoint
            )
        shared = wide_types(protocol, self.widths)
        if shared is not None:
            files[f"{root}/_wide.py"] = self.render("wide", "types.yaml", side=None, **shared)
        for direction in wide:
            files[f"{root}/{direction}/_wide.py"] = self.render(
                "wide",
                f"{direction}/*.yaml",
                side=direction,
                **wide_frames(protocol, self.widths, direction),
            )
        for direction in _DIRECTIONS:
            files[f"{root}/{direction}/__init__.py"] = self.render(
                "direction", f"{direction}/*.yaml", **direction_module(protocol, direction)
            )
            for area in protocol.areas_of(direction):
                files[f"{root}/{direction}/{naming.module(area.name)}.py"] = self.render(
                    "area",
                    f"{direction}/{area.name}.yaml",
                    **area_module(protocol, self.widths, area),
                )
        return files

    def schema(self) -> str:
        """The schema files, for `voxspec breaking` to compare with; no module reads them."""
        whole = {"$comment": header(f"{self.protocol.folder}/"), "files": dict(self.protocol.texts)}
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"

    def support(self) -> dict[str, str]:
        protocol = self.protocol
        named = f"{protocol.name} v{protocol.version}"
        copied = support_files("python", named, {"python": protocol.package})
        return {f"{protocol.package}/{name}": text for name, text in copied.items()}

    def modules(self) -> list[str]:
        optional = {
            "endpoint": bool(self.protocol.endpoint),
            "enums": bool(enum_names(self.protocol)),
            "limits": bool(self.protocol.limits),
            "types": bool(shared_names(self.protocol)),
        }
        return sorted(
            ["client", "server", "frames", "registry"]
            + [name for name, there in optional.items() if there]
        )
