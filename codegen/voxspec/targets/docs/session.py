"""The session's page: the states, what they allow, every number, the rules, and one conversation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voxspec.model import Direction
from voxspec.model.conversation import Step, conversation
from voxspec.model.naming import constant
from voxspec.model.session import SessionRule
from voxspec.targets.docs.markdown import (
    Markdown,
    block,
    code,
    fence,
    json_code,
    prose,
)
from voxspec.targets.docs.session_parts import Parts, waits
from voxspec.targets.docs.session_states import States, diagram
from voxspec.targets.docs.session_words import NOTHING, Row, Words
from voxspec.targets.docs.site import INDEX, SESSION, Site


class Section:
    """A part of the page: a table, and the sentences about it."""

    def __init__(
        self,
        title: str,
        head: tuple[str, ...] = (),
        rows: Iterable[Row] = (),
        rules: Iterable[SessionRule] = (),
        text: str = "",
    ) -> None:
        self.title = title
        self.head = head
        self.rows = list(rows)
        self.rules = list(rules)
        self.text = Markdown(text)

    def table(self) -> Markdown:
        """The rows below their heads, a line each."""
        lines = [self.head, ["---"] * len(self.head), *self.rows] if self.rows else []
        return Markdown("\n".join(f"| {' | '.join(cells)} |" for cells in lines))

    def __bool__(self) -> bool:
        return bool(self.rows or self.rules or self.text)


def session_page(site: Site) -> dict[str, object]:
    """What the template of the session's page needs."""
    return _Page(site).context()


class _Page:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.session = site.protocol.session
        self.words = Words(site)
        self.of_states = States(self.session, self.words)
        self.parts = Parts(self.session, self.words)

    def context(self) -> dict[str, object]:
        sections = [section for section in self.sections() if section]
        return {
            "index": self.site.page(SESSION, INDEX),
            "description": block(self.session.description, self.words.link),
            "diagram": fence(diagram(self.session), "mermaid"),
            "sections": [
                {
                    "title": section.title,
                    "text": section.text,
                    "table": section.table(),
                    "rules": [self.rule(rule) for rule in section.rules],
                }
                for section in sections
            ],
        }

    def rule(self, rule: SessionRule) -> tuple[Markdown, Markdown, Markdown | None]:
        note = None if rule.note is None else prose(rule.note, self.words.link)
        return prose(rule.title), block(rule.text, self.words.link), note

    def sections(self) -> Iterator[Section]:
        session = self.session
        yield Section(
            "What each state allows",
            ("state", "meaning", "the client may send", "the server may send", "timers"),
            self.of_states.allowed(),
            [rule for state in session.states for rule in state.rules],
        )
        yield Section(
            "What happens to the rest",
            ("state", "sender", "message", "what happens"),
            self.of_states.rest(),
            text=self.of_states.out_of_place(),
        )
        yield Section(
            "Timers", ("timer", "time", "waits for", "then", "meaning"), self.parts.timers()
        )
        for part, title in (
            (session.heartbeat, "Heartbeats"),
            (session.server_heartbeat, "Heartbeats of the server"),
        ):
            if part is not None:
                sender: Direction = "client" if part is session.heartbeat else "server"
                yield Section(
                    title, ("what", "how"), self.parts.heartbeats(part, sender), part.rules
                )
        yield Section("Sequence numbers", rules=session.sequence_rules)
        if session.resume is not None:
            yield Section(
                "Resume", ("what", "how"), self.parts.resume(session.resume), session.resume.rules
            )
        for stream in session.streams:
            yield Section(
                f"Stream: {stream.name}",
                ("what", "how"),
                self.parts.stream(stream),
                stream.rules,
                block(stream.description, self.words.link),
            )
        yield Section("Rates", ("what", "at most", "in", "for each", "beyond"), self.parts.rates())
        yield Section("Refusals", ("what", "answer"), self.parts.refusals(), session.refusals.rules)
        if session.backoff is not None:
            yield Section(
                "Reconnecting", ("attempt", "wait"), waits(session.backoff), session.backoff.rules
            )
        yield Section(
            "Mistakes",
            ("what", "from the client", "from the server"),
            self.parts.mistakes(),
            session.mistake_rules,
        )
        yield Section(
            "A conversation",
            ("sender", "frame", "state afterwards"),
            [self.step(step) for step in conversation(self.site.protocol)],
            text="Made of the examples of its messages, from the first connection on.",
        )

    def step(self, step: Step) -> Row:
        members = {state.name: state.member for state in self.session.states}
        after = code(members.get(step.after, constant(step.after)))
        if step.sender is None or step.frame is None:
            return NOTHING, Markdown(f"*{step.said}*"), after
        return Markdown(step.sender), json_code(step.frame), after
