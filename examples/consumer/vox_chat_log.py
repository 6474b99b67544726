"""Prints the conversation in a captured gateway session.

    vox-chat-log CAPTURE

A capture is one JSON object a line (NDJSON), plain or compressed. `read_frames` makes typed objects of
its frames, and a `match` statement picks those that a chat log is about.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from msgspec import UnsetType

from voxmodels.v1 import ServerFrame, UnknownFrame, server
from voxwire import CaptureError
from voxwire.capture import read_frames


@dataclass
class ChatLog:
    """What the frames so far have said: names to print instead of ids, and counts."""

    users: dict[int, str] = field(default_factory=dict)
    feeds: dict[int, str] = field(default_factory=dict)
    messages: int = 0
    frames: int = 0

    def lines(self, frame: ServerFrame | UnknownFrame) -> Iterator[str]:
        """The lines of the log that one frame of the server adds: none, for most."""
        self.frames += 1
        match frame.d:
            case server.Ready(user_id=user_id, display_name=name, server_name=server_name):
                self.users[user_id] = name
                yield f"--- {name} joined {server_name}"
            case server.MemberJoin(user_id=user_id, username=name):
                self.users[user_id] = name
                yield f"--- {name} is new here"
            case server.FeedCreate(feed_id=feed_id, name=name):
                self.feeds[feed_id] = name
            case server.MessageCreate(timestamp=timestamp, body=body) as message:
                self.messages += 1
                time = datetime.fromtimestamp(timestamp / 1000, UTC)
                yield f"{time:%H:%M:%S} {self.place(message)} {self.author(message)}: {body or ''}"
            case server.MessageReactionAdd(user_id=user_id, emoji=emoji):
                yield f"         {self.user(user_id)} reacts with {emoji}"

    def user(self, user_id: int) -> str:
        """The user's name, or a number when no frame has named them."""
        return self.users.get(user_id, f"user {user_id}")

    def author(self, message: server.MessageCreate) -> str:
        """Who wrote a message; webhooks have no author."""
        return "webhook" if message.author_id is None else self.user(message.author_id)

    def place(self, message: server.MessageCreate) -> str:
        """The feed or conversation of a message. Exactly one of the two ids is set."""
        if isinstance(message.feed_id, UnsetType):
            return f"(dm {message.dm_id})"
        return f"#{self.feeds.get(message.feed_id, message.feed_id)}"


def main() -> None:
    """Print the log of the capture that the command line names."""
    if len(sys.argv) != 2:
        sys.exit("usage: vox-chat-log CAPTURE")
    try:
        print_log(sys.argv[1])
        sys.stdout.flush()
    except CaptureError as error:
        sys.exit(f"vox-chat-log: cannot read {sys.argv[1]}: {error}")
    except BrokenPipeError:  # whoever reads the output has seen enough, such as head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_log(capture: str) -> None:
    """Print what was said in a capture, and mention frames that are not valid."""
    log = ChatLog()
    for read in read_frames(capture):
        if read.direction == "c2s":
            continue
        if read.frame is None:
            print(f"--- frame {read.number} is not valid: {read.error}")
            continue
        for line in log.lines(read.frame):
            print(line)
    print(f"--- {log.messages} messages in {log.frames} frames")


if __name__ == "__main__":
    main()
