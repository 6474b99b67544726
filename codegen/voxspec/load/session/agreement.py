"""Whether the parts of session.yaml agree: with the roles that they are about, and in their numbers."""

from __future__ import annotations

from voxspec.load.session.lookup import Lookup
from voxspec.model import Message
from voxspec.model.session import Binding, Heartbeats, Session


def check(lookup: Lookup, session: Session) -> None:
    """Find parts that contradict each other, or that say something of what is not there."""
    agreement = _Agreement(lookup, session)
    agreement.check_greeting()
    agreement.check_turn()
    agreement.check_roles_of_heartbeats()
    for name in ("heartbeat", "server_heartbeat"):
        agreement.check_heartbeats(name)
    agreement.check_resume()
    agreement.check_numbering()
    agreement.check_roles_of_refusals()
    agreement.check_subprotocol()
    agreement.check_backoff()


def check_roles(lookup: Lookup, session: Session) -> None:
    """Find the parts that are about a role that is not there: they are told along with the rest."""
    agreement = _Agreement(lookup, session)
    agreement.check_roles_of_heartbeats()
    agreement.check_roles_of_refusals()
    if session.resume is not None:
        agreement.check_roles_of_resume()


class _Agreement:
    def __init__(self, lookup: Lookup, session: Session) -> None:
        self.lookup = lookup
        self.session = session

    def needs_role(self, role: str, *path: str) -> bool:
        """Whether there is the role that the part at ``path`` is about; else that is a finding."""
        if self.session.role(role) is not None:
            return True
        if self.lookup.has("roles", role):
            return False  # what is wrong with it was said there
        self.lookup.error(
            "SESSION_PARTS_FIT",
            f'"{path[-1]}" says nothing without the role "{role}"',
            self.lookup.source.key_place(*path),
            f"name the message that is the {role} under roles",
        )
        return False

    def binding(self, role: str, name: str) -> Binding | None:
        """The field that a role binds; None where there is no such role, or it binds none."""
        found = self.session.role(role)
        return None if found is None else dict(found.bindings).get(name)

    def needs_binding(self, role: str, name: str, *path: str) -> None:
        """The part at ``path`` needs a field of a role's message."""
        if self.lookup.has("roles", role, name):
            return  # what is wrong with it was said there
        if self.needs_role(role, *path) and self.binding(role, name) is None:
            self.lookup.error(
                "SESSION_PARTS_FIT",
                f'"{path[-1]}" says nothing without the {name} of the {role}',
                self.lookup.source.key_place(*path),
                f"name the field under roles.{role}.{name}",
            )

    def check_greeting(self) -> None:
        greeting = self.session.role("greeting")
        if greeting is None:
            return
        first = self.session.states[0]
        if greeting.message not in [move.subject for move in first.server]:
            self.lookup.error(
                "SESSION_PARTS_FIT",
                f'the first state, "{first.name}", does not allow the greeting',
                self.lookup.source.key_place("states", first.name),
                "the greeting is the server's first message: allow it there, or give it no role",
            )
        parts = (self.session.heartbeat, self.session.server_heartbeat)
        takes_it = any(part is not None and part.from_greeting for part in parts)
        if self.binding("greeting", "heartbeat_interval") is not None and not takes_it:
            self.lookup.error(
                "SESSION_PARTS_FIT",
                "the greeting says an interval, and nothing takes it from there",
                self.lookup.source.key_place("roles", "greeting", "heartbeat_interval"),
                "write interval: {from: greeting, …} under heartbeat or server_heartbeat",
            )

    def check_turn(self) -> None:
        """A client says who it is as soon as it is its turn: greeted, or else when it is connected."""
        session, greeting = self.session, self.session.role("greeting")
        turns = [session.states[0].name]
        if greeting is not None:
            moves = session.states[0].server
            turns = [move.after for move in moves if move.subject == greeting.message]
        if not turns:
            return  # nobody is greeted, which was said before
        turn = turns[0]
        allowed = [move.subject for move in session.state(turn).client]
        for name in ("login", "resume"):
            role = session.role(name)
            if role is not None and role.message not in allowed:
                self.lookup.error(
                    "SESSION_PARTS_FIT",
                    f'it is the client\'s turn in the state "{turn}", which does not allow its {name}',
                    self.lookup.source.key_place("states", turn),
                    f"allow the {name} there: clients say who they are before anything else",
                )

    def check_roles_of_heartbeats(self) -> None:
        for name in ("heartbeat", "server_heartbeat"):
            part = self.heartbeats(name)
            if part is None or not self.needs_role(name, name):
                continue
            if part.from_greeting:
                self.needs_binding("greeting", "heartbeat_interval", name, "interval", "from")
            if part.missed_answers is not None:
                self.needs_role(f"{name}_answer", name, "missed_answers")
            if part.unasked_answers:
                self.needs_role(f"{name}_answer", name, "unasked_answers")
            if part.echoes_payload:
                self.needs_role(f"{name}_answer", name, "echoes_payload")

    def heartbeats(self, name: str) -> Heartbeats | None:
        """The heartbeats of one side."""
        return self.session.heartbeat if name == "heartbeat" else self.session.server_heartbeat

    def check_heartbeats(self, name: str) -> None:
        part = self.heartbeats(name)
        if part is None or self.session.role(name) is None:
            return
        if part.echoes_payload:
            self.check_echo(name)
        if part.interval is None:
            self.check_without_interval(name)
        if part.silence is not None and part.silence.value <= 1:
            self.lookup.error(
                "SESSION_NUMBERS_AGREE",
                "a silence of one interval or less is over before the next heartbeat is due",
                self.lookup.source.place(name, "silence", "value"),
                "write a number above 1",
            )

    def check_echo(self, name: str) -> None:
        """A payload can be given back only in a message that can have it."""
        beat, answer = self.session.role(name), self.session.role(f"{name}_answer")
        if beat is None or answer is None or _carries_the_same(beat.message, answer.message):
            return
        self.lookup.error(
            "SESSION_PARTS_FIT",
            f'"{answer.message.text}" cannot have each payload that "{beat.message.text}" can have',
            self.lookup.source.key_place(name, "echoes_payload"),
            "give both the same payload by its name, or leave it out",
        )

    def check_without_interval(self, name: str) -> None:
        """Where heartbeats come at any time, nothing follows from their times."""
        for part in ("first", "missed_answers", "silence"):
            if self.lookup.has(name, part):
                self.lookup.error(
                    "SESSION_PARTS_FIT",
                    f'"{part}" says nothing without an interval',
                    self.lookup.source.key_place(name, part),
                    "say how often heartbeats come, or delete it",
                )

    def check_resume(self) -> None:
        resume = self.session.resume
        if resume is None:
            if self.session.role("resume") is not None:
                self.lookup.error(
                    "SESSION_PARTS_FIT",
                    "nothing says how long and how far back a session can be resumed",
                    self.lookup.source.key_place("roles", "resume"),
                    'add the part "resume"',
                )
            return
        if not self.check_roles_of_resume():
            return
        kept, reach = resume.buffer.value, resume.reach.value
        if reach not in (kept, kept - 1):
            self.lookup.error(
                "SESSION_NUMBERS_AGREE",
                f"of {kept} messages that are kept, {reach} cannot be the most that may be missed",
                self.lookup.source.place("resume", "reach", "value"),
                f"write {kept}, or {kept - 1} where the last one that a client has must be kept, too",
            )

    def check_roles_of_resume(self) -> bool:
        """Whether there is a resume for the part to be about."""
        if not self.needs_role("resume", "resume"):
            return False
        self.needs_role("resumed", "roles", "resume")
        self.needs_binding("established", "session", "roles", "resume", "session")
        return True

    def check_numbering(self) -> None:
        """What is about numbers needs numbered messages."""
        lookup = self.lookup
        if any(message.seq == "required" for message in lookup.protocol.messages("server")):
            if self.session.resume is not None:
                self.needs_binding("resume", "last_seq", "resume", "buffer")
            return
        about = [("sequence",), ("resume", "buffer")]
        about += [("roles", role, "last_seq") for role in ("resume", "resumed")]
        for path in about:
            if lookup.has(*path):
                lookup.error(
                    "SESSION_SEQUENCE",
                    f'"{path[-1]}" is about numbered messages, of which the protocol has none',
                    lookup.source.key_place(*path),
                    "number messages with seq: required, or delete it",
                )

    def check_subprotocol(self) -> None:
        refusals = self.session.refusals
        endpoint = self.lookup.protocol.endpoint
        if refusals.subprotocol is not None and (endpoint is None or not endpoint.subprotocols):
            self.lookup.error(
                "SESSION_PARTS_FIT",
                '"subprotocol" says nothing, as the endpoint has no subprotocols',
                self.lookup.source.key_place("refusals", "subprotocol"),
                "list them under endpoint.subprotocols in protocol.yaml",
            )

    def check_roles_of_refusals(self) -> None:
        refusals = self.session.refusals
        if refusals.login is not None:
            self.needs_role("login", "refusals", "login")
        if refusals.token is not None:
            self.needs_binding("login", "token", "refusals", "token")
        if refusals.version is not None:
            self.needs_binding("login", "version", "refusals", "version")
        if refusals.malformed is not None:
            self.needs_role("login", "refusals", "malformed")
        for name in ("failures", "sessions", "connections"):
            quota = getattr(refusals, name)
            if quota is None:
                continue
            if name != "connections":
                self.needs_role("login", "refusals", name)
            if quota.by == "user":
                self.needs_binding("established", "user", "refusals", name, "by")

    def check_backoff(self) -> None:
        backoff = self.session.backoff
        if backoff is None or backoff.initial.seconds is None or backoff.maximum.seconds is None:
            return
        if backoff.initial.seconds > backoff.maximum.seconds:
            self.lookup.error(
                "SESSION_NUMBERS_AGREE",
                "the first wait is longer than the longest",
                self.lookup.source.place("backoff", "maximum", "value"),
            )


def _carries_the_same(one: Message, other: Message) -> bool:
    """Whether one has whatever payload the other can have; a record of its own is nobody else's."""
    fits = one.payload_type is not None and one.payload_type == other.payload_type
    return fits and (
        one.payload_optional <= other.payload_optional
        and one.payload_nullable <= other.payload_nullable
    )
