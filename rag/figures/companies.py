"""Names of companies and organisations, and bare names of places, as they stand in a paragraph. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from rag.figures.layout import Layout, Taken
from rag.glossary import is_abbreviation
from rag.places import UPPER
from rag.text import is_syllable


class Breadth(IntEnum):
    """How much a named unit takes in, the widest first."""

    COUNTRY = 0
    PROVINCE = 1
    DISTRICT = 2
    COMMUNE = 3
    VILLAGE = 4
    COMPANY = 5
    UNKNOWN = 6


@dataclass(frozen=True, slots=True)
class Mention:
    """A unit or organisation named in a text. name: None for "toàn tỉnh" of a province that is not known.

    aside: named only to compare, to say who ordered, where from.
    """

    name: str | None
    breadth: Breadth
    start: int
    end: int
    aside: bool = False


_CAPITAL = re.compile(
    rf"(?<!\w)[{UPPER}][\w]*(?:[-&.][{UPPER}\d]\w*)*(?:[ \u00a0](?:& )?[{UPPER}][\w]*(?:[-&.][{UPPER}\d]\w*)*)*"
)
_CLASS = (
    r"(?i:(?<!\w)(?:tổng công ty|công ty|tập đoàn|ngân hàng|hợp tác xã|htx|doanh nghiệp|xí nghiệp|nhà máy"
    r"|bệnh viện|trường|học viện|quỹ"
    r"|hãng|chuỗi|ctcp|nhà băng|cảng|khu công nghiệp|kcn|trung tâm|nông trường|lâm trường|clb|câu lạc bộ"
    r"|company|bank|group)"
    r"(?:\s+(?:tổng công ty|công ty|tập đoàn|ngân hàng|cổ phần|cp|tnhh|mtv|một thành viên|tmcp|thương mại"
    r"|đầu tư|xuất nhập khẩu|xnk|hàng không|tiểu học"
    r"|thpt|thcs|mầm non|đại học"
    r"|đa khoa|nông nghiệp|dịch vụ|sản xuất|xây dựng|tư nhân|tài chính|tiêu dùng|bảo hiểm|chứng khoán|du lịch"
    r"|hạ tầng|phát triển|chế biến|dược"
    r"|mía đường|quản lý quỹ|và|&|-)(?!\w))*)"
)
# Every match holds one of these; looking for them first is several times faster.
_CLASS_HEADS = (
    "công ty", "tập đoàn", "ngân hàng", "hợp tác", "htx", "doanh nghiệp", "xí nghiệp", "nhà máy", "bệnh viện",
    "trường ", "học viện", "quỹ", "hãng", "chuỗi", "ctcp", "nhà băng", "cảng", "khu công", "kcn", "trung tâm", "clb",
    "câu lạc", "company", "bank", "group",
)  # fmt: skip
_PART = rf"[{UPPER}][\w]*(?:[-&.][{UPPER}\d]\w*)*"
# "Than Núi Béo", "Sài Gòn – Hà Nội", "Phân lân Ninh Bình": one small word of a trade may stand inside.
_COMPANY = re.compile(
    rf"{_CLASS}\s+[\"“]?(?P<name>{_PART}(?:(?: | [-–&] )(?:(?:nghiệp|sản|phẩm|thương|dựng|chính|khí|lân|vật|tư"
    rf"|nước|thuế|dược|chế|biến|hóa|hoá|chất|lực|su"
    rf"|bón|điện|tải|mại|thông|xuất|khẩu) )?{_PART})*)[\"”]?(?:\s*\((?P<alias>[^()]{{2,40}})\))?"
)
_BRACKETED = re.compile(
    rf"\((?:[^()\d]{{0,24}}?(?:là|tắt:?)\s+)?[\"“]?(?P<alias>{_PART}(?: {_PART}){{0,2}})[\"”]?(?:,[^()]{{0,30}}"
    rf"| - [^()]{{0,30}})?\)"
)
_CLASSED = re.compile(rf"{_CLASS}[^,;:().]{{2,80}}$")
_CLASS_WORDS = re.compile(
    r"(?:(?:Tổng công ty|Công ty|Tập đoàn|Ngân hàng|HTX|Hợp tác xã|CTCP|CTCK|CLB|TMCP|CP|TNHH|MTV|Cổ phần|Tổng"
    r"|Công|Trường|THPT|THCS)\s+)+"
)

# What begins a run of capitals that names no one a figure is stated of: organs, documents, offices, programmes.
_NO_NAME = frozenset(
    """ban bộ sở cục vụ chi đảng đoàn hội nhà nghị quyết chỉ luật thông nghị chương đề dự quy ủy uỷ mặt chính
    thủ chủ phó bí giám trưởng ông bà anh chị tổng thường trực nhân công cơ báo tạp đài quốc đại ngày tháng năm quý
    tết lễ phong cuộc huân bằng cờ cúp giải điều khoản mục phụ covid thứ miền đồng phòng văn hđnd ubnd mttq tw htx
    thpt thcs kinh xã nông ocop vietgap ảnh nguồn theo tính số hiện trong với để khi nếu tại từ đến sau trước như
    và các những mỗi một hai ba bốn sáu bảy tám chín mười đây đó này kia ngoài riêng cùng về do đối toàn cả tuy
    nhưng song bên trên dưới thời cụ kết tỷ thu sản diện giá mức the in of for and by at on as this that it its a
    an from with total revenue profit net income last first second third fourth january february march april may
    june july august september october november december according during compared while after before however
    meanwhile party committee people national assembly government ministry department state political central tuần
    mùa lúa vốn nợ lợi doanh tập đầu xuất nhập lĩnh trường đường hàng dân đất nước người phố thị phường huyện quận
    tỉnh bản thôn xóm ấp làng khu cụm hạt chiến đông-xuân công-nông gdp sn cơn bão dịch người
    mv mc hlv ntk tt bv tờ hễ lính hoa tuổi youtube facebook instagram fanpage zalo twitter google reuters cnn
    bbc afp ap sputnik like""".split()
)  # fmt: skip
_NO_ORGS = frozenset(
    """SN CCS LDR CAR CIR ROS NPK DAP ASEANAPOL BSC OK FTA WHO EPC PVC PE OTC KPI CSR NHNN TTCK HTXNN USD VND
    VNĐ EUR GDP GRDP CPI FDI ODA COVID WHO HOSE HNX UPCOM VN-INDEX VNINDEX VN QR OCOP NTM PCI PAPI PAR KT-XH QP-AN
    ATGT ANTT BHYT BHXH BHTN HIV AIDS ADSL NQ CT QĐ BC KH TB UBND HĐND MTTQ TW TP TX NSNN GPMB XDCB NSĐP ROE ROA
    ESG ISO PPP BOT BT M&A IPO EPS EBITDA SUV USB LED TV ATM POS CASA NIM NPL EVFTA CPTPP WTO IMF WB ADB UN EU
    ASEAN APEC LNG PC GB MW KW TEU ICOR PMI IIP SME SMEs DN THPT THCS HS GV CB CNTT CNC KCN CCN KKT BĐS KTXH SX CN
    DV TM XK NK BĐBP DTTS CSXH DVC TTHC CCHC HTX NQ-CP ĐHĐCĐ HĐQT BKS TGĐ CEO CFO PV AI IT IoT QH TNHH MTV TMCP CP
    I II III IV V VI VII VIII IX X XI XII XIII XIV XV""".split()
)
_FAMILY = frozenset(
    "nguyễn trần lê phạm huỳnh phan vũ võ đặng bùi đỗ ngô dương đinh trịnh hồ lương hoàng lý đoàn mai cao".split()
)
_TITLED = re.compile(
    r"(?:ông|bà|anh|chị|đồng chí|đ/c|cháu|em|chủ tịch|bí thư|giám đốc|đại biểu|mr\.?|ms\.?|tướng|tá|úy|uý"
    r"|trưởng|chị em|gia đình|tổng thống|thủ tướng|hoàng tử|công chúa|nữ hoàng|quốc vương|diễn viên|ca sĩ|nghệ sĩ"
    r"|hoa hậu"
    r"|á hậu|cầu thủ|nghi phạm|luật sư|phóng viên|nghị sĩ|đạo diễn|người mẫu|danh hài|doanh nhân|tỉ phú|tỷ phú|bác sĩ"
    r"|bộ trưởng|thiếu nữ|nam tài tử|president|minister)[:,]?\s+$",
    re.IGNORECASE,
)


def find_bare_names(layout: Layout, taken: Taken) -> Iterator[Mention]:
    """Yield runs of capitalised words that name a company or a place without its unit word; none inside ``taken``."""
    text = layout.text
    business: bool | None = None
    for match in _CAPITAL.finditer(text):
        run = match.group()
        # Most capitals only begin a sentence.
        if " " not in run and run[1:].islower() and _is_plain(run):
            continue
        if taken.overlaps(*match.span()):
            continue
        for mention in _read_name(layout, match.start(), match.end()):
            if business is None:
                business = text.isascii() or _BUSINESS.search(layout.lower) is not None
            if business or mention.breadth is Breadth.COUNTRY or _acts(layout, mention):
                yield mention


def _acts(layout: Layout, mention: Mention) -> bool:
    """Say whether a name outside of business does what a unit or company does: a person or a song names nobody."""
    lower = layout.lower
    if _RUNS.match(lower, mention.end):
        return True
    if mention.breadth is Breadth.COMPANY:
        return False
    ahead = _PLACED.search(lower, max(0, mention.start - 12), mention.start)
    return ahead is not None or _MEASURED.match(lower, mention.end) is not None


# Words of reports, of trade and of money; a paragraph without any tells of persons.
_BUSINESS = re.compile(
    r"(?<!\w)(?:doanh thu|lợi nhuận|lãi|lỗ|cổ phiếu|cổ phần|cổ đông|thị phần|nợ xấu|tín dụng|tổng tài sản"
    r"|sản lượng|xuất khẩu"
    r"|nhập khẩu|niên độ|hành khách|dư nợ|vốn hóa|vốn hoá|vốn điều lệ|kinh doanh|đơn hàng|hợp đồng|ngân sách"
    r"|hộ nghèo|tiêu chí"
    r"|kế hoạch năm|cùng kỳ|giải ngân|diện tích|grdp|gdp|kim ngạch|vnđ|revenue|profit|earn(?:ed|ings|s)?|sales"
    r"|shares|exports?"
    r"|imports?|quarter|growth|loss|investors?|poverty|households|disburse\w*|plan|doanh nghiep|loi nhuan"
    r"|ngan sach|ho ngheo"
    r"|doanh so|san luong|bán ra|tiêu thụ|nhà máy|chi nhánh|vốn đầu tư|tổng vốn|huy động vốn|tăng trưởng)(?!\w)"
)
_RUNS = re.compile(
    r"[,']?\s?(?:đạt(?! giải)|có|ước|thu|chở|bán|lãi|lỗ|sản xuất|xuất khẩu|ghi nhận|báo|dự kiến|còn|tăng|giảm"
    r"|trồng|chiếm|giải ngân|đón"
    r"|met|reported|posted|sold|carried|flew|welcomed|exported|recorded|produced|made|planted|had|has|dat|co|thu)(?!\w)"
)
# "Nậm Cắn 145 mm"; but "Eva 11 tuổi" is a person.
_MEASURED = re.compile(r"\s\d[\d.,]*\s?(?!tuổi)[^\W\d_]")
_PLACED = re.compile(r"(?<!\w)(?:ở|tại|riêng|o|tai|in|at)\s$")


@lru_cache(maxsize=8192)
def _is_plain(word: str) -> bool:
    """Say whether a word is spelt like one Vietnamese syllable, or names nobody."""
    return is_syllable(word) or word.lower() in _NO_NAME


def find_companies(layout: Layout) -> Iterator[Mention]:
    """Yield the names led by what they are ("Công ty CP Than Núi Béo"), and abbreviations in brackets behind such.

    Without a name what stands in brackets and names nobody: a ratio, a ticker.
    """
    text = layout.text
    for match in _COMPANY.finditer(text) if any(word in layout.lower for word in _CLASS_HEADS) else ():
        name, alias = match["name"], match["alias"]
        words = name.split()
        if alias and _BRACKETED.fullmatch(text, match.start("alias") - 1, match.end()) and not _is_code(alias):
            bank = "ngân hàng" in match.group()[:12].lower()
            short = len(alias) <= 3 and alias.isupper()
            name = name if short and not bank and len(words) > 1 else alias
        elif name in _NO_ORGS or (len(words) == 1 and _is_only_word(text, name, match.end("name"))):
            continue
        yield Mention(name, Breadth.COMPANY, match.start(), match.end())
    for match in _BRACKETED.finditer(text) if "(" in text else ():
        alias = match["alias"]
        classed = _CLASSED.search(text, max(0, match.start() - 100), match.start())
        if classed is not None and not _is_code(alias):
            yield Mention(alias, Breadth.COMPANY, classed.start(), match.end())
        elif alias.isupper() and len(alias) <= 6:
            yield Mention(None, Breadth.COMPANY, match.start(), match.end())


def _is_only_word(text: str, name: str, end: int) -> bool:
    """Say whether one capitalised word behind "công ty" is no name: the "Nông" of "ngân hàng Nông nghiệp"."""
    return name.lower() in _NO_NAME or (is_syllable(name) and text[end : end + 1] == " ")


# "Ở Trung Quốc", "Riêng Tri Lễ": at the head of a sentence these are written with a capital too.
_LEADING = frozenset(
    "ở tại với từ theo do về như riêng còn và đến trong của cho in at of for from by on with while".split()
)
_TICKER_LEAD = re.compile(r"(?i:\b(?:mã|ck|mck|msck|hose|hnx|upcom|chứng khoán))\s*:\s*$")


def _is_code(alias: str) -> bool:
    return alias in _NO_ORGS or alias.lower().startswith(("mã", "mck", "hose", "hnx", "upcom"))


def is_in_capitals(text: str) -> bool:
    """Say whether a heading stands in capitals, where names do not stand out."""
    sample = text[:80]
    return sum(map(str.isupper, sample)) * 2 > sum(map(str.isalpha, sample))


def _read_name(layout: Layout, start: int, end: int) -> Iterator[Mention]:
    """Read a run of capitalised words as a company, an organisation or a bare place; nothing of what names neither."""
    text = layout.text
    run = _read_run(text[start:end]) if end - start <= _LONGEST_RUN else None
    if run is None:
        return
    skipped, name, plain = run
    start += skipped
    ahead = text[max(0, start - 16) : start]
    if _TICKER_LEAD.search(ahead) or _TITLED.search(ahead):
        return
    if name in _LANDS:
        if _FREE.search(layout.lower, max(0, start - 24), start):
            yield Mention(name, Breadth.COUNTRY, start, start + len(name))
        return
    if plain:
        if _FREE.search(layout.lower, max(0, start - 24), start):
            yield Mention(name, Breadth.UNKNOWN, start, start + len(name))
    elif not _PART_OF_NAME.search(text, max(0, start - 30), start) and (" " in name or _is_brand(layout, name, start)):
        yield Mention(name, Breadth.COMPANY, start, start + len(name))


# The same names come again and again.
@lru_cache(maxsize=8192)
def _read_run(run: str) -> tuple[int, str, bool] | None:
    """Read the name in a run of capitalised words: where it begins there, and whether it is spelt in syllables only.

    None: an organ, an office, a document, a common abbreviation, a person, or one syllable.
    """
    head = _CLASS_WORDS.match(run)
    start = head.end() if head is not None and head.end() < len(run) else 0
    words = run[start:].replace("\u00a0", " ").split(" ")
    while words and (words[0].lower() in _NO_NAME or words[0] in _NO_ORGS or words[0].lower() in _LEADING):
        leading = words[0].lower() in _LEADING
        start += len(words[0]) + 1
        words = words[1:]
        if words and not leading and all(is_syllable(word) for word in words):
            return None
    name = run[start:].rstrip(".&-")
    if not words or len(name) < 2 or name in _NO_ORGS or is_abbreviation(name):
        return None
    foreign = words[0] in _LANDS and not all(is_syllable(word) for word in words)
    if len(words) > 1 and (" ".join(words[1:]) in _LANDS or foreign):
        # "Khách Trung Quốc", "Tổng thống Mỹ Donald Trump"
        return None
    plain = all(is_syllable(word) and not (word.isupper() and len(word) > 1) for word in words)
    if plain and (not 2 <= len(words) <= _MOST_SYLLABLES or words[0].lower() in _FAMILY):
        return None
    return start, name, plain


_LONGEST_RUN, _MOST_SYLLABLES = 120, 4
# "sâm Ngọc Linh", "thủy điện Nậm Mức": a name behind a noun is that thing's, no unit's.
_FREE = re.compile(
    r"(?:^|[^\w\s]|(?<!\w)(?:ở|tại|của|và|với|như|là|cho|riêng|do|từ|gồm|các|hơn|còn|khi|thì|mà|theo|hoặc|đến"
    r"|nay|này|năm \d{4}|tới|về|thuộc|trong"
    r"|so|những|at|in|of|and|for|by|to|with|from|while|than|that|as))\s*$"
)
_LANDS = frozenset(
    name.strip()
    for name in """Mỹ; Anh; Nga; Đức; Pháp; Ý; Úc; Bỉ; Áo; Nhật; Lào; Nhật Bản; Hàn Quốc; Triều Tiên; Trung Quốc;
    Thái Lan;
    Campuchia; Ấn Độ; Đài Loan; Hồng Kông; Hong Kong; Thổ Nhĩ Kỳ; Tây Ban Nha; Bồ Đào Nha; Ai Cập; Hà Lan; Ba Lan;
        Phần Lan;
    Thụy Sĩ; Thuỵ Sĩ; Thụy Điển; Thuỵ Điển; Đan Mạch; Na Uy; Hy Lạp; Nam Phi; Syria; Iraq; Iran; Israel; Ukraine;
    Philippines;
    Malaysia; Indonesia; Singapore; Myanmar; Australia; Canada; Italy; Mexico; Brazil; Cuba; Venezuela; Zimbabwe;
    Pakistan;
    Afghanistan; Bangladesh; Yemen; Arab Saudi; New Zealand; Argentina; Hungary""".split(";")
)
_COUNTRIES = frozenset(
    """Thailand China Japan Laos Cambodia India Indonesia Malaysia Singapore Philippines Korea Germany France Russia
    Taiwan Australia America Brazil Britain Canada Italy Mexico Myanmar Pakistan Spain Turkey Ukraine Vietnam""".split()
)
_PERIOD_CODE = re.compile(r"[A-ZĐ]{1,2}\d{1,2}|\W.*|\d.*")
_PART_OF_NAME = re.compile(rf"[{UPPER}]\w+ (?:for|of|and) $")


def _is_brand(layout: Layout, name: str, start: int) -> bool:
    if name.isupper():
        return 2 <= len(name) <= 12 and _PERIOD_CODE.fullmatch(name) is None
    if len(name) < 3:
        return False
    if name in _COUNTRIES:
        return True
    # In English any word begins a sentence with a capital.
    ahead = layout.text[max(0, start - 4) : start].rstrip(' "“(')
    opens = not ahead or ahead[-1] in ".:!?\n"
    if opens and name[1:].islower() and layout.text.isascii():
        return _ACTS_AS_COMPANY.match(layout.text, start + len(name)) is not None
    return True


_ACTS_AS_COMPANY = re.compile(
    r"['’]s |,? (?:said|reports?|reported|posted|earned|made|plans?|expects?|will|has|had|recorded|booked"
    r"|announced|aims?|saw|sold|logged|swung|targets?|earns|is|was|and [A-Z])\b"
)
