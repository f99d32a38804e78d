"""A report as a page: its parts, the exact mark, and nothing of it ever markup; and the routes that serve it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from test_render import HOSTILE, Reader, read

from rag.errors import LibraryDamagedError, NotFoundError
from rag.originals import Original
from rag.types import Document, Part, PartKind
from ui.links import fingerprint
from ui.routes import add_routes
from ui.view import WINDOW_CHARS, Place, draw_gone, draw_page, draw_report

P = PartKind
TAGS = {
    *("article", "header", "h1", "h2", "h3", "p", "dl", "div", "dt", "dd", "a", "ul", "li", "mark"),
}
ATTRIBUTES = {"class", "id", "href", "tabindex", "lang", "role", "target", "rel"}


def make_document(*parts: tuple[PartKind, str] | tuple[PartKind, str, int], **known: str | None) -> Document:
    """Put a report together, each part on a line of its own."""
    text, made = "", []
    for kind, words, *page in parts:
        made.append(Part(kind, len(text), len(text) + len(words), page[0] if page else None))
        text += words + "\n\n"
    values = {
        "period": None,
        "place": None,
        "organisation": None,
        "number": None,
        "type": None,
        "signer": None,
        **known,
    }
    return Document(
        id="seeds/a.pdf",
        title="Báo cáo A",
        text=text,
        language="vi",
        dates=("2023-12-15",),
        source="seeds",
        sha256="",
        reader="text/1",
        parts=tuple(made),
        **values,
    )


def draw(document: Document, place: Place | None = None, **options: object) -> str:
    given = {"label": "", "has_original": False, "language": "vi", **options}
    return draw_report(document, place or Place(), **given)  # type: ignore[arg-type]


def text_of(drawn: str) -> str:
    return drawn.partition('<div class="text" lang="vi">')[2]


def test_each_part_becomes_the_element_it_is():
    document = make_document(
        (P.TITLE, "Tên"),
        (P.HEADING, "I. Mục"),
        (P.PARAGRAPH, "Đoạn."),
        (P.LIST_ITEM, "- một"),
        (P.LIST_ITEM, "- hai"),
        (P.TABLE_ROW, "A: 1 | B: 2"),
    )
    assert text_of(draw(document)) == (
        '<h2 class="title">Tên</h2>\n<h3 class="heading">I. Mục</h3>\n<p class="paragraph">Đoạn.</p>\n'
        '<ul class="items"><li class="list_item">- một</li>\n<li class="list_item">- hai</li>\n</ul>'
        '<ul class="rows"><li class="table_row">A: 1 | B: 2</li>\n</ul></div></article>'
    )


def test_a_page_is_announced_once_where_it_begins():
    document = make_document((P.PARAGRAPH, "Một.", 1), (P.LIST_ITEM, "- a", 1), (P.LIST_ITEM, "- b", 2))
    assert text_of(draw(document)) == (
        '<p class="page" id="page-1">trang 1</p><p class="paragraph">Một.</p>\n'
        '<ul class="items"><li class="list_item">- a</li>\n</ul><p class="page" id="page-2">trang 2</p>'
        '<ul class="items"><li class="list_item">- b</li>\n</ul></div></article>'
    )


def test_words_that_lie_in_no_part_are_shown_too():
    document = make_document((P.PARAGRAPH, "Một."), (P.PARAGRAPH, "Ba."))
    whole = f"{document.text}Bốn."
    loose = Document(**{**{name: getattr(document, name) for name in document.__slots__}, "text": whole})
    assert text_of(draw(loose)) == (
        '<p class="paragraph">Một.</p>\n<p class="paragraph">Ba.</p>\n<p class="paragraph">&#10;&#10;Bốn.</p>\n'
        "</div></article>"
    )


def test_the_mark_is_exactly_the_quoted_words():
    document = make_document((P.PARAGRAPH, "Thu nhập đạt 35,7 triệu đồng."))
    start = document.text.index("35,7")
    place = Place(start, start + 4, fingerprint("35,7"))
    assert '<p class="paragraph">Thu nhập đạt <mark id="mark" tabindex="-1">35,7</mark> triệu đồng.</p>' in draw(
        document, place
    )


def test_a_mark_goes_on_over_parts_and_carries_its_id_once():
    document = make_document((P.PARAGRAPH, "Một hai."), (P.LIST_ITEM, "ba"), (P.PARAGRAPH, "Bốn năm."))
    start, end = document.text.index("hai"), document.text.index("Bốn") + 3
    assert text_of(draw(document, Place(start, end))) == (
        '<p class="paragraph">Một <mark id="mark" tabindex="-1">hai.</mark></p>\n'
        '<ul class="items"><li class="list_item"><mark>ba</mark></li>\n</ul>'
        '<p class="paragraph"><mark>Bốn</mark> năm.</p>\n</div></article>'
    )


@pytest.mark.parametrize(
    "place",
    [Place(0, 3, "0" * 12), Place(0, 99999), Place(5, 5), Place(3, None), Place(7, 2)],
    ids=["other words", "past the end", "empty", "half", "backwards"],
)
def test_words_that_are_no_longer_there_are_told_of_and_nothing_is_marked(place: Place):
    drawn = draw(make_document((P.PARAGRAPH, "Một hai.")), place)
    assert "<mark" not in drawn
    assert '<p class="notice" role="status">Báo cáo đã thay đổi từ khi được trích dẫn' in drawn
    assert '<p class="paragraph">Một hai.</p>' in drawn


def test_without_a_place_the_report_is_shown_without_a_notice():
    assert "notice" not in draw(make_document((P.PARAGRAPH, "Một.")))


def test_the_header_says_what_the_report_is():
    document = make_document((P.PARAGRAPH, "Một."), place="Quế Phong", period="2023-H1", signer="Nguyễn Văn A")
    assert (
        '<header><h1 tabindex="-1">Báo cáo A</h1><p class="label">Báo cáo số 5</p><dl class="facts">'
        "<div><dt>Ngày</dt><dd>15/12/2023</dd></div><div><dt>Nơi</dt><dd>Quế Phong</dd></div>"
        "<div><dt>Kỳ số liệu</dt><dd>6 tháng đầu năm 2023</dd></div><div><dt>Người ký</dt><dd>Nguyễn Văn A</dd></div>"
        "<div><dt>Tệp</dt><dd>seeds/a.pdf</dd></div></dl></header>"
    ) in draw(document, label="Báo cáo số 5")


def test_the_original_opens_at_the_page_of_the_mark():
    document = make_document((P.PARAGRAPH, "Một.", 1), (P.PARAGRAPH, "Hai.", 2))
    start = document.text.index("Hai")
    assert (
        '<a class="original" href="/v1/originals/seeds%2Fa.pdf#page=2" target="_blank" rel="noopener">'
        "Mở tệp gốc, trang 2</a>"
    ) in draw(document, Place(start, start + 3), has_original=True)
    assert 'href="/v1/originals/seeds%2Fa.pdf"' in draw(document, has_original=True)
    assert "originals" not in draw(document)


def make_long(n_parts: int = 9) -> Document:
    words = "x" * 99_998
    return make_document(*((P.PARAGRAPH, words) for _ in range(n_parts)))


def test_a_long_report_is_shown_around_its_mark_with_ways_on():
    document = make_long()
    drawn = draw(document, Place(500_000, 500_003))
    shown = read(drawn)
    assert shown.text_in("mark") == "xxx"
    # From the part that begins within 60,000 characters before the mark.
    assert "đây là phần 55–89 %." in drawn
    assert 'class="earlier" href="/read/seeds%2Fa.pdf?at=200000"' in drawn
    assert 'class="later" href="/read/seeds%2Fa.pdf?at=800000"' in drawn
    assert len(shown.text_in("div.text")) < WINDOW_CHARS + 100


def test_the_windows_of_a_long_report_cover_it():
    document = make_long()
    seen = []
    at: int | None = 0
    while at is not None:
        drawn = draw(document, Place(at=at))
        seen.append(read(drawn).text_in("div.text", "p.paragraph"))
        _, found, rest = drawn.partition('class="later" href="/read/seeds%2Fa.pdf?at=')
        at = int(rest.partition('"')[0]) if found else None
    assert "".join(seen).replace("\n", "") == document.text.replace("\n", "")


def test_a_mark_longer_than_a_window_is_shown_whole():
    document = make_long()
    drawn = draw(document, Place(100_000, 700_000))
    assert read(drawn).text_in("mark") == document.text[100_000:700_000].replace("\n\n", "")


@settings(max_examples=200, deadline=None)
@given(
    parts=st.lists(st.tuples(st.sampled_from(list(PartKind)), HOSTILE.filter(bool)), min_size=1, max_size=6),
    cut=st.tuples(st.integers(0, 200), st.integers(0, 200)),
    known=HOSTILE,
)
def test_a_report_reads_as_it_stands_whatever_it_holds(
    parts: list[tuple[PartKind, str]], cut: tuple[int, int], known: str
):
    document = make_document(*parts, place=known, organisation=known, signer=known, period=known)
    low, high = min(cut), max(cut)
    drawn = read(draw(document, Place(low, high), label=known, has_original=True))
    assert {tag for tag, _ in drawn.tags} <= TAGS
    assert {name for _, attributes in drawn.tags for name in attributes} <= ATTRIBUTES
    assert same("".join(words for _, words in parts), shown_text(drawn))
    if Place(low, high).is_in(document):
        marked = "".join(
            document.text[max(part.start, low) : min(part.end, high)]
            for part in document.parts
            if max(part.start, low) < min(part.end, high)
        )
        assert same(marked, drawn.text_in("mark"))


def shown_text(drawn: Reader) -> str:
    """Join what stands inside the elements of the text, without what stands between them."""
    return "".join(
        text for path, text in drawn.texts if "div.text" in path and path[-1].partition(".")[0] not in ("div", "ul")
    )


def same(expected: str, shown: str) -> bool:
    """Say whether a text is shown as it stands, but for controls, which become a sign of their own."""
    return len(expected) == len(shown) and all(a == b or b == "\ufffd" for a, b in zip(expected, shown, strict=True))


def test_a_report_that_is_gone_says_so():
    page = draw_page(draw_gone("vi"), title="<x>", language="vi")
    assert page.startswith('<!doctype html>\n<html lang="vi">')
    assert "<title>&lt;x&gt; — danchung</title>" in page
    assert "Báo cáo này đã được gỡ khỏi thư viện" in page
    assert "<script" not in page


# -- routes ---------------------------------------------------------------------------------------------


class OneReport:
    """A service that knows one report."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.is_damaged = False

    def document(self, doc_id: str) -> Document:
        if self.is_damaged:
            raise LibraryDamagedError("the row of a document fails its checksum; run 'rag check'")
        if doc_id != self._document.id:
            raise NotFoundError(f"no document {doc_id!r}; 'rag documents' lists them")
        return self._document

    def original(self, doc_id: str) -> Original:
        raise NotFoundError(f"{doc_id} is no longer as it was read; index it again")


@pytest.fixture
def service() -> OneReport:
    return OneReport(make_document((P.PARAGRAPH, "Thu nhập đạt 35,7 triệu đồng.")))


@pytest.fixture
def client(service: OneReport) -> TestClient:
    app = FastAPI()
    add_routes(app, service)  # type: ignore[arg-type]

    @app.get("/")
    def home() -> str:
        return "vi"

    return TestClient(app, follow_redirects=False)


def test_a_report_is_a_page_of_its_own_and_a_fragment_when_asked(client: TestClient):
    page = client.get("/read/seeds%2Fa.pdf?start=13&end=17")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<mark id="mark" tabindex="-1">35,7</mark>' in page.text
    fragment = client.get("/read/seeds%2Fa.pdf?start=13&end=17&fragment=1")
    assert fragment.text.startswith('<article class="report">')
    assert "<html" not in fragment.text


@pytest.mark.parametrize("query", ["start=-1&end=x", "start=9999999999999&end=1", "v=" + "f" * 9999, "at=abc"])
def test_an_odd_place_still_shows_the_report(client: TestClient, query: str):
    assert "Thu nhập đạt 35,7 triệu đồng." in client.get(f"/read/seeds%2Fa.pdf?{query}").text


@pytest.mark.parametrize(
    "path",
    ["/read/seeds%2Fb.pdf", "/read/..%2F..%2Fetc%2Fpasswd", "/read/%00", "/read/%3Cscript%3E", "/read/seeds/a.pdf/x"],
)
def test_what_is_not_in_the_library_is_a_page_that_says_so(client: TestClient, path: str):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Báo cáo không còn trong thư viện" in answer.text
    assert "script" not in answer.text


def test_a_damaged_library_is_told_without_its_details(client: TestClient, service: OneReport):
    service.is_damaged = True
    answer = client.get("/read/seeds%2Fa.pdf?lang=en")
    assert answer.status_code == 503
    assert "The library on disk is damaged." in answer.text
    assert "checksum" not in answer.text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/ui/chat.js", "text/javascript; charset=utf-8"),
        ("/ui/chat.css", "text/css; charset=utf-8"),
        ("/ui/icon.svg", "image/svg+xml"),
    ],
)
def test_the_scripts_and_style_sheets_are_served_by_name(client: TestClient, path: str, kind: str):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.content == (Path(__file__).parents[1] / "ui" / path.rpartition("/")[2]).read_bytes()


@pytest.mark.parametrize(
    "path", ["/ui/app.py", "/ui/..%2Fapp.py", "/ui/../pyproject.toml", "/ui/%2Fetc%2Fpasswd", "/ui/"]
)
def test_nothing_else_is_served_beside_them(client: TestClient, path: str):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("wished", "cookie", "leads_to"),
    [
        ("en-GB,en;q=0.9", None, "/en/"),
        ("vi-VN,vi;q=0.9,en;q=0.8", None, None),
        ("en;q=0.2,vi;q=0.9", None, None),
        ("fr-FR,fr;q=0.9,en;q=0.5", None, "/en/"),
        ("", None, None),
        ("en;q=oops", None, None),
        ("en", "vi", None),
        ("vi", "en", "/en/"),
    ],
)
def test_the_first_page_is_in_the_language_that_is_wished(
    client: TestClient, wished: str, cookie: str | None, leads_to: str | None
):
    headers = {"accept-language": wished} | ({"cookie": f"lang={cookie}"} if cookie else {})
    answer = client.get("/", headers=headers)
    assert (answer.status_code, answer.headers.get("location")) == ((302, leads_to) if leads_to else (200, None))


def test_a_language_is_chosen_for_good(client: TestClient):
    answer = client.get("/lang/en")
    assert (answer.status_code, answer.headers["location"]) == (302, "/en/")
    assert "lang=en; HttpOnly; Max-Age=31536000; Path=/; SameSite=lax" in answer.headers["set-cookie"]
    assert client.get("/lang/..%2Fx").headers.get("location") in (None, "/")
    assert client.get("/lang/xx").headers["location"] == "/"
