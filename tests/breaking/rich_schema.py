"""A schema that has something of everything that models are made from."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.voxspec.mini import Data, write
from voxspec import pipeline
from voxspec.breaking.revision import Revision
from voxspec.starter import files

_FURTHER = """
types.yaml:
  types:
    room_id: {type: integer, format: uint32, description: R.}
    way: {type: integer, format: uint32, description: F., x-flags: {in: {bit: 0, description: B.}, out: {bit: 3, description: B.}}}
    level: {type: integer, format: int32, x-open: false, enum: [1, 2, 5], x-enum-names: {1: low, 2: middle, 5: high}, x-enum-descriptions: {1: L., 2: M., 5: H.}, description: L.}
    colour: {type: string, x-open: false, enum: [red, blue], x-enum-descriptions: {red: R., blue: B.}, description: C.}
    place:
      type: object
      description: P.
      required: [room]
      properties:
        room: {$ref: room_id, description: R.}
        note: {type: string, description: N.}
        before: {$ref: room_id, description: R.}
    loose: {type: object, description: L., x-extra: true, properties: {a: {type: string, description: A.}}}
    image: {type: object, description: I., required: [kind, url], properties: {kind: {type: string, const: image, description: K.}, url: {type: string, description: U.}}}
    poll: {type: object, description: P., required: [kind, ask], properties: {kind: {type: string, const: poll, description: K.}, ask: {type: string, description: A.}}}
    sound: {type: object, description: S., required: [kind], properties: {kind: {type: string, const: sound, description: K.}, seconds: {type: number, description: S.}}}
    attachment: {description: A., oneOf: [{$ref: image}, {$ref: poll}, {$ref: sound}]}
client/more.yaml:
  area: more
  title: More
  description: M.
  messages:
    move:
      summary: Go
      description: Go.
      seq: never
      payload:
        type: object
        required: [place, way]
        properties:
          place: {$ref: place, description: P.}
          way: {$ref: way, description: W.}
          level: {$ref: level, description: L.}
          colour: {$ref: colour, description: C.}
          near: {$ref: room_id, description: N.}
          far: {type: string, description: F.}
          list: {type: array, items: {$ref: room_id}, description: L.}
          either: {oneOf: [{type: string}, {type: integer, format: int64}], description: E.}
          both: {type: boolean, x-name: with_both, description: B.}
        oneOf: [{required: [near]}, {required: [far]}]
        x-one-of-name: direction
      examples: [{summary: One, payload: {place: {room: 1}, way: 1, near: 1}}]
    show:
      summary: Show
      description: Show.
      seq: never
      payload: {$ref: attachment}
      examples:
        - {summary: One, payload: {kind: image, url: u}}
        - {summary: Two, payload: {kind: poll, ask: u}}
        - {summary: Three, payload: {kind: sound}}
    stay:
      summary: Stay
      description: Stay.
      seq: never
      payload_optional: true
      payload: {$ref: place}
      examples: [{summary: One, payload: {room: 1}}, {summary: None}]
server/more.yaml:
  area: more
  title: More
  description: M.
  messages:
    moved:
      summary: Gone
      description: Gone.
      seq: required
      payload:
        type: object
        required: [place, given]
        properties:
          place: {$ref: place, description: P.}
          loose: {$ref: loose, description: L.}
          given: {type: string, x-relayed: true, description: G.}
          number: {type: integer, format: uint32, x-relayed: int64, description: G.}
          shown: {$ref: place, x-open: true, description: S.}
      examples: [{summary: One, payload: {place: {room: 1}, given: a}}]
permissions.yaml:
  description: P.
  permissions:
    TALK: {bit: 0, description: T.}
    MOVE: {bit: 1, description: M.}
"""


def schema() -> Data:
    """The starter protocol, grown by what it does not have."""
    made: Data = {}
    for path, text in files("my-chat").items():
        if path.startswith("schema/") and path.endswith(".yaml"):
            made[path.removeprefix("schema/")] = yaml.safe_load(text)
    for path, part in yaml.safe_load(_FURTHER).items():
        if path == "types.yaml":
            made[path]["types"] |= part["types"]
        else:
            made[path] = part
    protocol = made["protocol.yaml"]
    protocol["limits"] = {
        "text_length": {"value": 500, "unit": "characters", "description": "L."},
        "pause": {"value": 2, "unit": "s", "description": "L."},
    }
    protocol["endpoint"]["parameters"] = {
        "lang": {
            "required": False,
            "values": ["en", "de"],
            "description": "L.",
            "when_absent": "E.",
        }
    }
    protocol["envelope"]["keys"] = {
        "id": {
            "direction": "client",
            "presence": "optional",
            "schema": {"type": "string"},
            "description": "I.",
        }
    }
    return made


def load(data: Data, folder: Path) -> Revision | None:
    """The revision that some data describes; None where it is no schema."""
    write(data, folder)
    loaded = pipeline.load_as_far_as_possible(folder, examples=False)
    if loaded.protocol is None:
        return None
    return Revision("revision", loaded.protocol, loaded.sources(folder))
