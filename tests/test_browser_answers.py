"""What stands beside an answer's text, as a reader meets it: marks of checks, tables, choices, what is said instead."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests import scripted
from tests.browsers import PHONE, Visit, is_in_view, open_browser, visiting
from tests.fakes import build_library
from tests.servers import Local, serve_locally, wait_until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    import ui

    library = tmp_path_factory.mktemp("answers") / "library"
    embedder = build_library(library, scripted.REPORTS)
    with (
        scripted.ScriptedEngine(library, embedder=embedder) as engine,
        serve_locally(library, engine=engine, mount=ui.mount) as local,
    ):
        yield local


@pytest.fixture
def visit(browser: Browser, served: Local) -> Iterator[Visit]:
    with visiting(browser, served.url) as visit:
        yield visit
        assert visit.foreign() == []
        assert visit.complaints() == []


# -- figures --------------------------------------------------------------------------------------------


def test_the_mark_of_a_figure_says_on_hover_what_was_checked(visit):
    visit.open()
    turn = visit.ask(scripted.FIGURE)

    good = turn.locator(".figure.good")
    expect(good.locator(".peek")).to_be_hidden()
    good.locator(".chip").hover()
    expect(good.locator(".peek")).to_contain_text("Khớp với trích dẫn [1]")
    expect(good.locator(".peek")).to_contain_text("Giống: giá trị, đơn vị")
    expect(turn.locator(".figure.bad .chip")).to_have_text("5,4 triệu đồng Khác: giá trị, thời gian")
    expect(turn.locator(".note")).to_have_text("Con số này là ước tính, chưa phải kết quả chính thức.")


def test_the_mark_of_a_figure_is_reached_by_keys_and_closed_by_escape(visit):
    page = visit.open()
    turn = visit.ask(scripted.FIGURE)

    chip = turn.locator(".figure.bad .chip")
    turn.locator("a.cite").last.focus()
    page.keyboard.press("Tab")
    expect(chip).to_be_focused()
    peek = turn.locator(".figure.bad .peek")
    expect(peek).to_contain_text("Không khớp với trích dẫn [2]")
    expect(chip).to_have_attribute("aria-describedby", peek.get_attribute("id") or "")
    page.keyboard.press("Escape")
    expect(peek).to_be_hidden()


def test_the_mark_of_a_figure_is_opened_by_a_tap_within_the_screen(browser, served):
    with visiting(browser, served.url, **PHONE) as visit:
        page = visit.open()
        turn = visit.ask(scripted.FIGURE)

        turn.locator(".figure.good .chip").tap()
        peek = turn.locator(".figure.good .peek")
        expect(peek).to_be_visible()
        box = peek.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
        turn.locator(".asked").tap()
        expect(peek).to_be_hidden()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_many_figures_are_folded_away(visit):
    visit.open()
    turn = visit.ask(scripted.MANY)

    expect(turn.locator(".chip:visible")).to_have_count(4)
    turn.get_by_text("và 3 con số khác").click()
    expect(turn.locator(".chip:visible")).to_have_count(7)


# -- a table --------------------------------------------------------------------------------------------


def test_a_table_is_one_to_a_screen_reader_and_each_figure_opens_its_report(visit):
    page = visit.open()
    turn = visit.ask(scripted.COMPARED)

    table = page.get_by_role("table", name="Các báo cáo nêu")
    expect(table.get_by_role("columnheader")).to_have_text(["Huyện", "Năm 2022", "Năm 2023"])
    expect(table.get_by_role("rowheader")).to_have_text(["Quế Phong", "Quan Sơn", "<b>Mường Lát</b> | 'x'"])
    expect(page.get_by_role("region", name="Các báo cáo nêu")).to_have_attribute("tabindex", "0")
    expect(turn.locator(".arithmetic")).to_have_text("35,7 - 29,8 = 5,9 triệu đồng/năm")
    expect(turn.locator(".coverage")).to_contain_text("2 trong 3 báo cáo")
    turn.get_by_text("Báo cáo không nêu (1)").click()
    expect(turn.locator(".silent li")).to_have_text("Huyện Mường Lát tổng kết năm 2023")

    table.get_by_role("cell", name="29,8 triệu đồng/năm").get_by_role("link").click()
    expect(page.locator("dialog.reader #mark")).to_have_text(scripted.QUAN_SON)
    assert is_in_view(page, "dialog.reader #mark")


def test_a_table_scrolls_within_itself_on_a_phone(browser, served):
    with visiting(browser, served.url, **PHONE) as visit:
        page = visit.open()
        sheet = visit.ask(scripted.COMPARED).locator(".sheet")

        inner, outer = sheet.evaluate("e => [e.scrollWidth, e.clientWidth]")
        assert inner > outer
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        sheet.focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowRight")
        wait_until(lambda: sheet.evaluate("e => e.scrollLeft") > 0, what="the table scrolled by a key")


# -- choices --------------------------------------------------------------------------------------------


def test_a_choice_asks_its_question_by_one_click(visit):
    page = visit.open()
    turn = visit.ask(scripted.VAGUE)
    expect(turn.locator(".short")).to_have_count(0)
    expect(turn.locator("button.choice")).to_have_count(3)
    expect(turn.locator(".choices .hint")).to_be_visible()

    page.get_by_role("button", name="Quế Phong, 2023").click()

    expect(page.locator("#earlier .turn")).to_have_count(1)
    now = page.locator("#now .turn")
    expect(now.locator(".asked")).to_have_text(scripted.WHOLE)
    expect(now).to_have_class("turn answered")
    expect(now.locator(".short")).to_have_text("35,7 triệu đồng/năm")
    expect(page.locator("#question textarea")).to_have_value("")


def test_a_choice_shows_its_citation_and_can_be_taken_with_the_keyboard(visit):
    page = visit.open()
    turn = visit.ask(scripted.VAGUE)

    turn.locator(".choices a.cite").nth(2).click()
    expect(page.locator("dialog.reader #mark")).to_have_text(scripted.QUAN_SON)
    page.keyboard.press("Escape")
    turn.locator("button.choice").nth(2).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#now .asked")).to_have_text("Thu nhập bình quân đầu người của Quan Sơn năm 2023?")


@pytest.mark.parametrize(
    ("typed", "whole"),
    [("Quế Phong", "Thu nhập bình quân ở Quế Phong?"), ("2023", "Thu nhập bình quân năm 2023?")],
)
def test_a_bare_name_or_year_after_the_choices_narrows_the_question(visit, typed, whole):
    visit.open()
    visit.ask(scripted.VAGUE)

    turn = visit.ask(typed)

    expect(turn.locator(".understood")).to_have_text(f"Hiểu là: {whole}")


def test_choices_can_be_touched_on_a_phone(browser, served):
    with visiting(browser, served.url, **PHONE) as visit:
        page = visit.open()
        turn = visit.ask(scripted.VAGUE)

        boxes = [choice.bounding_box() for choice in turn.locator("button.choice").all()]
        assert min(box["height"] for box in boxes if box) >= 44
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        turn.locator("button.choice").first.tap()
        expect(page.locator("#now .asked")).to_have_text(scripted.WHOLE)


# -- an abstention --------------------------------------------------------------------------------------


def test_an_abstention_shows_the_words_that_contradict_the_question_but_no_answer(visit):
    page = visit.open()
    turn = visit.ask(scripted.PREMISE)

    expect(turn.locator(".withheld-title")).to_have_text("Các báo cáo nói khác với điều câu hỏi cho là đúng")
    expect(turn.locator(".reason")).to_have_text("Các báo cáo không nói thu nhập bình quân giảm.")
    expect(turn.locator(".instead h3")).to_have_text("Các báo cáo nêu thay vào đó")
    expect(turn.locator(".instead mark")).to_have_text("tăng 4,5 triệu đồng")
    expect(turn.locator(".short")).to_have_count(0)
    expect(turn.locator(".nearest .card")).to_be_hidden()
    turn.locator(".found a.cite").click()
    expect(page.locator("dialog.reader #mark")).to_have_text("tăng 4,5 triệu đồng")


def test_in_english_what_stands_around_the_answer_is_english(browser, served):
    with visiting(browser, served.url, locale="en-GB") as visit:
        visit.open()
        turn = visit.ask(scripted.PREMISE)
        expect(turn.locator(".reason")).to_have_text("What the question takes for granted is not what the reports say.")
        expect(turn.locator(".instead h3")).to_have_text("What the reports say instead")
        expect(visit.ask(scripted.VAGUE).locator(".choices h3")).to_have_text("The question can be read in these ways")


# -- thresholds -----------------------------------------------------------------------------------------


def test_an_evaluation_with_thresholds_shows_their_picture_and_table(visit, served):
    asked = {"id": "q1", "question": scripted.WHOLE, "answers": ["35,7 triệu đồng/năm"]}
    served.service.add_question_set(json.dumps(asked).encode(), "thu_nhap.jsonl")
    page = visit.open()
    page.get_by_role("tab", name="Nâng cao").click()
    page.locator("#evaluation-tab select option").first.wait_for(state="attached")
    page.get_by_label("Đo cả ngưỡng tin cậy").check()
    page.get_by_role("button", name="Chạy").click()

    page.locator(".dc-thresholds > summary").click()
    picture = page.locator("img.dc-plot")
    expect(picture).to_be_visible()
    wait_until(lambda: picture.evaluate("e => e.naturalWidth") == 720, what="the picture")
    expect(page.locator(".dc-thresholds tbody tr")).to_have_count(21)
