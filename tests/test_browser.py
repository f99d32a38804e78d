"""The chat as a reader meets it: a real browser over a real server."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browsers import PHONE, Visit, is_in_view, open_browser, visiting
from tests.commands import SEEDS
from tests.fakes import build_library
from tests.files import pdf_bytes, report_docx
from tests.servers import GatedEmbedder, RunningServer, run_server, serve_locally

pytestmark = pytest.mark.browser

INCOME = "Thu nhập bình quân đầu người của Quế Phong năm 2023?"
FIGURE = "35,7 triệu đồng/năm"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with run_server("--from", SEEDS, cache=tmp_path_factory.mktemp("serve")) as server:
        yield server


@pytest.fixture
def visit(browser: Browser, server: RunningServer) -> Iterator[Visit]:
    """A reader with a Vietnamese browser. Whatever they do, nothing is asked of elsewhere and nothing breaks."""
    with visiting(browser, server.url) as visit:
        yield visit
        assert visit.foreign() == []
        assert visit.complaints() == []


# -- asking -----------------------------------------------------------------------------------------------


def test_a_question_is_answered_and_its_number_opens_the_report_at_the_marked_words(visit):
    page = visit.open()

    turn = visit.ask(INCOME)

    expect(turn.locator(".short")).to_have_text(FIGURE)
    expect(turn.locator(".said")).to_contain_text("thu nhập bình quân đầu người đạt 35,7 triệu đồng/năm")
    expect(turn.locator(".evidence .card mark").first).to_contain_text(FIGURE)
    turn.locator("a.cite").first.click()
    mark = page.locator("dialog.reader #mark")
    expect(mark).to_contain_text("thu nhập bình quân đầu người đạt 35,7 triệu đồng/năm, tăng 8,76% so với năm 2022.")
    expect(mark).to_be_focused()
    assert is_in_view(page, "dialog.reader #mark")
    expect(page.locator("dialog.reader a.original")).to_have_attribute(
        "href", "/v1/originals/seeds%2F001_547de6972cc57b29.txt"
    )


def test_a_card_of_the_evidence_opens_the_report_too_and_those_not_used_are_folded(visit):
    page = visit.open()
    turn = visit.ask(INCOME)

    expect(turn.locator(".evidence h3")).to_have_text("Đã trích dẫn")
    expect(turn.locator("details.others > summary")).to_contain_text("Liên quan, không dùng")
    turn.locator("details.others > summary").click()
    turn.locator("details.others a.open").first.click()

    expect(page.locator("dialog.reader #mark")).to_be_focused()
    assert is_in_view(page, "dialog.reader #mark")


@pytest.mark.parametrize(
    ("path", "question"),
    [
        ("/", "thu nhap binh quan dau nguoi cua que phong nam 2023"),
        ("/en/", "What was the per capita income of Que Phong district in 2023?"),
    ],
    ids=["without accents", "in English"],
)
def test_other_ways_to_ask_give_the_same_figure(visit, path, question):
    visit.open("/lang/en" if path == "/en/" else path)

    expect(visit.ask(question).locator(".short")).to_have_text(FIGURE)


def test_an_abstention_looks_different_says_why_and_shows_what_is_nearest(visit):
    visit.open()

    turn = visit.ask("Tỷ lệ hộ nghèo của huyện Quan Sơn là bao nhiêu?")

    expect(turn.locator(".withheld-title")).to_have_text("Không có câu trả lời trong các báo cáo")
    expect(turn.locator(".reason")).to_contain_text("Quan Sơn")
    expect(turn.locator(".nearest h3")).to_have_text("Gần nhất, nhưng không trả lời câu hỏi")
    expect(turn.locator(".nearest .card")).to_have_count(3)
    expect(turn.locator(".short, a.cite")).to_have_count(0)


def test_a_follow_up_keeps_the_subject_and_shows_the_whole_question(visit):
    visit.open()
    visit.ask("Tổng vốn đầu tư toàn xã hội của huyện Quế Phong?")

    turn = visit.ask("Còn Quan Sơn thì sao?")

    expect(turn.locator(".understood")).to_have_text("Hiểu là: Tổng vốn đầu tư toàn xã hội của huyện Quan Sơn?")
    expect(turn.locator(".short")).to_contain_text("tỷ đồng")
    expect(turn.locator(".asked")).to_have_text("Còn Quan Sơn thì sao?")


def test_filters_by_period_and_kind_let_only_what_passes_them_answer(browser, tmp_path):
    import ui

    year = "Huyện Mường Lát tổng kết năm 2023\n\nNăm 2023, tổng thu ngân sách huyện Mường Lát đạt 18,7 tỷ đồng."
    half = (
        "Huyện Mường Lát sơ kết 6 tháng đầu năm 2023, tổng thu ngân sách tăng\n\n"
        "6 tháng đầu năm 2023, tổng thu ngân sách huyện Mường Lát đạt 9,4 tỷ đồng."
    )
    embedder = build_library(tmp_path / "library", {"ca_nam.txt": year, "nua_nam.txt": half})
    with (
        serve_locally(tmp_path / "library", embedder=embedder, mount=ui.mount) as local,
        visiting(browser, local.url) as visit,
    ):
        page = visit.open()
        question = "Tổng thu ngân sách huyện Mường Lát đạt bao nhiêu?"
        expect(visit.ask(question).locator(".evidence .card, details.others .card")).to_have_count(4)
        expect(page.locator("#filter-period")).not_to_be_visible()
        page.locator("#filters > button").click()
        page.get_by_label("Kỳ số liệu").fill("6 thang dau nam 2023")
        page.get_by_label("Loại đoạn").click()
        page.get_by_role("option", name="đoạn văn").click()

        turn = visit.ask(question)
        expect(turn.locator(".short")).to_have_text("9,4 tỷ đồng")
        expect(turn.locator(".understood")).to_have_text("Lọc: số liệu 6 tháng đầu năm 2023, đoạn văn")
        expect(turn.locator(".evidence .card, details.others .card")).to_have_count(1)

        page.get_by_label("Kỳ số liệu").fill("cả năm 2022")
        expect(visit.ask(question).locator(".withheld-title")).to_be_visible()
        page.get_by_label("Kỳ số liệu").fill("hôm qua")
        expect(visit.ask(question).locator(".problem")).to_contain_text("kỳ như 2023, quý III/2023")
        assert visit.complaints() == []


def test_an_example_is_asked_by_a_click_and_is_answered(visit):
    page = visit.open()
    example = page.locator("#examples button").first
    text = example.inner_text()
    example.click()

    turn = page.locator("#now .turn.answered")
    turn.wait_for()
    expect(turn.locator(".asked")).to_have_text(text)
    expect(turn.locator(".short")).not_to_be_empty()


def test_a_question_that_is_too_long_gets_a_sentence_and_stays_to_be_shortened(visit):
    page = visit.open()
    page.locator("#question textarea").fill("a" * 2001)

    expect(page.locator("#too-long")).to_have_text("Dài 2.001 ký tự, nhiều nhất 2.000.")
    page.keyboard.press("Enter")
    expect(page.locator(".turn.failed .problem")).to_contain_text("2.000")
    expect(page.locator("#question textarea")).to_have_value("a" * 2001)


def test_an_answer_can_be_voted_on_copied_and_downloaded(visit, server):
    page = visit.open()
    turn = visit.ask(INCOME)

    turn.locator("button.vote.down").click()
    expect(turn.locator(".told")).to_be_visible()
    expect(turn.locator("button.vote.down")).to_have_attribute("aria-pressed", "true")
    borders = [
        turn.locator(f"button.vote.{vote}").evaluate("b => getComputedStyle(b).borderColor") for vote in ("up", "down")
    ]
    assert borders[0] != borders[1]
    turn.locator(".comment textarea").fill("thiếu nguồn")
    turn.locator(".comment button").click()
    expect(turn.locator(".comment")).to_have_count(0)
    with page.expect_download() as markdown:
        turn.get_by_text("Tải Markdown").click()
    with page.expect_download() as word:
        turn.get_by_text("Tải docx").click()

    votes = page.request.get(f"{server.url}/v1/feedback").json()["votes"]
    assert [(v["question"], v["vote"], v["comment"]) for v in votes] == [(INCOME, "down", "thiếu nguồn")]
    assert "[^1]" in Path(markdown.value.path()).read_text(encoding="utf-8")
    assert Path(word.value.path()).read_bytes()[:2] == b"PK"


# -- the ways people come -----------------------------------------------------------------------------------


def test_the_language_is_switched_by_a_link_and_kept(visit):
    page = visit.open()
    expect(page.locator("html")).to_have_attribute("lang", "vi")

    page.get_by_role("link", name="English").click()
    page.locator("#question textarea").wait_for()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("tab", name="Reports")).to_be_visible()
    page.goto(f"{visit.url}/")
    assert page.url == f"{visit.url}/en/"

    page.get_by_role("link", name="Tiếng Việt").click()
    expect(page.get_by_role("tab", name="Báo cáo")).to_be_visible()


def test_a_browser_that_prefers_english_is_met_in_english(browser, server):
    with visiting(browser, server.url, locale="en-GB") as visit:
        page = visit.open()

        assert page.url == f"{server.url}/en/"
        turn = visit.ask("What was the grain output of Hoang Mai district?")
        expect(turn.locator(".withheld-title")).to_have_text("The reports do not answer this")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_everything_fits_and_can_be_touched(browser, server, scheme):
    with visiting(browser, server.url, color_scheme=scheme, **PHONE) as visit:
        page = visit.open()
        turn = visit.ask(INCOME)

        widths = [page.evaluate("document.documentElement.scrollWidth")]
        turn.locator("a.cite").first.tap()
        expect(page.locator("dialog.reader #mark")).to_be_focused()
        assert is_in_view(page, "dialog.reader #mark")
        widths.append(page.evaluate("document.querySelector('dialog.reader').scrollWidth"))
        page.locator("dialog.reader button.close").tap()
        for name in ("Báo cáo", "Nâng cao"):
            page.evaluate("scrollTo(0, 0)")
            page.get_by_role("tab", name=name).tap()
            page.wait_for_timeout(300)
            widths.append(page.evaluate("document.documentElement.scrollWidth"))
        assert max(widths) <= 390
        page.get_by_role("tab", name="Hỏi").tap()
        buttons = page.locator("#send, .acts .act, [role=tab]:visible")
        heights = [box["height"] for box in (b.bounding_box() for b in buttons.all()) if box]
        assert len(heights) >= 6
        assert min(heights) >= 40


def test_everything_can_be_done_with_the_keyboard_alone(visit):
    page = visit.open()

    def tab_to(selector: str) -> None:
        for _ in range(60):
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is never reached")

    tab_to("#question textarea")
    page.keyboard.type(INCOME)
    page.keyboard.press("Enter")
    page.locator("#now .turn.answered").wait_for()
    page.evaluate("document.activeElement.blur()")
    tab_to("a.cite")
    expect(page.locator(".cited:focus-within .peek").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("dialog.reader #mark")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.reader")).not_to_be_visible()
    expect(page.locator("a.cite").first).to_be_focused()


def test_a_report_opens_as_a_page_of_its_own_without_any_script(browser, server):
    with visiting(browser, server.url, java_script_enabled=False) as visit:
        text = (SEEDS / "001_547de6972cc57b29.txt").read_text(encoding="utf-8")
        start = text.index(FIGURE)
        visit.page.goto(
            f"{server.url}/read/seeds/001_547de6972cc57b29.txt?start={start}&end={start + len(FIGURE)}#mark"
        )

        expect(visit.page.locator("#mark")).to_have_text(FIGURE)


def test_two_readers_at_once_have_conversations_of_their_own(browser, server):
    with visiting(browser, server.url) as one, visiting(browser, server.url) as other:
        one.open()
        other.open()
        one.ask("Tổng vốn đầu tư toàn xã hội của huyện Quế Phong?")
        other.ask(INCOME)

        expect(one.ask("Còn Quan Sơn thì sao?").locator(".understood")).to_contain_text("Tổng vốn đầu tư")
        expect(other.ask("Còn Quan Sơn thì sao?").locator(".understood")).to_contain_text("Thu nhập bình quân")


# -- reports ------------------------------------------------------------------------------------------------


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server whose library a test may change."""
    with run_server("--library", tmp_path / "library", cache=tmp_path / "serve") as server:
        yield server


def test_reports_are_dropped_in_asked_corrected_and_removed(browser, own_server, tmp_path):
    (tmp_path / "bao cao.docx").write_bytes(report_docx())
    lines = ["Báo cáo huyện Kỳ Sơn năm 2022", "Năm 2022, huyện Kỳ Sơn trồng mới 1.315 ha rừng."]
    (tmp_path / "ky son.pdf").write_bytes(pdf_bytes([[(72, 700 - 40 * i, line) for i, line in enumerate(lines)]]))
    (tmp_path / "anh.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with visiting(browser, own_server.url) as visit:
        page = visit.open()
        expect(page.locator(".welcome .problem")).to_contain_text("Báo cáo")
        page.get_by_role("tab", name="Báo cáo").click()
        page.locator("input.dc-files").set_input_files(
            [tmp_path / "bao cao.docx", tmp_path / "ky son.pdf", tmp_path / "anh.png"]
        )
        expect(page.locator(".dc-summary")).not_to_be_empty(timeout=60_000)
        expect(page.locator(".dc-line.dc-skipped")).to_contain_text("anh.png")
        expect(page.locator(".dc-report[data-id]")).to_have_count(2)

        page.get_by_role("tab", name="Hỏi").click()
        turn = visit.ask("Thu ngân sách trên địa bàn huyện Mường Xa đạt bao nhiêu?")
        expect(turn.locator(".short")).to_have_text("412,5 tỷ đồng")
        turn = visit.ask("Huyện Kỳ Sơn trồng mới bao nhiêu ha rừng năm 2022?")
        expect(turn.locator(".short")).to_have_text("1.315 ha")
        expect(turn.locator(".evidence .facts").first).to_contain_text("trang 1")
        turn.locator("a.cite").first.click()
        expect(page.locator("dialog.reader #mark")).to_contain_text("1.315 ha")
        expect(page.locator("dialog.reader a.original")).to_have_attribute(
            "href", "/v1/originals/uploads%2Fky%20son.pdf#page=1"
        )
        page.keyboard.press("Escape")

        page.get_by_role("tab", name="Báo cáo").click()
        row = page.locator(".dc-report[data-id='uploads/ky son.pdf']")
        row.get_by_role("button", name="Sửa").click()
        page.get_by_label("Ngày", exact=True).fill("15/12/2022")
        page.locator("dialog[open]").get_by_label("Số", exact=True).fill("540/BC-UBND")
        page.get_by_role("button", name="Lưu").click()
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(row).to_contain_text("15/12/2022")
        page.get_by_role("tab", name="Hỏi").click()
        turn = visit.ask("Huyện Kỳ Sơn trồng mới bao nhiêu ha rừng năm 2022?")
        expect(turn.locator(".evidence .facts").first).to_contain_text("số 540/BC-UBND, ngày 15/12/2022")

        page.get_by_role("tab", name="Báo cáo").click()
        row.get_by_role("button", name="Xoá").click()
        page.get_by_role("button", name="Xoá báo cáo", exact=True).click()
        expect(row).to_have_count(0)
        page.get_by_role("tab", name="Hỏi").click()
        turn.locator("a.cite").first.click()
        expect(page.locator("dialog.reader .notice")).to_be_visible()
        expect(page.locator("dialog.reader #mark")).to_have_count(0)
        page.keyboard.press("Escape")
        turn = visit.ask("Huyện Kỳ Sơn trồng mới bao nhiêu ha rừng năm 2022?")
        expect(turn.locator(".withheld-title")).to_be_visible()
        assert visit.foreign() == []


def test_a_question_set_is_run_and_every_question_shown_with_its_verdict(visit):
    page = visit.open()
    page.get_by_role("tab", name="Nâng cao").click()
    page.locator("#evaluation-tab select option").first.wait_for(state="attached")
    page.get_by_role("button", name="Chạy").click()

    questions = page.locator(".dc-question")
    questions.first.wait_for(timeout=60_000)
    expect(questions).to_have_count(12)
    expect(page.locator(".dc-filters")).to_contain_text("Đúng chỗ")
    expect(page.locator(".dc-metrics").first).to_be_visible()


# -- when things go wrong -------------------------------------------------------------------------------------


def test_a_question_is_stopped_and_the_next_one_answered(browser, tmp_path):
    import ui

    build_library(tmp_path / "library")
    embedder = GatedEmbedder()
    with (
        serve_locally(tmp_path / "library", embedder=embedder, mount=ui.mount) as local,
        visiting(browser, local.url) as visit,
    ):
        page = visit.open()
        # The examples are asked too while the page opens.
        page.locator("#greeting .welcome").wait_for()
        embedder.gate.clear()
        page.locator("#question textarea").fill("Tổng thu ngân sách huyện Lang Chánh năm 2023?")
        page.keyboard.press("Enter")
        expect(page.locator(".turn.working .steps")).to_contain_text("Đang tìm")
        page.locator("#stop").click()
        expect(page.locator("#now .turn .problem")).to_be_visible()
        embedder.gate.set()

        turn = visit.ask("Tổng thu ngân sách huyện Mường Lát năm 2023?")
        expect(turn.locator(".short")).to_have_text("18,7 tỷ đồng")


def test_a_conversation_outlives_a_page_loaded_anew_and_a_change_of_language(visit):
    page = visit.open()
    visit.ask("Tổng vốn đầu tư toàn xã hội của huyện Quan Sơn?")

    page.reload()
    expect(page.locator("#now .turn.answered .asked")).to_have_text("Tổng vốn đầu tư toàn xã hội của huyện Quan Sơn?")
    turn = visit.ask("Còn Quế Phong?")
    expect(turn.locator(".understood")).to_contain_text("Tổng vốn đầu tư toàn xã hội của huyện Quế Phong?")
    page.get_by_role("link", name="English").click()
    expect(page.locator("#now .understood")).to_contain_text("Understood as:")
    expect(page.locator("#earlier .turn")).to_have_count(1)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#greeting .welcome")).to_be_visible()


def test_a_lost_connection_is_told_and_neither_conversation_nor_question_is_lost(browser, server):
    with visiting(browser, server.url) as visit:
        page = visit.open()
        visit.ask("Tổng vốn đầu tư toàn xã hội của huyện Quế Phong?")
        visit.context.set_offline(True)
        page.locator("#question textarea").fill("Còn Quan Sơn thì sao?")
        page.keyboard.press("Enter")
        expect(page.locator("#connection")).to_contain_text("Mất kết nối")

        with page.expect_navigation(timeout=30_000):
            visit.context.set_offline(False)
        expect(page.locator("#question textarea")).to_have_value("Còn Quan Sơn thì sao?", timeout=30_000)
        expect(page.locator("#now .turn.abstained, #now .turn.answered")).to_have_count(1)
        page.locator("#send").click()

        understood = page.locator("#now .understood")
        expect(understood).to_contain_text("Tổng vốn đầu tư toàn xã hội của huyện Quan Sơn?", timeout=30_000)
        expect(page.locator("#earlier .turn")).to_have_count(1)


FOREIGN_PAGE = """<!doctype html><title>x</title><script>
(async () => {
  const tried = {};
  const attempt = async (name, act) => {
    try {
      const reply = await act();
      tried[name] = reply.type + ' ' + reply.status + ' ' + (await reply.text()).length;
    }
    catch (error) { tried[name] = 'refused'; }
  };
  const json = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"question":"x"}' };
  await attempt('read', () => fetch('TARGET/v1/documents'));
  await attempt('blind read', () => fetch('TARGET/v1/documents', { mode: 'no-cors' }));
  await attempt('post', () => fetch('TARGET/v1/ask', json));
  const form = new FormData();
  form.append('file', new Blob(['Xã Gian Dối\\n\\nXã Gian Dối trồng 9 ha lúa.']), 'gian.txt');
  await attempt('upload', () => fetch('TARGET/v1/documents', { method: 'POST', mode: 'no-cors', body: form }));
  await attempt('delete', () => fetch('TARGET/v1/documents/seeds/001_547de6972cc57b29.txt', { method: 'DELETE' }));
  await attempt('chat', () => fetch('TARGET/gradio_api/queue/join', { method: 'POST', mode: 'no-cors', body: '{}' }));
  window.tried = tried;
})();
</script><iframe src="TARGET/"></iframe>"""


def test_a_page_of_another_origin_can_neither_read_nor_post_nor_embed(browser, server):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(FOREIGN_PAGE.replace("TARGET", server.url).encode())

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as foreign:
        threading.Thread(target=foreign.serve_forever, daemon=True).start()
        with visiting(browser, server.url) as visit:
            before = visit.page.request.get(f"{server.url}/v1/documents").json()
            visit.page.goto(f"http://127.0.0.1:{foreign.server_address[1]}/")
            visit.page.wait_for_function("window.tried")
            tried = visit.page.evaluate("window.tried")
            after = visit.page.request.get(f"{server.url}/v1/documents").json()
            framed = visit.page.frames[-1].locator("#question").count()
        foreign.shutdown()

    # A blind request is answered, with nothing a page could see; what it asked for was refused all the same.
    assert {name: said for name, said in tried.items() if said not in ("refused", "opaque 0 0")} == {}
    assert len(before["documents"]) == 2
    assert after == before
    assert framed == 0
