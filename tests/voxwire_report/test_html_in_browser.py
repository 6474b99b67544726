"""The page as people see it, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.voxwire.native import EXAMPLES, START, c2s, capture, header
from tests.voxwire_report.browser import CHROMIUM, NONE, launched, opened
from tests.voxwire_report.conftest import HELLO, IDENTIFY, Run

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason=NONE),
    pytest.mark.xdist_group("browser"),
]

EXPECTED = '"mls_type" must be "welcome", "commit" or "proposal"'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser_:
        yield browser_


@pytest.fixture
def page(run: Run, folder: Path) -> Path:
    """Of all examples."""
    assert run("text", "--html", "page.html", *sorted(EXAMPLES.glob("*.ndjson"))).status == 1
    return folder / "page.html"


def test_the_broken_frame_is_reached_in_two_clicks(browser: Browser, page: Path) -> None:
    with opened(browser, page) as shown:
        shown.page.get_by_role("link", name="Findings", exact=True).click()
        shown.page.get_by_role("button", name="FIELD_ENUM").click()
        assert shown.page.locator("#detail mark").inner_text() == '"mls_type": "external_commit"'
        expected, observed = shown.page.locator("#detail dl").first.locator("dd").all_inner_texts()
        assert expected == EXPECTED
        assert observed == 'a text of 15 characters: "external_commit"'
        assert "connection 1, frame 237" in shown.detail
        around = shown.page.locator("#detail ol li").all_inner_texts()
        assert [line.split(" ")[1] for line in around] == ["235", "236", "237", "238", "239"]
        assert shown.said == []
        assert shown.asked == [page.as_uri()]


def test_filters(browser: Browser, page: Path) -> None:
    with opened(browser, page) as shown:
        form = shown.page.locator("#filters")
        assert shown.count == "23 of 23 findings"
        form.locator("[name=severity]").select_option("note")
        assert shown.count == "8 of 23 findings"
        form.locator("[name=rule]").select_option("CLOSE_MEANING")
        assert shown.count == "6 of 23 findings"
        form.get_by_role("button", name="Show all").click()
        shown.page.locator("#count", has_text="23 of 23").wait_for()
        form.locator("[name=type]").select_option("cpace_relay")
        assert shown.count == "2 of 23 findings"
        form.locator("[name=text]").fill("NONCE")
        assert shown.count == "1 of 23 findings"
        assert shown.page.locator("#rows tbody button").all_inner_texts() == ["REQUIRED_WHEN"]
        form.get_by_role("button", name="Show all").click()
        shown.page.locator("#count", has_text="23 of 23").wait_for()
        place = f"{EXAMPLES / 'flow-unknown-types-ignored.ndjson'}#c1"
        form.locator("[name=connection]").select_option(place)
        assert shown.count == "9 of 23 findings"
        form.locator("[name=blame]").select_option("nobody for certain")
        assert shown.count == "0 of 23 findings"
        assert shown.said == []


def test_the_keyboard_chooses(browser: Browser, page: Path) -> None:
    with opened(browser, page) as shown:
        shown.page.locator("#rows").focus()
        shown.page.keyboard.press("ArrowDown")
        first = shown.detail
        shown.page.keyboard.press("ArrowDown")
        assert first != shown.detail
        assert shown.page.url.endswith("#finding-2")
        shown.page.keyboard.press("ArrowUp")
        assert shown.detail == first
        shown.page.keyboard.press("End")
        assert shown.page.url.endswith("#finding-23")
        assert shown.page.locator("#rows tr.chosen").inner_text().split("\t")[0] == "note"
        assert shown.page.locator("#rows tr.chosen").is_visible()


def test_an_address_leads_to_a_finding(browser: Browser, page: Path) -> None:
    with opened(browser, page, anchor="#finding-2") as shown:
        assert shown.page.locator("#rows tr.chosen").count() == 1
        assert "FIELD_ENUM" in shown.detail
    with opened(browser, page, anchor="#finding-99") as shown:
        assert shown.detail == "Choose a finding to see its frame."
        assert shown.said == []


def test_what_was_covered(browser: Browser, page: Path) -> None:
    with opened(browser, page) as shown:
        shown.page.get_by_role("link", name="Coverage", exact=True).click()
        groups = shown.page.locator("#coverage").get_by_role("group", name="Groups")
        rows = [row.split() for row in groups.locator("tbody tr").all_inner_texts()]
        assert rows[0] == ["messages", "96", "99", "96.9"]
        assert rows[-1] == ["all", "400", "489", "81.7"]
        hidden = shown.page.locator("#coverage details", has_text="c2s identify")
        table = hidden.get_by_role("group", name="c2s identify")
        assert not table.is_visible()
        hidden.locator("summary").click()
        found = [row.split("\t") for row in table.locator("tbody tr").all_inner_texts()]
        assert found[:2] == [
            ["message", "c2s identify", "11"],
            ["present", "c2s identify /d/protocol_version", "11"],
        ]
        assert shown.said == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 360])
def test_everyone_can_use_it(
    browser: Browser, run: Run, folder: Path, width: int, dark: bool
) -> None:
    names = ("flow-unknown-types-ignored", "flow-resume-a2", "flow-no-heartbeat-4007")
    run("text", "--html", "page.html", *(EXAMPLES / f"{name}.ndjson" for name in names))
    with opened(browser, folder / "page.html", width=width, dark=dark) as shown:
        assert shown.accessibility() == []
        shown.choose(1)
        for details in shown.page.locator("#connections details, #detail details").all()[:8]:
            details.evaluate("one => one.open = true")
        for details in shown.page.locator("#coverage details").all()[:8]:
            details.evaluate("one => one.open = true")
        assert shown.accessibility() == []
        assert shown.page.evaluate("document.documentElement.scrollWidth") == width


def test_a_phone_shows_the_finding_that_is_chosen(browser: Browser, page: Path) -> None:
    with opened(browser, page, width=360) as shown:
        shown.choose(0)
        assert shown.page.evaluate("document.activeElement.id") == "detail"


def test_only_rows_that_are_seen_are_in_the_table(browser: Browser, run: Run, folder: Path) -> None:
    wrong = [c2s({"type": "heartbeat", "seq": number}) for number in range(900)]
    (folder / "a.ndjson").write_bytes(capture(header(), *wrong))
    run("text", "--no-session", "--html", "page.html", "a.ndjson")
    with opened(browser, folder / "page.html") as shown:
        rows = shown.page.locator("#rows tbody tr:not([aria-hidden])")
        assert shown.count == "900 of 900 findings"
        assert rows.count() < 60
        assert shown.page.locator("#rows table").get_attribute("aria-rowcount") == "901"
        shown.page.locator("#rows").evaluate("box => { box.scrollTop = box.scrollHeight }")
        shown.page.locator("#rows tbody tr[aria-rowindex='901']").wait_for()
        assert rows.count() < 60
        rows.last.get_by_role("button").click()
        assert "frame 900" in shown.detail
        assert shown.said == []


def test_what_is_hostile_is_only_text(
    browser: Browser, run: Run, hostile: str, folder: Path
) -> None:
    run("text", "--html", "page.html", hostile)
    with opened(browser, folder / "page.html") as shown:
        for number in range(16):
            shown.choose(number)
        assert shown.page.locator("script").count() == 2
        assert shown.page.locator("#detail script, #detail img, #rows img").count() == 0
        shown.page.locator("[name=text]").fill("<script>")
        assert shown.count == "2 of 16 findings"
        assert shown.said == []
        assert shown.asked == [(folder / "page.html").as_uri()]


def test_what_is_repeated_and_what_has_no_frame(browser: Browser, run: Run, folder: Path) -> None:
    beats = [c2s({"type": "heartbeat"}, ts=START + seconds) for seconds in (2, 60)]
    (folder / "a.ndjson").write_bytes(capture(header(), HELLO, *[IDENTIFY] * 4, *beats, "no JSON"))
    run("text", "--html", "page.html", "a.ndjson")
    with opened(browser, folder / "page.html") as shown:
        assert "2 more IDENTIFY_REPEATED, the last in frame 5" in shown.page.inner_text("#summary")
        shown.page.locator("[name=rule]").select_option("CAPTURE_LINE_INVALID")
        shown.choose(0)
        assert "The frame" not in shown.detail
        shown.page.locator("[name=rule]").select_option("HEARTBEAT_ACK_MISSING")
        shown.choose(0)
        assert "To blame: server" in shown.detail
        assert shown.page.locator("#detail pre").first.inner_text() == '{\n  "type": "heartbeat"\n}'
        assert shown.page.locator("#detail mark").count() == 0
        assert shown.said == []


def test_nothing_found(browser: Browser, run: Run, folder: Path) -> None:
    run("text", "--html", "page.html", EXAMPLES / "main-bot-plain.ndjson")
    with opened(browser, folder / "page.html") as shown:
        assert shown.page.title() == "voxwire: Nothing found"
        assert shown.accessibility() == []
        assert shown.said == []
