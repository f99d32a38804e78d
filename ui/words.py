"""Every word the chat says, in Vietnamese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ui.answer_words import ANSWER_WORDS

VI, EN = "vi", "en"
LANGUAGES = (VI, EN)

#: key: (Vietnamese, English). Keys that begin with ``js.`` are handed to chat.js.
_TABLE: Mapping[str, tuple[str, str]] = {
    **ANSWER_WORDS,
    # the page
    "title": ("danchung — Hỏi báo cáo", "danchung — Ask the reports"),
    "tagline": ("Hỏi báo cáo, trả lời kèm dẫn chứng", "Ask the reports; every claim is cited"),
    "other_language": ("English", "Tiếng Việt"),
    "skip": ("Đến ô đặt câu hỏi", "Skip to the question"),
    "no_script": (
        "Trang hỏi đáp cần JavaScript. Hãy bật JavaScript cho trang này rồi tải lại.",
        "This page needs JavaScript. Allow it for this page and reload.",
    ),
    "tab_ask": ("Hỏi", "Ask"),
    "tab_reports": ("Báo cáo", "Reports"),
    "tab_advanced": ("Nâng cao", "Advanced"),
    # asking
    "question": ("Câu hỏi", "Question"),
    "placeholder": ("Hỏi về các báo cáo…", "Ask about the reports…"),
    "send": ("Hỏi", "Ask"),
    "stop": ("Dừng", "Stop"),
    "new": ("Cuộc trò chuyện mới", "New conversation"),
    "welcome": ("Báo cáo nói gì?", "What do the reports say?"),
    "welcome_about": (
        "Mỗi điều trong câu trả lời đều dẫn đến đúng những chữ trong báo cáo. Không có dẫn chứng thì không trả lời.",
        "Every claim in an answer leads to the exact words of a report. Without evidence there is no answer.",
    ),
    "library_holds": ("{documents} báo cáo, {passages} đoạn", "{documents} reports, {passages} passages"),
    "examples": ("Thử hỏi", "Try asking"),
    "empty_library": (
        "Chưa có báo cáo nào. Mở thẻ “Báo cáo” và thả tệp hoặc cả thư mục vào đó, rồi quay lại hỏi.",
        "There are no reports yet. Open the “Reports” tab, drop files or a whole folder there, then come back and ask.",
    ),
    "starting": (
        "Máy chủ đang khởi động. Hãy đợi vài giây rồi hỏi.",
        "The server is starting. Wait a few seconds, then ask.",
    ),
    "filters": ("Lọc", "Filter"),
    "filter_documents": ("Chỉ trong báo cáo", "Only in these reports"),
    "filter_from": ("Từ ngày", "From"),
    "filter_to": ("Đến ngày", "Until"),
    "filter_place": ("Nơi", "Place"),
    "filter_period": ("Kỳ số liệu", "Period"),
    "filter_organisation": ("Cơ quan", "Organisation"),
    "filter_kinds": ("Loại đoạn", "Kinds of passage"),
    "filter_date_hint": ("2023, 7/2023 hoặc 19/7/2023", "2023, 7/2023 or 19/7/2023"),
    "filter_place_hint": ("Quế Phong", "Quế Phong"),
    "filter_period_hint": ("2023 hoặc 6 tháng đầu năm 2023", "2023 or first half of 2023"),
    "filter_organisation_hint": ("UBND huyện", "UBND huyện"),
    "kind_title": ("tên báo cáo", "title"),
    "kind_heading": ("đề mục", "heading"),
    "kind_paragraph": ("đoạn văn", "paragraph"),
    "kind_list_item": ("mục liệt kê", "list item"),
    "kind_table_row": ("dòng của bảng", "table row"),
    "kind_caption": ("chú thích ảnh", "caption"),
    "kind_byline": ("dòng tác giả", "byline"),
    "kind_letterhead": ("phần đầu văn bản", "letterhead"),
    "filtered": ("Lọc: {what}", "Filtered: {what}"),
    "step_searching": ("Đang tìm…", "Searching…"),
    "step_reading": ("Đang đọc…", "Reading…"),
    "step_writing": ("Đang viết…", "Writing…"),
    "step_checked": ("Đã kiểm tra", "Checked"),
    "step_waiting": ("Đang chờ đến lượt…", "Waiting for a turn…"),
    "stopped": (
        "Đã dừng theo yêu cầu. Câu hỏi chưa được trả lời.",
        "Stopped as you asked. The question has no answer.",
    ),
    # an answer
    "understood_as": ("Hiểu là:", "Understood as:"),
    "cited": ("Đã trích dẫn", "Cited"),
    "not_cited": ("Liên quan, không dùng", "Related, not used"),
    "evidence_of": ("Dẫn chứng", "Evidence"),
    "open_report": ("Mở báo cáo tại đoạn này", "Open the report at this passage"),
    "page": ("trang {page}", "page {page}"),
    "period": ("số liệu {period}", "figures for {period}"),
    "copies": ("Cùng đoạn này còn có trong: {names}", "The same passage is also in: {names}"),
    "scores": ("Điểm của từng kênh", "Channel scores"),
    "score_total": ("chung", "fused"),
    "score_dense": ("nghĩa", "meaning"),
    "score_lexical": ("từ", "words"),
    "score_reranker": ("xếp hạng lại", "reranked"),
    "quote_verified": ("Trích nguyên văn", "Quoted verbatim"),
    "quote_unverified": ("Chưa đối chiếu được với báo cáo", "Could not be checked against the report"),
    "copy": ("Chép", "Copy"),
    "download_md": ("Tải Markdown", "Download Markdown"),
    "download_docx": ("Tải docx", "Download docx"),
    "vote_up": ("Đúng", "Right"),
    "vote_down": ("Chưa đúng", "Not right"),
    "also": ("Còn có thể là: {answers}", "It may also be: {answers}"),
    # an abstention
    "abstained": ("Không có câu trả lời trong các báo cáo", "The reports do not answer this"),
    "nearest": ("Gần nhất, nhưng không trả lời câu hỏi", "Nearest, but does not answer the question"),
    "reason_no_passage": (
        "Không báo cáo nào có đoạn liên quan đến câu hỏi này.",
        "No report has a passage about this question.",
    ),
    "reason_other_entity": (
        "Các đoạn gần nhất nói về nơi hoặc đối tượng khác.",
        "The nearest passages are about another place or subject.",
    ),
    "reason_other_period": (
        "Các đoạn gần nhất nói về thời gian khác.",
        "The nearest passages are about another period.",
    ),
    "reason_not_reported": ("Các báo cáo không nêu điều được hỏi.", "The reports do not say what was asked."),
    "reason_target_only": (
        "Các báo cáo chỉ nêu chỉ tiêu, chưa nêu kết quả.",
        "The reports give only a target, not a result.",
    ),
    # what can go wrong
    "error_empty": ("Hãy viết câu hỏi trước khi gửi.", "Write a question before you send it."),
    "error_long": (
        "Câu hỏi dài {n} ký tự, nhiều nhất là 2.000. Hãy rút ngắn rồi gửi lại.",
        "The question has {n} characters; at most 2,000 are allowed. Shorten it and send it again.",
    ),
    "error_busy": (
        "Máy chủ đang bận. Hãy gửi lại sau {seconds} giây.",
        "The server is busy. Send it again in {seconds} seconds.",
    ),
    "error_config": (
        "Bộ lọc chưa đúng: viết ngày như 2023, 7/2023 hoặc 19/7/2023, “từ” trước “đến”, kỳ như 2023, quý III/2023 "
        "hoặc 6 tháng đầu năm 2023, nơi và cơ quan bằng chữ, rồi gửi lại.",
        "The filter is not right: write dates as 2023, 7/2023 or 19/7/2023, “from” before “to”, a period as 2023, "
        "Q3/2023 or first half of 2023, place and organisation in words, then send again.",
    ),
    "error_unknown_report": (
        "Trong thư viện không có báo cáo “{name}”: chọn trong danh sách, hoặc bỏ ô lọc theo báo cáo rồi gửi lại.",
        "There is no report “{name}” in the library: choose one of the list, or clear that filter, then send again.",
    ),
    "error_gone": (
        "Một báo cáo được hỏi đến không còn trong thư viện. Bỏ nó khỏi bộ lọc rồi hỏi lại.",
        "A report that was asked about is no longer in the library. Take it out of the filter and ask again.",
    ),
    "error_damaged": (
        "Thư viện trên đĩa bị hỏng. Người quản trị chạy “rag check” để sửa.",
        "The library on disk is damaged. The person who runs it can mend it with “rag check”.",
    ),
    "error_other": (
        "Không trả lời được vì máy chủ gặp lỗi. Hãy thử lại; nếu vẫn lỗi, báo người quản trị.",
        "There is no answer because the server failed. Try again; if it keeps failing, tell the person who runs it.",
    ),
    # a report
    "no_title": ("(không có tên)", "(untitled)"),
    "fact_date": ("Ngày", "Date"),
    "fact_place": ("Nơi", "Place"),
    "fact_period": ("Kỳ số liệu", "Period"),
    "fact_organisation": ("Cơ quan", "Organisation"),
    "fact_signer": ("Người ký", "Signed by"),
    "fact_file": ("Tệp", "File"),
    "original": ("Mở tệp gốc", "Open the original file"),
    "original_page": ("Mở tệp gốc, trang {page}", "Open the original file, page {page}"),
    "to_mark": ("Đến đoạn được trích", "Go to the cited passage"),
    "earlier_part": ("← Phần trước", "← Earlier part"),
    "later_part": ("Phần sau →", "Later part →"),
    "window": (
        "Báo cáo dài {n} ký tự; đây là phần {from_percent}–{to_percent} %.",
        "The report has {n} characters; this is the part from {from_percent} to {to_percent} %.",
    ),
    "changed": (
        "Báo cáo đã thay đổi từ khi được trích dẫn: những chữ được trích không còn ở chỗ cũ. Dưới đây là "
        "báo cáo như nó đang có trong thư viện.",
        "The report has changed since it was cited: the quoted words are no longer at that place. Below is the report "
        "as the library holds it now.",
    ),
    "gone_title": ("Báo cáo không còn trong thư viện", "The report is no longer in the library"),
    "gone": (
        "Báo cáo này đã được gỡ khỏi thư viện, hoặc đường dẫn không đúng. Hãy hỏi lại để có câu trả lời từ các báo cáo "
        "đang có.",
        "This report was removed from the library, or the address is not right. Ask again for an answer from the "
        "reports that are there.",
    ),
    "unreadable_title": ("Chưa mở được báo cáo", "The report cannot be opened now"),
    "back": ("Về trang hỏi", "Back to the questions"),
    # advanced
    "advanced_scores": ("Hiện điểm của từng kênh tìm trong dẫn chứng", "Show the scores of each search channel"),
    "advanced_about": ("Thư viện và máy", "Library and machine"),
    "advanced_embedder": ("Mô hình nhúng", "Embedder"),
    "advanced_reranker": ("Mô hình xếp hạng lại", "Reranker"),
    "advanced_snapshot": ("Ảnh chụp", "Snapshot"),
    "advanced_counts": ("Trong thư viện", "In the library"),
    "advanced_counts_value": (
        "{documents} báo cáo, {passages} đoạn, {vectors} vectơ",
        "{documents} reports, {passages} passages, {vectors} vectors",
    ),
    "advanced_builtin": (
        "Mô hình nhúng đa ngữ chưa có trên máy này, nên mô hình dựng sẵn đang phục vụ. Câu hỏi bằng tiếng Anh và "
        "cách nói khác sẽ được tìm tốt hơn sau lệnh: {command}",
        "The multilingual embedder is not on this machine, so the built-in one serves. Questions in English and in "
        "other words are found better after: {command}",
    ),
    "advanced_api": ("Tài liệu API", "API documentation"),
    # said by chat.js
    "js.close": ("Đóng", "Close"),
    "js.previous": ("Trích dẫn trước", "Previous citation"),
    "js.next": ("Trích dẫn sau", "Next citation"),
    "js.new_tab": ("Mở trang riêng", "Open as a page"),
    "js.opening": ("Đang mở báo cáo…", "Opening the report…"),
    "js.open_failed": (
        "Chưa mở được báo cáo vì không liên lạc được với máy chủ. Hãy thử lại.",
        "The report could not be opened because the server did not answer. Try again.",
    ),
    "js.lost": (
        "Mất kết nối với máy chủ, đang thử lại…",
        "The connection to the server is lost; trying again…",
    ),
    "js.recovered": ("Đã kết nối lại. Có thể hỏi tiếp.", "Connected again. You can go on asking."),
    "js.ask_again": (
        "Đã kết nối lại. Câu hỏi vừa rồi chưa có trả lời: hãy gửi lại.",
        "Connected again. The last question has no answer yet: send it again.",
    ),
    "js.restarted": (
        "Trang đã tải lại. Câu hỏi chưa có trả lời còn trong ô bên dưới: hãy gửi lại. Nếu máy chủ vừa khởi động lại "
        "thì cuộc trò chuyện trước đó không còn.",
        "The page was loaded anew. The question that has no answer yet is in the field below: send it again. If the "
        "server was started again, the conversation before it is gone.",
    ),
    "js.login": (
        "Phiên đăng nhập đã hết. Tải lại trang để đăng nhập.",
        "You are no longer signed in. Reload to sign in.",
    ),
    "js.copied": ("Đã chép", "Copied"),
    "js.copy_failed": ("Chưa chép được; hãy dùng nút tải", "Could not copy; use the download"),
    "js.forgotten": (
        "Máy chủ không còn giữ câu trả lời này. Hãy hỏi lại.",
        "The server no longer keeps this answer. Ask again.",
    ),
    "js.voted": ("Cảm ơn, đã ghi lại.", "Thank you, noted."),
    "js.comment": ("Điều gì chưa đúng? (không bắt buộc)", "What is not right? (optional)"),
    "js.comment_send": ("Gửi nhận xét", "Send"),
    "js.vote_failed": ("Chưa ghi được. Hãy thử lại.", "Could not be noted. Try again."),
    "js.too_long": ("Dài {n} ký tự, nhiều nhất 2.000.", "{n} characters; at most 2,000."),
    "js.reading": ("Báo cáo, tại đoạn được trích", "The report, at the cited passage"),
    "js.busy": (
        "Máy chủ đang có quá nhiều câu hỏi. Hãy gửi lại sau ít giây.",
        "The server has too many questions. Send it again in a few seconds.",
    ),
}


@cache
def words(language: str) -> Mapping[str, str]:
    """Give the words of a language; anything but English is Vietnamese."""
    place = LANGUAGES.index(language) if language in LANGUAGES else 0
    return {key: both[place] for key, both in _TABLE.items()}


def script_words(language: str) -> dict[str, str]:
    """Give the words chat.js says, by their keys without ``js.``, and the name of the language."""
    said = {key.removeprefix("js."): word for key, word in words(language).items() if key.startswith("js.")}
    return {"language": language, **said}


def write_count(n: int, language: str) -> str:
    """Write a count as the language groups digits: 1.234 or 1,234."""
    grouped = f"{n:,}"
    return grouped if language == EN else grouped.replace(",", ".")


def write_date(date: str) -> str:
    """Write an ISO date, whole or partial, as reports do: 19/7/2023, 7/2023, 2023."""
    return "/".join(piece.lstrip("0") or piece for piece in reversed(date.split("-")))


def write_period(period: str, language: str) -> str:
    """Write a period in its normal form as people say it; another form stays as it stands."""
    year, _, piece = period.partition("-")
    if "/" in period:
        return period.replace("/", "–")
    if not piece:
        return period
    if piece[0] == "Q":
        return f"Q{piece[1:]} {year}" if language == EN else f"quý {piece[1:]}/{year}"
    if piece[0] == "H":
        half = piece[1:]
        if language == EN:
            return f"{'first' if half == '1' else 'second'} half of {year}"
        return f"6 tháng {'đầu' if half == '1' else 'cuối'} năm {year}"
    if piece.endswith("M"):
        months = piece[:-1]
        return f"first {months} months of {year}" if language == EN else f"{months} tháng đầu năm {year}"
    return write_date(period)
