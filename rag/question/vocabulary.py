"""The words questions are made of: patterns for the kind of answer, question words, stop words, titles."""

from __future__ import annotations

import re

from rag.text import fold
from rag.types import AnswerKind

_Kinds = tuple[tuple[re.Pattern[str], AnswerKind], ...]


def lower_case(text: str) -> str:
    """Lower the case and keep every offset."""
    lower = text.lower()
    return lower if len(lower) == len(text) else fold(text)


# -- kinds of answer; the first pattern that is found decides. Upper-case classes would not survive folding.

_HOLDER = (
    r"(?:đồng chí|ông|bà|người|lãnh đạo|chuyên gia|(?<!đơn )vị|chủ tịch|phó chủ tịch|bí thư|phó bí thư|giám đốc"
    r"|bộ trưởng"
    r"|hiệu trưởng|trưởng phòng|trưởng thôn|đại biểu|cán bộ|nhân vật|tác giả|thủ trưởng|chỉ huy trưởng|cá nhân)"
)
_AREA = (
    r"(?:xã|huyện|tỉnh|thành phố|quận|phường|thị trấn|thị xã|thôn|bản|làng|nước|quốc gia|địa phương|vùng|khu vực"
    r"|địa điểm|địa bàn|nơi|chỗ|đâu)"
)
_METRIC = (
    r"(?:tỷ lệ|tỉ lệ|tổng|mức|thu nhập|sản lượng|diện tích|doanh thu|lợi nhuận|lãi|lỗ|vốn|giá trị|tốc độ|giá|kim ngạch"
    r"|dân số|năng suất|nợ|dư nợ|số|thu ngân sách|chi phí|quy mô|độ che phủ|mật độ|chỉ số|grdp|gdp|công suất|chiều dài)"
)
# Without accents "đâu" and "đầu" look alike: "đầu người", "đầu tư" and "đầu năm" ask for no place.
_WH = r"(?:nào|gì|ai|sao|đâu(?! (?:người|tư|năm|tháng|quý|kỳ|nhiệm|vào|ra|tiên))|không|chưa|mấy|khi)"
_KNOWN_BASE = (
    r"(?:mức )?(?:cùng kỳ|năm|kế hoạch|chỉ tiêu|mục tiêu|dự toán|tháng|quý|đầu năm|cuối năm|trước|thời điểm|kỳ|nửa)"
)
MORE = r"(?:cao|thấp|lớn|nhỏ|nhiều|ít|kém|nhỉnh|đông|nhanh|chậm|mạnh|tốt|dài|ngắn|rộng|đắt|rẻ)"

_VIETNAMESE: tuple[tuple[str, AnswerKind], ...] = (
    (r"\b(?:giải thích|vì sao|tại sao|sao lại|vì đâu|do đâu|nhờ đâu|vì lẽ gì|lẽ gì)\b", AnswerKind.REASON),
    (r"\b(?:nguyên nhân|lý do|lí do)(?: [^ ]+){0,2} (?:nào|gì)\b|\b(?:nguyên nhân|lý do|lí do)\b.*\b(?:là gì"
     r"|gì)\b", AnswerKind.REASON),
    (r"^(?:nguyên nhân|lý do|lí do)\b", AnswerKind.REASON),
    (r"\bnhờ(?: [^ ]+){1,3} nào\b|\bbằng cách nào\b|\blàm gì để\b|\blàm (?:thế nào|sao)\b", AnswerKind.REASON),
    (r"\b(?:giải pháp|biện pháp) (?:nào|gì)\b", AnswerKind.REASON),
    (r"\bhay (?:không|chưa)$|\b(?:phải|đúng) không$|^có phải\b|\bcó đúng\b", AnswerKind.YES_NO),
    (r"^(?!.*\bbao nhiêu\b).*\b(?:có|được|đã)\b.*\b(?:không|chưa)$", AnswerKind.YES_NO),
    (r"\b(?:tăng hay giảm|giảm hay tăng)\b", AnswerKind.COMPARISON),
    (r"\bhay\b.*\bhơn\b|\bhơn\b.*\bhay\b|\bchênh lệch\b|\bchênh nhau\b|\bso sánh\b"
     r"|\bkhác nhau\b", AnswerKind.COMPARISON),
    (rf"(?<!thế )\bnào\b.*\b{MORE} hơn\b|\bđâu là\b.*\b{MORE} hơn\b"
     r"|(?<!thế )\bnào\b.*\b(?:nhiều|ít)(?: [^ ]+){1,4} hơn\b", AnswerKind.COMPARISON),
    (rf"\b{MORE} hơn\b.*\b(?:bao nhiêu|mấy)\b|\b(?:hơn|kém) (?:khoảng )?bao nhiêu\b"
     rf"|\bkém\b.*\bbao nhiêu\b", AnswerKind.COMPARISON),
    (rf"\bso với (?!{_KNOWN_BASE}\b).*\b(?:bao nhiêu|thế nào|ra sao)\b", AnswerKind.COMPARISON),
    (rf"\b(?:bao nhiêu|thế nào|ra sao)\b.*\bso với (?!{_KNOWN_BASE}\b)"
     rf"|\bthêm bao nhiêu\b.*\bso với\b", AnswerKind.COMPARISON),
    (r"\bngày (?:bao nhiêu|mấy)\b|\bnăm (?:bao nhiêu|mấy)\b|\bmấy giờ\b", AnswerKind.DATE),
    (r"\bbao nhiêu\b|\bbao lâu\b|\blà bao$|\b(?:có|được|gồm|mất|trong|còn) mấy\b", AnswerKind.FIGURE),
    (r"\b(?:đạt|ở|ra|đến|lên|tới|xuống|còn|bằng|là) (?:ở )?mức (?:nào|gì)\b|\bmức nào$", AnswerKind.FIGURE),
    (r"\b(?:ngày|năm|tháng|quý|lúc|thời gian|thời điểm|hôm|dịp|giai đoạn) nào\b|\bkhi nào\b"
     r"|\bbao giờ\b", AnswerKind.DATE),
    (r"\bnhững ai\b|\bgồm ai\b|\bnhững gì\b|\bgồm (?:có )?gì\b|\bliệt kê\b|\bkể tên\b|\bbao gồm\b"
     r"|\bgồm những\b", AnswerKind.LIST),
    (r"\b(?:những|các)(?: [^ ]+){1,5} nào\b|\b(?:hai|ba|bốn|sáu|bảy|tám|chín"
     r"|mười)(?: [^ ]+){1,4} nào\b", AnswerKind.LIST),
    (rf"\bai\b|\b{_HOLDER}(?: [^ ]+){{0,6}} nào\b|\b{_HOLDER}\b.*\b(?:tên là gì|tên gì|là gì)\b", AnswerKind.PERSON),
    (rf"\b(?:ở|tại|từ|đặt|đi|về|đến|tới|nằm) đâu\b(?! năm)|\b{_AREA} nào\b|\bđâu$", AnswerKind.PLACE),
    (rf"\b{_METRIC}\b.*\b(?:thế nào|ra sao)$", AnswerKind.FIGURE),
    (r"\bthế nào\b|\bra sao\b", AnswerKind.REASON),
    (rf"^(?!.*\b{_WH}\b).*\b{_METRIC}\b", AnswerKind.FIGURE),
)  # fmt: skip


def _compile(*, accented: bool) -> _Kinds:
    return tuple((re.compile(pattern if accented else fold(pattern)), kind) for pattern, kind in _VIETNAMESE)


VIETNAMESE_KINDS: dict[bool, _Kinds] = {True: _compile(accented=True), False: _compile(accented=False)}

ENGLISH_RATE = re.compile(
    r"\b(?:percentages?|percent|per cent|proportion|share of|rates?|ratios?"
    r"|forest cover(?:age)?)\b(?! of exchange)"
)
_AMOUNT = (
    r"(?:rates?|ratios?|percentage|percent|proportion|share|income|revenues?|profits?|loss|price|cost|total"
    r"|number|average"
    r"|amount|level|area|value|output|yield|turnover|investment|capital|population|growth|budget|debts?|reserves?|size"
    r"|target|cover|balance|capacity|speed|wages?|density|expenditure|spending|deposits|assets|equity|dividend|inflation"
    r"|herds?|attendance|enrol\w*|acreage|arrivals|harvest|membership|quantity|volume|length|salary|sales|exports?|imports?|coverage|production|deficit|surplus|grdp|gdp)"
)
_ENGLISH_MORE = r"(?:higher|lower|larger|bigger|greater|smaller|more|less|fewer|better|longer|faster|cheaper)"
ENGLISH_KINDS: _Kinds = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"\bwhy\b|\bwhat (?:caused|led|made|explains)\b|\breasons?\b|\bthe cause of\b|\bwhat (?:was|is|were"
         r"|are) the causes?\b", AnswerKind.REASON),
        (rf"\b{_ENGLISH_MORE}\b.*\bor\b|\bor\b.*\b{_ENGLISH_MORE}\b|\bdifference between\b|^compare\b"
         r"|\bcompared (?:with|to) x\b"
         rf"|\b(?:how (?:much|many)|by how much\b.*) {_ENGLISH_MORE}\b.*\bthan\b", AnswerKind.COMPARISON),
        (rf"\bhow (?:much|many) {_ENGLISH_MORE}\b|\b(?:which|who) .*\b{_ENGLISH_MORE}\b", AnswerKind.COMPARISON),
        (r"\bhow (?:many|much|large|big|high|long|far|old|deep|wide|tall)\b|\bby how much\b", AnswerKind.FIGURE),
        (r"^when\b|\bwhen (?:did|was|were|is|are|will|does|do)\b|\b(?:what|which) (?:date|day|year|month|time"
         r"|quarter)\b|\bsince when\b", AnswerKind.DATE),
        (r"\bwho(?:m|se)?\b|\bname of the (?:chairman|secretary|director|president|head"
         r"|minister)\b", AnswerKind.PERSON),
        (r"\bwhere\b|\b(?:which|what) (?:province|district|commune|city|town|village|country|region|place"
         r"|location|ward)\b", AnswerKind.PLACE),
        (rf"\b(?:what|which|to what)\b.*\b{_AMOUNT}\b", AnswerKind.FIGURE),
        (r"^(?:list|name)\b|\bwhat are\b|\bwhich (?:\S+ ){0,3}?\S+s (?:are|were|have|did|do|will)\b"
         r"|\bwhich are\b|\bwhich (?!(?:[a-z-]+ )?(?:is|was|has|does)\b)(?:[a-z-]+ )?[a-z-]{3,}(?<![su])s\b",
         AnswerKind.LIST),
        (r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b", AnswerKind.YES_NO),
        (r"\bhow\b", AnswerKind.REASON),
        (rf"^(?!.*\b(?:what|which)\b).*\b{_AMOUNT}\b", AnswerKind.FIGURE),
    )
)  # fmt: skip

# -- words that carry no metric

_QUESTION_PHRASES = (
    r"\b(?:(?:là )?bao nhiêu|là bao)(?: (?:phần trăm|nghìn|ngàn|triệu|tỷ|tỉ|tiền|đồng|usd|vnđ|vnd))*(?=[^a-zà-ỹ]|$)"
    r"|\bmức (?:nào|gì)\b|\b(?:vì|tại|làm) sao\b|\b(?:do|vì|nhờ|ở|tại) đâu\b|\b(?:như )?thế nào\b|\bra sao\b"
    r"|\bkhi nào\b"
    r"|\bbao giờ\b|\bbao lâu\b|\blà gì\b|\blà ai\b|\b(?:ngày|năm|tháng|lúc) nào\b|\bmấy\b|\bphải không\b|\b(?:hay"
    r"|có) không\b"
    r"|\btôi muốn (?:biết|hỏi)\b|\bxin hỏi\b|\bcon số\b|\bcho (?:tôi|mình|em) (?:biết|hỏi)\b"
    r"|\bnhững (?:gì|ai)\b|\bgồm những\b|\bliệt kê\b|\bkể tên\b|\bphần trăm\b|\bđồng chí\b|\bcho biết\b"
)
QUESTION_PHRASES = {
    True: re.compile(_QUESTION_PHRASES),
    False: re.compile(fold(_QUESTION_PHRASES.replace(r"|\bmấy\b", ""))),
}

STOPS = frozenset(
    """là và của cho trong ngoài ở tại trên với được bị đã đang sẽ có còn từ đến tới theo về do vì để mà thì này đó kia
    ấy khi nếu hoặc hay như cũng vẫn nên phải chỉ rất lại ra vào lên xuống những các một mỗi mọi nào gì ai đâu sao
    mấy không chưa năm ngày tháng quý nay qua vậy nhỉ ạ à hỏi biết bao nhiêu mức đạt huyện tỉnh xã thành phố quận
    phường thị trấn thôn bản so hơn nhất riêng cả toàn ông bà rằng bằng khoảng tp kỳ đầu cuối giữa hết tính cùng gồm
    tên""".split()
) - {"đầu", "phố", "bản"}  # fmt: skip
UNACCENTED_STOPS = frozenset(
    """la va cua cho trong o tai voi duoc bi da dang se co con tu den toi theo ve do vi de ma thi nay nhung cac mot nao
    gi ai dau sao khong chua nam ngay bao nhieu dat huyen tinh xa so hon nhat ong rang khoang tp""".split()
) - {"tai", "dau", "dat", "tinh"}
ENGLISH_STOPS = frozenset(
    """a an the of and or in to on at by for from with as is are was were be been being do does did has have had can
    could will would should shall may might must what which who whom whose when where why how many much that this
    these those it its they their there than then per into over under about according any all each every if but not
    no so such during between within since until before after up down out did reach reached stand stood please tell
    me give name list district province commune city town ward village year years month months half quarter first
    second third fourth last full s also still said say compare compared comparing""".split()
)

# -- names


def _split(phrases: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in phrases.split(";")]


# Phrases written with a capital that name no one in particular.
_GENERIC = """ban chấp hành; đảng bộ; ban thường vụ; huyện ủy; tỉnh ủy; thành ủy; quận ủy; thị ủy; đảng ủy; ủy
    ban nhân dân; ủy ban mặt trận tổ quốc; mặt trận tổ quốc; hội đồng nhân dân; hội đồng quản trị; hội đồng thành
    viên; đại hội đồng cổ đông; phó chủ tịch thường trực; phó chủ tịch; chủ tịch; phó bí thư; bí thư; phó tổng giám
    đốc; tổng giám đốc; phó giám đốc; giám đốc; phó trưởng phòng; trưởng phòng; chánh văn phòng; ủy viên; bộ chỉ huy
    quân sự; bộ chỉ huy; chỉ huy trưởng; bộ đội biên phòng; quốc hội; chính phủ; phó thủ tướng; thủ tướng; nhà nước;
    nhân dân; nghị quyết; quyết định; nghị định; chỉ thị; kết luận; thông tư; đại hội; hội nghị; chương trình mục
    tiêu quốc gia; chương trình; mục tiêu quốc gia; đảng cộng sản; đảng viên; trung ương; ngân hàng nhà nước; ngân
    hàng thương mại; ngân hàng; tập đoàn; tổng công ty; công ty cổ phần; công ty; hợp tác xã; trường tiểu học;
    trường mầm non; trường trung học; bệnh viện; vườn quốc gia; khu công nghiệp; cụm công nghiệp; khu đô thị; sân
    bay; kho bạc nhà nước; kho bạc; liên đoàn lao động; hội nông dân; hội phụ nữ; hội liên hiệp phụ nữ; hội cựu
    chiến binh; đoàn thanh niên; đồng chí; đại tá; thượng tá; trung tá; thiếu tướng; tiến sĩ; tiến sỹ; văn phòng;
    báo cáo; kế hoạch; dự án; đề án; ủy ban quốc gia; ủy ban kiểm tra; thanh tra chính phủ"""
_ORGAN_KINDS = "bộ|sở|phòng|ban|vụ|cục|tổng cục|thanh tra|viện"
_TASKS = """kế hoạch và đầu tư; tài chính; công thương; giáo dục và đào tạo; nội vụ; nông nghiệp và phát triển
    nông thôn; nông nghiệp; tài nguyên và môi trường; xây dựng; giao thông vận tải; y tế; lao động, thương binh và
    xã hội; lao động - thương binh và xã hội; thông tin và truyền thông; văn hóa, thể thao và du lịch; văn hóa; tư
    pháp; ngoại giao; quốc phòng; công an; khoa học và công nghệ; tổ chức; tuyên giáo; dân vận; kiểm tra; thống kê;
    thuế; hải quan; đường bộ; nội chính; chính trị; chính phủ"""
_MINISTRY = f"bộ (?:{'|'.join(sorted(_split(_TASKS), key=len, reverse=True))})(?=[^a-zà-ỹđ]|$)"
# Ministries, which are named in full; the words of the lower organs are no names.
MINISTRIES = {
    True: re.compile(rf"\b(?:{_MINISTRY})"),
    False: re.compile(rf"\b(?:{fold(_MINISTRY.replace('[^a-zà-ỹđ]', '[^a-z]'))})"),
}
ENGLISH_MINISTRY = re.compile(r"\bMinistry of [A-Z][a-z]+(?:(?:,| and|, and)? [A-Z][a-z]+){0,4}")
_NUMBERED = (
    r"(?:quận|phường|tiểu đoàn|trung đoàn|sư đoàn|lữ đoàn|đại đội|quân khu|quân đoàn|quốc lộ|tỉnh lộ|thôn|xóm|khu phố"
    r"|tổ dân phố)"
)
# Units that have a number for a name.
NUMBERED = {
    True: re.compile(rf"(?<!\d )\b{_NUMBERED} \d{{1,3}}[a-z]?(?![\w.,/]*\d)\b"),
    False: re.compile(
        rf"(?<!\d )\b(?:{fold(_NUMBERED)}|district|ward|battalion|regiment|division|company|highway) \d{{1,3}}[a-z]?"
        r"(?![\w.,/]*\d)\b"
    ),
}
_PATTERN = (
    r"\b(?:"
    + "|".join(sorted(_split(_GENERIC), key=len, reverse=True))
    + f"|(?:{_ORGAN_KINDS}) (?:{'|'.join(sorted(_split(_TASKS), key=len, reverse=True))})"
    + r")(?=[^a-zà-ỹđ]|$)"
)
_ENGLISH_GENERIC = (
    r"|\b(?:people'?s (?:committee|council)|(?:district|provincial|city|central)? ?party committee"
    r"|party secretary|the party"
    r"|party (?:congress|members?|cell)|standing (?:committee|board)|executive committee|state bank|state treasury"
    r"|national assembly|ministry of [a-z]+(?: and [a-z]+)?|department of [a-z]+(?: and [a-z]+)?|prime minister"
    r"|(?:vice |deputy )?(?:chairman|chairwoman|president|director|secretary|minister)|general director"
    r"|fatherland front)\b"
)
GENERIC_NAMES = {
    True: re.compile(_PATTERN + _ENGLISH_GENERIC),
    False: re.compile(fold(_PATTERN.replace("[^a-zà-ỹđ]", "[^a-z]")) + _ENGLISH_GENERIC),
}

# Unit words, folded, that make the plain word behind them a name.
UNIT_WORDS = frozenset("huyen tinh xa phuong quan thon tp tx district province commune city".split())
# Unit words and titles that may open a run of capitalised words; by whether the question carries accents.
_CLASSES = """huyện tỉnh xã phường quận thôn thị tp tx ông bà mr mrs ms dr district province commune city""".split()
NAME_CLASSES: dict[bool, frozenset[str]] = {
    True: frozenset(_CLASSES),
    False: frozenset(fold(word) for word in _CLASSES) - {"ba", "thi", "quan", "thon"},
}
# Organs whose name describes a task: "Phòng Đánh giá …" is no name of a place or person.
ORGANS = frozenset("bộ sở ban phòng cục vụ viện hội đoàn ủy trường khu tổ nhà công tổng".split())
# Names of one syllable that stand before lower-case words and other names alike.
SHORT_NAMES = frozenset("Mỹ Nga Nhật Anh Pháp Đức Lào Hàn Huế Vinh".split())
NAME_ENDINGS = frozenset("district province commune city town township ward village communes committee party".split())
NOT_NAMES = frozenset(
    """usd vnd vnđ eur đảng tết nhà bộ sở ban phòng cục vụ hội đoàn đội tổ trường chi khu vườn mw kwh ha km m2 oda fdi
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday vietnamese party district province commune city government ministry tet i""".split()
)
# Words that open a sentence and begin no name; by whether the question carries accents.
_OPENINGS = """theo tại ở trong năm tháng ngày vào khi vì do nhờ ai huyện tỉnh xã thành so với trên dưới từ đến
    cho còn những các mỗi một hai ba bốn riêng tổng tỷ tỉ mức thu giá doanh lợi lãi vốn diện sản tốc kim dân năng nợ
    dư chỉ quy sau trước cuối đầu giữa tính hiện nay có bao vậy thế ông bà đồng phần nguyên lý giải liệt kể tên gồm
    nếu hay người đơn cộng công ngân chương dự hội nghị chủ bí giám phó ban cán bộ sáng chiều tối đêm hôm qua kết xã
    thực đợt vị tuyến trạm nhóm khoản đề lượng cơn bão""".split()
COMMON_OPENINGS: dict[bool, frozenset[str]] = {
    True: frozenset(_OPENINGS),
    False: frozenset(fold(word) for word in _OPENINGS) - {"ba", "nam", "duc", "long", "lai", "son"},
}
