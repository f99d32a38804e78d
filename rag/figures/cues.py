"""Words that say what part a figure plays, as they stand in a sentence, Vietnamese (accented or bare) and English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from rag.figures.writing import Writing
from rag.text import fold


class Cue(StrEnum):
    """What a word or a mark does to the figures behind it."""

    STOP = "stop"
    SEMICOLON = "semicolon"
    COMMA = "comma"
    COLON = "colon"
    OPEN = "open"
    CLOSE = "close"
    AIM = "aim"
    PLAN = "plan"
    WEAK_PLAN = "weak_plan"
    ESTIMATE = "estimate"
    PROVISIONAL = "provisional"
    FORECAST = "forecast"
    RESULT = "result"
    CHANGE = "change"
    LEVEL = "level"
    REACHED = "reached"
    OVER = "over"
    FROM = "from"
    AGAINST = "against"
    BEFORE = "before"
    ONCE = "once"
    BREAK = "break"
    PARTS = "parts"
    RATE = "rate"
    UNTIL = "until"
    WORD = "word"
    FIGURE = "figure"


#: Phrases by what they do, parted by semicolons. WORD: they only look like one of the others.
_VIETNAMESE = {
    Cue.AIM: """phấn đấu; quyết tâm; đặt mục tiêu; đặt ra mục tiêu; đề ra mục tiêu; đặt chỉ tiêu; đặt ra chỉ tiêu;
        đề ra chỉ tiêu; đặt kế hoạch; đặt ra kế hoạch; đề ra kế hoạch; đưa ra mục tiêu; đưa ra kế hoạch; mục tiêu đến;
        mục tiêu năm; mục tiêu là; mục tiêu của; mục tiêu cụ thể; mục tiêu phấn đấu; mục tiêu đặt ra; mục tiêu chung;
        mục tiêu trong; chỉ tiêu chủ yếu; chỉ tiêu cụ thể; chỉ tiêu phấn đấu; lên kế hoạch; dự kiến kế hoạch;
        kế hoạch đề ra cho; nhiệm vụ năm; nhiệm vụ trọng tâm; phương hướng; phải đạt; cần đạt; phải giải ngân;
        phải hoàn thành; phải thu; phải tăng; cần tăng; cần giải ngân; cần tăng trưởng; phấn đấu đến""",
    Cue.PLAN: """kế hoạch; chỉ tiêu; mục tiêu; dự toán; kịch bản; kh; được giao; tỉnh giao; huyện giao; trung ương giao;
        cấp trên giao; hđnd giao; ubnd giao; chính phủ giao; thành phố giao; bộ giao; trên giao; vốn giao;
        địa phương giao; nhà nước giao; giao chỉ tiêu; giao kế hoạch; giao dự toán; giao thu""",
    Cue.WEAK_PLAN: "nghị quyết; nq; đề án",
    Cue.ESTIMATE: "ước; ước đạt; ước tính; ước thực hiện; ước khoảng; ước tính đạt",
    Cue.PROVISIONAL: """sơ bộ; tạm tính; số liệu ban đầu; thống kê ban đầu; báo cáo ban đầu; ước tính ban đầu;
        kết quả ban đầu; thông tin ban đầu; thiệt hại ban đầu; bước đầu ước tính; sơ bộ đạt""",
    Cue.FORECAST: """dự kiến; dự báo; dự tính; dự đoán; kỳ vọng; có thể tăng; có thể giảm; có thể đạt; có thể lên;
        sẽ tăng; sẽ đạt; dự kiến đạt; dự báo đạt""",
    Cue.RESULT: """đã; kết quả; thực hiện đạt; thực hiện được; thực tế; thực đạt; thực hiện năm; thực hiện là; đến nay;
        thực hiện; giải ngân; giải ngân được; trên thực tế; hiện; hiện nay; hiện có; hiện mới; hiện tại; hiện đạt""",
    Cue.CHANGE: """tăng; giảm; sụt; sụt giảm; nhích; nhích lên; cao hơn; thấp hơn; nhiều hơn; ít hơn; lớn hơn; nhỏ hơn;
        kém; giảm sút; tăng thêm; giảm thêm; hơn so với; hơn năm; tụt; nhanh hơn; dài hơn""",
    Cue.LEVEL: """lên; xuống; còn; là; chiếm; ở mức; có; thành; chỉ còn; còn lại; lên mức; lên tới; xuống mức; tới; đến;
        sang; đạt mức; duy trì; đưa; xuống còn""",
    Cue.REACHED: "đạt; bằng; hoàn thành; đạt được; tương đương; tương ứng; bằng khoảng; chỉ đạt",
    Cue.OVER: "vượt; hụt; vượt mức",
    Cue.FROM: "từ; từ mức; từ chỗ; từ con số",
    Cue.AGAINST: "so với; so cùng kỳ; hơn cùng kỳ; thay vì; so sánh với; đối chiếu với",
    Cue.BEFORE: "cùng kỳ; cùng kì; cùng thời điểm; cùng thời kỳ",
    # These stand for an earlier value only beside another.
    Cue.ONCE: """năm trước; năm ngoái; tháng trước; quý trước; kỳ trước; nhiệm kỳ trước; tuần trước; vụ trước; giai
        đoạn trước""",
    Cue.BREAK: "do; nhờ; để; nhằm; thông qua; vì; khi; nên; cho; dành; gồm; khiến; làm; làm cho; gây; dẫn đến",
    Cue.PARTS: "trong đó; riêng; cụ thể; gồm có; bao gồm",
    # A rate of change is a level, but where its figure follows at once.
    Cue.RATE: """tốc độ tăng; tốc độ tăng trưởng; tỷ lệ tăng; tỷ lệ giảm; tỉ lệ tăng; tỉ lệ giảm; tốc độ giảm; nhịp
        độ tăng""",
    Cue.UNTIL: "đến năm; đến hết năm; đến cuối năm",
    Cue.WORD: """bầu cử sơ bộ; kiểm tra sơ bộ; tốn kém; yếu kém; thua kém; kém hiệu quả; lương thực; tăng cường;
        tăng gia; tăng tốc; gia tăng; giảm nghèo; giảm nhẹ; giảm giá; giảm thiểu;
        miễn giảm; giảm trừ;
        cắt giảm;
        mục tiêu quốc gia; kế hoạch hóa; kế hoạch hoá; kế hoạch số; kế hoạch và đầu tư; sở kế hoạch; bộ kế hoạch;
        phòng kế hoạch; tài chính kế hoạch; ban kế hoạch; đầu tư; từng; quy ước; hương ước; hiệp ước; công ước; mơ ước;
        ước mơ; ước muốn; dự báo thống kê; dự báo thời tiết; đài dự báo; trao tặng; tặng quà; đã đề ra; đã đặt ra;
        đã được giao; đã giao; đã xác định; đã thông qua; đã phê duyệt; đã được phê duyệt; đã được thông qua; theo từng;
        có hiệu quả; có thể; có khả năng; còn hạn chế; nghị quyết số; phần còn lại; có kế hoạch; kế hoạch hành động;
        kế hoạch hoạt động; khoảng cách; kết quả phấn đấu; tới nay; thực hiện kế hoạch; thực hiện nghị quyết;
        thực hiện chỉ tiêu; thực hiện mục tiêu; thực hiện dự toán; thực hiện nhiệm vụ; thực hiện chính sách;
        thực hiện chương trình; thực hiện đề án; thực hiện tốt; triển khai kế hoạch; xây dựng kế hoạch; lập kế hoạch;
        ban hành kế hoạch; bổ sung kế hoạch; xây dựng mục tiêu; có mục tiêu; năm phấn đấu; tháng phấn đấu; sự phấn đấu;
        quá trình phấn đấu; nỗ lực phấn đấu; tinh thần phấn đấu; hai chỉ tiêu; ba chỉ tiêu; các chỉ tiêu; nhiều chỉ
        tiêu;
        một số chỉ tiêu; thực hiện các; phát hiện; thể hiện; xuất hiện; làm việc; việc làm; thực hiện hiện""",
}
_ENGLISH = {
    Cue.AIM: """targets to; targets for; targeted to; target to; target of; targets of; targeting; aims to; aims for;
        aims at; aim to; aim for; aimed at; aimed to; aiming for; aiming to; plans to; plans for; plan to; plan for;
        planned to; planning to; strives to; strives for; strive to; strive for; striving to; striving for; targets;
        sets a target; set a target; set a goal; sets a goal; set targets; seeks to; must reach; sets targets;
        set the target; sets the target; set the goal; tasks for; strove to""",
    Cue.PLAN: "plan; plans; target; goal; goals; planned; targeted; quota; quotas; assigned; the target",
    Cue.WEAK_PLAN: "resolution",
    Cue.ESTIMATE: "estimated; estimate; estimates; estimated to reach; estimated at",
    Cue.PROVISIONAL: """preliminary; provisional; provisionally; initial figures; initial data; initial reports;
        initial report; initial statistics; initial estimates; initially""",
    Cue.FORECAST: """expected; expects; forecast; forecasts; forecasted; projected; projects that; projection;
        projections;
        predicted; predicts; anticipated; likely to; on track to; expected to reach; foresees""",
    Cue.RESULT: "actually; in fact; the actual; actual; so far; to date; has already; had already; already; currently",
    Cue.CHANGE: """up; down; rose; risen; rise; rises; rising; fell; fallen; fall; falls; falling; increase; increased;
        increases; increasing; decrease; decreased; decreases; decreasing; decline; declined; declines; declining; grew;
        grown; grow; grows; growing; growth of; dropped; drop; drops; dropping; gain; gained; gains; higher; lower;
        climbed; jumped; surged; soared; slipped; shrank; reduced; reducing; expanded; edged; reduction of; narrowed;
        raised; plunged; slumped; widened; increase of; rise of; drop of; decline of; decrease of; fall of; gain of;
        fewer; cut; lowered; advanced; contracted""",
    Cue.LEVEL: """to; at; is; was; were; are; has; had; have; brought; bringing; reach; reached; reaches; reaching; hit;
        totalled; totaled; totalling; stood at; stands at; numbered; down to; up to; growth rate""",
    Cue.REACHED: """achieved; achieving; fulfilled; fulfilling; met; meeting; equal to; equalling; equivalent to;
        completed; completing; accounted for; accounting for; represents; representing""",
    Cue.OVER: """exceeded; exceeding; exceeds; exceed; beat; beating; surpassed; surpassing; missed; overshot; missing;
        short of; fell short of""",
    Cue.FROM: "from; from the; up from; down from; from some; from about",
    Cue.AGAINST: "compared with; compared to; against; versus; vs; than; from the level of; over the; above; below",
    Cue.BEFORE: "the same period; same period; a year earlier; a year ago; a year before; year earlier",
    Cue.ONCE: """last year; the previous year; previous year; the previous quarter; last quarter; the preceding year;
        the year before""",
    Cue.BREAK: "because; thanks; due; after; while; who; which; that; owing; for; by the end",
    Cue.PARTS: "of which; including; comprising",
    Cue.WORD: """from january; end of; out of; most of; one of; as of; higher education; lower secondary; made up;
        makes up; make up; set up; built up; growth target; growth rate; rise to the; have been; had been; has been;
        under the plan; action plan; for the year; growth target of; of increase; cut off; set to; was planned""",
}
_TOKEN = re.compile(
    r"[^\W\d_]+|[;:()\[\]!?\n…]|,(?!\d)|\.(?=\s|$|[\"”'’)\]])|(?<=\s)[-–—](?=\s+\D)",
)
_MARKS = {
    ";": Cue.SEMICOLON, ":": Cue.COLON, "(": Cue.OPEN, "[": Cue.OPEN, ")": Cue.CLOSE, "]": Cue.CLOSE, "!": Cue.STOP,
    "?": Cue.STOP, "\n": Cue.STOP, "…": Cue.COMMA, ",": Cue.COMMA, ".": Cue.STOP, "-": Cue.COMMA, "–": Cue.COMMA,
    "—": Cue.COMMA,
}  # fmt: skip


class Found(NamedTuple):
    """A cue at [start, end) of a text; phrase: as listed, or the mark. A tuple: some ten are made for each sentence."""

    cue: Cue
    start: int
    end: int
    phrase: str


@cache
def _table(writing: Writing) -> dict[str, tuple[tuple[tuple[str, ...], Cue, str], ...]]:
    """Give the phrases that begin with a word, the longest first."""
    phrases: dict[tuple[str, ...], tuple[Cue, str]] = {}
    for cue, listed in (_ENGLISH if writing is Writing.ENGLISH else _VIETNAMESE).items():
        for phrase in listed.split(";"):
            words = phrase.split()
            key = tuple(fold(word) for word in words) if writing is Writing.BARE else tuple(words)
            phrases[key] = (cue, " ".join(words))
    table: dict[str, list[tuple[tuple[str, ...], Cue, str]]] = {}
    for key, (cue, phrase) in phrases.items():
        table.setdefault(key[0], []).append((key, cue, phrase))
    return {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in table.items()}


def find_cues(lower: str, spans: Sequence[tuple[int, int]], *, writing: Writing) -> Iterator[Found]:
    """Find the cues of a text in lower case up to its last figure, and the figures themselves, in order.

    spans: of the figures, in order; no cue inside one is found.
    """
    table = _table(writing)
    end_of_text = spans[-1][0] if spans else 0
    tokens = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(lower, 0, end_of_text)]
    i, inside, count = 0, 0, len(tokens)
    while i < count:
        word, start, end = tokens[i]
        while spans[inside][1] <= start:
            yield Found(Cue.FIGURE, *spans[inside], "")
            inside += 1
        if spans[inside][0] <= start:
            i += 1
            continue
        mark = _MARKS.get(word)
        if mark is not None:
            yield Found(mark, start, end, word)
        else:
            for words, cue, phrase in table.get(word, ()):
                n = len(words)
                if n == 1 or (
                    i + n <= count
                    and all(tokens[i + k][0] == words[k] for k in range(1, n))
                    # "Năm 2023 phấn đấu" is not "năm phấn đấu".
                    and tokens[i + n - 1][2] - start <= len(phrase) + 1
                ):
                    yield Found(cue, start, tokens[i + n - 1][2], phrase)
                    i += n - 1
                    break
        i += 1
    for span in spans[inside:]:
        yield Found(Cue.FIGURE, *span, "")
