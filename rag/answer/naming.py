"""The name or phrase that answers "what X" and "which X": an organisation, a quoted name, a noun with its own. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answer.asked import Asked
from rag.answer.concepts import Named
from rag.answer.lists import enumerate_items
from rag.answer.seeking import Sought, find_noun, weigh_nearness
from rag.answer.spelling import CAPITAL, SMALL, Span, Spelled, Writing, Written, trim
from rag.text import fold

_COMPANY = (
    r"tổng công ty|công ty|cty|tập đoàn|ctcp|dntn|doanh nghiệp|htx|hợp tác xã|hãng|liên danh|liên doanh|nhà máy"
    r"|xí nghiệp"
)
_ORGAN = (
    r"sở|bộ|ban|phòng|cục|chi cục|tổng cục|vụ|viện|trung tâm|công an|bộ đội|đồn|bộ chỉ huy|ban chỉ huy|ubnd|hđnd"
    r"|ủy ban|hội đồng|hội|huyện đoàn|tỉnh đoàn|đoàn|liên đoàn|kho bạc|thanh tra|tòa án|viện kiểm sát|trường"
    r"|bệnh viện|trạm|ngân hàng|quỹ|hiệp hội|đài|báo|chính phủ|quốc hội|mặt trận|mttq|huyện ủy|tỉnh ủy|đảng ủy"
    r"|hạt kiểm lâm|hải quan|chi nhánh|câu lạc bộ"
)
# The nouns one asks for, and the heads of the names that answer, as they stand in Vietnamese.
_TYPES: tuple[tuple[str, str], ...] = (
    (
        r"doanh nghiệp|công ty|nhà thầu|nhà đầu tư|chủ đầu tư|hãng|tập đoàn|đối tác|nhà cung cấp|company|companies"
        r"|firm|enterprise|contractor|investor|business|group",
        rf"{_COMPANY}|ngân hàng",
    ),
    (
        r"đơn vị|cơ quan|tổ chức|đoàn thể|bên|ngành|cấp|lực lượng|đội|agency|organi[sz]ation|body|unit|force",
        rf"{_COMPANY}|{_ORGAN}",
    ),
    (r"ngân hàng|nhà băng|bank", r"ngân hàng|nh|[a-z]*bank"),
    (r"trường|trường học|đại học|school|university", r"trường|đại học|học viện|thpt|thcs"),
    (r"bệnh viện|cơ sở y tế|hospital", r"bệnh viện|trung tâm y tế|trạm y tế|bv"),
    (r"hợp tác xã|htx|cooperative", r"htx|hợp tác xã"),
    (r"cơn bão|bão|storm|typhoon", r"cơn bão số|bão số|cơn bão|bão|áp thấp nhiệt đới|siêu bão"),
    (r"huân chương|phần thưởng|danh hiệu cao quý|medal", r"huân chương|huy chương|bằng khen|cờ thi đua"),
    (
        r"nghị quyết|quyết định|văn bản|thông tư|nghị định|luật|chỉ thị|công văn|decree|resolution|decision|law"
        r"|circular",
        r"nghị quyết|quyết định|thông tư|nghị định|luật|chỉ thị|công văn|kết luận|kế hoạch",
    ),
    (r"quỹ|quỹ đầu tư|fund", r"quỹ đầu tư|quỹ"),
    (r"tạp chí|báo|magazine|newspaper", r"tạp chí|báo"),
    (
        r"dự án|công trình|project",
        r"dự án|công trình|khu đô thị|nhà máy|cầu|hồ|đập|thủy điện|khu công nghiệp|tuyến|đường",
    ),
)
# Words of two syllables and more that names of organisations are made of.
_COMPOUND = "|".join(
    sorted(
        (
            " ".join(word.split())
            for word in """kế hoạch; tài chính; công thương; giáo dục; đào tạo; nội vụ; nông nghiệp; phát triển; nông
            thôn; tài nguyên; môi trường; xây dựng; giao thông; vận tải; y tế; lao động; thương binh;
            xã hội; thông tin; truyền thông; văn hóa; văn hoá; thể thao; du lịch; tư pháp; ngoại giao;
            quốc phòng; công an; khoa học; công nghệ; tổ chức; tuyên giáo; dân vận; kiểm tra; thống
            kê; liên hiệp; phụ nữ; nông dân; cựu chiến binh; thanh niên; biên phòng; đa khoa; cổ phần;
            thương mại; dịch vụ; đầu tư; chỉ huy; quân sự; kinh tế; hạ tầng; quản lý; dự án; bảo hiểm;
            kho bạc; nhà nước; chính sách; hợp tác; xuất nhập khẩu; xuất khẩu; điện lực; dầu khí; bất
            động sản; thực phẩm; dược phẩm; vật liệu; đô thị; thủy lợi; cấp nước; viễn thông; hàng
            không; hàng hải; đường sắt; khoáng sản; nhân dân; mặt trận; tổ quốc; liên đoàn; bảo vệ;
            thực vật; chăn nuôi; thú y; kiểm lâm; khuyến nông; dân tộc; nghiên cứu; điều hành; trách
            nhiệm; hữu hạn; một thành viên; công trình; tiểu học; mầm non; trung học; phổ thông; cơ
            sở; nội trú; sư phạm; bách khoa; bảo tàng; công nghiệp; thủy sản; lâm nghiệp; sản xuất; tư
            vấn; thiết kế; phát thanh; truyền hình; chi nhánh; hội đồng; ủy ban; uỷ ban; chữ thập đỏ;
            bảo trợ; việc làm; giới thiệu; văn phòng; quỹ đất; tín dụng; ngoại thương; quân đội; sài
            gòn; thương tín; hóa chất; phân bón; mía đường; gang thép; xi măng; cao su; cà phê; lương
            thực; thuốc lá; kỹ thuật; chuyên gia; thủy điện; nhiệt điện; tổng hợp; quốc gia; trung
            ương; miền trung; miền bắc; miền nam; đặc công; hải quân""".split(";")
        ),
        key=len,
        reverse=True,
    )
)  # fmt: skip
_UNIT = r"huyện|tỉnh|xã|thành phố|tp\.?|quận|phường|thị xã|thị trấn"
_CAP = rf"{CAPITAL}[\w'’&]*(?:[-.](?:{CAPITAL}|\d)[\w'’]*)*"
_PIECE = re.compile(
    rf"(?P<sure>(?:(?={CAPITAL})(?i:{_COMPOUND})|{_CAP}|\d{{1,4}}(?![\d.,]|\s?(?:%|tỷ|tỉ|triệu|đồng|ha|m2|hộ|người"
    rf"|km))|(?i:{_UNIT})(?!\w)))(?!\w)|(?P<open>(?:{_COMPOUND})(?!\w)|(?:và|&|-|–|số|tnhh|cp|mtv|hạng|cấp|mức"
    rf"|loại)(?!\w))|(?P<bracket>\([A-ZĐ][\w .&-]{{1,20}}\))"
)
_NUMBER = re.compile(
    r"(?:\s+của\s+\S+)?\s+số(?::)?\s*\d[\w/.-]*(?:/[\w.-]+)*|\s+\d+[\w]*(?:[/-][\w.-]+)+", re.IGNORECASE
)
_ENGLISH_ORG = re.compile(
    r"(?:[A-Z][\w&'-]*\s+)+(?:Company|Corporation|Corp|Group|Bank|Holdings|Ltd|JSC|University|School|Hospital"
    r"|Cooperative|Committee|Department|Ministry|Agency|Project)(?:,? (?:Ltd|JSC))?"
)
_QUOTED = re.compile(r"[“\"«]([^“”\"«»]{2,160})[”\"»]")
_NAMED = Spelled(
    r"(?<!\w)(?:mang tên|có tên(?: là| gọi)?|tên là|tên gọi(?: là)?|đặt tên(?: là)?|gọi là|đổi tên thành"
    r"|lấy tên(?: là)?|chủ đề(?: là)?|khẩu hiệu(?: là)?|phương châm(?: là)?|thông điệp(?: là)?)\s*:?\s*",
    r"\b(?:named|called|renamed(?: as)?|known as|themed|the name of)\s+",
)
_BECOMES = Spelled(r"(?<!\w)(?:thành|sang)\s+", r"\b(?:into|to)\s+")
_PHRASE_END = Spelled(
    r"[,;:.!?()\[\]\"“”…]|\s(?:và|cùng|để|nhằm|khi|do|vì|nên|mà|thì|nhưng|với|tại|trong|từ|theo|đã|được|sẽ|là|cho|có"
    r"|đang|bị|của|ở|vào|sang|tăng|giảm|đạt|gồm|lên|trên|trị giá)(?!\w)",
    r"[,;:.!?()\[\]\"“”…]|\s(?:and|to|for|when|because|with|at|in|from|by|was|were|is|are|will|that|which|who|has|had"
    r"|have)\b",
)
_OPENS_LIST = re.compile(
    r"\s*(?:(?:được|thuộc|của|đã|bị|là|có|cho|thuoc|cua|duoc)\s[^,;.:]{1,40}?|)\s*(?:gồm(?: có)?|bao gồm|gom"
    r"|bao gom)?\s*:\s+|\s*(?:[^,;.:]{0,40}\s)?(?:gồm(?: có)?|bao gồm|gom|bao gom):?\s+"
)
_LONGEST = 90
# Between the words of a name; a comma only in a row that ends: "Văn hóa, Thể thao và Du lịch".
_BLANK = re.compile(rf"\s+|,\s(?={CAPITAL}[^\W\d_]+(?:\s{SMALL}+)?\s(?:và|&)\s)")
# A name of two and more capitalised words, a small one behind it: "Mekong Star mua lại".
_PURE_RUN = re.compile(rf"{_CAP}(?:[ ]{_CAP})+(?=\s{SMALL})")


def find_named(written: Written, asked: Asked, sought: Sought, named: Sequence[Named]) -> list[Span]:
    """Find the names and phrases that a "what" or "which" question may mean, the likeliest first."""
    text = written.text
    nouns = list(dict.fromkeys(find_noun(sought, written)))
    found: list[Span] = []
    if sought.names:
        found += _called(written)
    heads = _heads(sought)
    if heads:
        # "Năm đơn vị được tuyên dương gồm: A, B, C": the names are a row
        for _, end in nouns[:2]:
            opening = _OPENS_LIST.match(text, end)
            row = enumerate_items(written, opening.end()) if opening else None
            if row and row.n_items > 1 and (span := trim(text, row.start, row.end)):
                found.append(span)
        question = fold(asked.question)
        names = [span for span in _organisations(written, heads) if fold(text[slice(*span)]) not in question]
        found += sorted(names, key=lambda span: -weigh_nearness(span, text, named, asked, behind=0.6))
    for start, end in nouns:
        quoted = _QUOTED.match(text, end + 1) or _QUOTED.match(text, end)
        if quoted:
            found.append(quoted.span(1))
            continue
        span = _phrase(written, start, end)
        if span and not (heads and not any(char.isupper() or char.isdigit() for char in text[end : span[1]])):
            found.append(span)
    if written.writing is Writing.ENGLISH or sought.writing is Writing.ENGLISH:
        found += [match.span() for match in _ENGLISH_ORG.finditer(text)] if heads else []
    return list(dict.fromkeys(found))


def _heads(sought: Sought) -> str | None:
    """Give the heads of the names that answer for the noun asked for."""
    first = sought.nouns[0] if sought.nouns else ""
    # Only the surest noun and what it is a kind of: "đơn vị lớn", "đơn vị".
    own = (noun for noun in sought.nouns if first.startswith(noun) or first.endswith(noun))
    for noun in (*own, *sought.translated):
        for nouns, heads in _TYPES:
            if re.fullmatch(rf"(?:{nouns}|{fold(nouns)})s?", noun):
                return heads
    return None


def _called(written: Written) -> Iterator[Span]:
    """Yield what the sentence gives as a name: quoted, or behind "mang tên"."""
    for match in _NAMED.finditer(written):
        quoted = _QUOTED.match(written.text, match.end())
        if quoted:
            yield quoted.span(1)
            continue
        stop = _PHRASE_END.search(written, match.end())
        span = trim(written.text, match.end(), stop.start() if stop else len(written.text))
        if span and span[1] - span[0] <= _LONGEST:
            yield span
    yield from (match.span(1) for match in _QUOTED.finditer(written.text))


def _organisations(written: Written, heads: str) -> Iterator[Span]:
    """Yield names that begin with one of the heads and hold a capital or a number: "Sở Kế hoạch và Đầu tư"."""
    text = written.text
    pattern = Spelled(rf"(?<![\w-])(?:{heads})(?!\w)", rf"(?<![\w-])(?:{fold(heads)})(?!\w)")
    done = 0
    for match in pattern.finditer(written):
        if match.start() < done:
            continue
        end = _name_end(text, match.end(), is_capital=text[match.start()].isupper())
        if end > match.end() or (match.group().endswith("bank") and text[match.start()].isupper()):
            done = end
            yield match.start(), end


def _name_end(text: str, start: int, *, is_capital: bool) -> int:
    """Follow a name from behind its head; what is open counts only where the name goes on behind it."""
    number = _NUMBER.match(text, start)
    if number:
        return number.end()
    end = at = start
    while True:
        blank = _BLANK.match(text, at)
        piece = _PIECE.match(text, blank.end()) if blank else None
        if piece is None:
            return end
        at = piece.end()
        # A unit alone makes no name of a common noun: "công ty huyện".
        tells = end > start or is_capital or any(char.isupper() or char.isdigit() for char in piece.group())
        if tells and (piece["sure"] or piece["bracket"]):
            end = at


def _phrase(written: Written, start: int, end: int) -> Span | None:
    """Take the noun with what stands behind it, up to where another clause begins."""
    text = written.text
    blank = _BLANK.match(text, end)
    if blank is None:
        return None
    run = _PURE_RUN.match(text, blank.end())
    if run:
        return start, run.end()
    stop = _PHRASE_END.search(written, end)
    stop_at = stop.start() if stop else len(text)
    if stop_at <= blank.end():
        return None
    span = trim(text, start, stop_at)
    return span if span and span[1] > end and span[1] - span[0] <= _LONGEST else None
