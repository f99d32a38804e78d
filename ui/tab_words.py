"""Every word the tabs "Báo cáo" and "Đánh giá" say, in Vietnamese and in English. Their scripts fetch it once."""

from __future__ import annotations

from collections.abc import Mapping

from ui.evaluation_words import EVALUATION_WORDS

#: key: (Vietnamese, English). {…} is filled in by the script.
_TABLE: Mapping[str, tuple[str, str]] = {
    # what is known of a report
    "field.title": ("Tên báo cáo", "Title"),
    "field.type": ("Loại văn bản", "Type"),
    "field.number": ("Số", "Number"),
    "field.type_number": ("Loại, số", "Type, number"),
    "field.date": ("Ngày", "Date"),
    "field.place": ("Nơi", "Place"),
    "field.organisation": ("Cơ quan", "Organisation"),
    "field.signer": ("Người ký", "Signer"),
    "field.period": ("Kỳ báo cáo", "Period"),
    "field.passages": ("Đoạn", "Passages"),
    "period.year": ("năm {year}", "{year}"),
    "period.month": ("tháng {month}/{year}", "{month}/{year}"),
    "period.quarter": ("quý {q}/{year}", "Q{q} {year}"),
    "period.half1": ("6 tháng đầu năm {year}", "first half of {year}"),
    "period.half2": ("6 tháng cuối năm {year}", "second half of {year}"),
    "period.months": ("{n} tháng đầu năm {year}", "first {n} months of {year}"),
    # the list
    "list.title": ("Các báo cáo trong thư viện", "Reports in the library"),
    "list.search": ("Tìm trong danh sách", "Search the list"),
    "list.search_hint": ("Tìm theo tên, số, ngày, nơi… (không cần dấu)", "Search by title, number, date, place…"),
    "list.order": ("Xếp theo", "Sort by"),
    "list.by_date": ("ngày, mới nhất trước", "date, newest first"),
    "list.by_title": ("tên", "title"),
    "list.by_place": ("nơi", "place"),
    "list.by_passages": ("số đoạn", "passages"),
    "list.count": ("{n} báo cáo", "{n} reports"),
    "list.found": ("{n} trong {of} báo cáo", "{n} of {of} reports"),
    "list.none_found": ("Không có báo cáo nào khớp. Hãy thử ít chữ hơn.", "No report matches. Try fewer words."),
    "list.empty": (
        "Chưa có báo cáo nào. Thả tệp hoặc cả thư mục vào khung phía trên để bắt đầu.",
        "There are no reports yet. Drop files or a whole folder above to begin.",
    ),
    "list.loading": ("Đang mở danh sách…", "Opening the list…"),
    "list.actions": ("Việc cần làm", "Actions"),
    "list.corrected": ("đã sửa", "corrected"),
    "list.corrected_hint": (
        "Do người dùng sửa, không phải đọc từ tệp",
        "Corrected by a person, not read from the file",
    ),
    "list.copy_of": ("bản sao của", "copy of"),
    "list.pages": ("Các trang của danh sách", "Pages of the list"),
    "list.page": ("Trang {page} / {pages}", "Page {page} of {pages}"),
    "list.previous": ("Trang trước", "Previous"),
    "list.next": ("Trang sau", "Next"),
    # adding reports
    "upload.title": ("Thêm báo cáo", "Add reports"),
    "upload.drop": ("Thả tệp hoặc cả thư mục vào đây", "Drop files or a whole folder here"),
    "upload.files": ("Chọn tệp…", "Choose files…"),
    "upload.folder": ("Chọn thư mục…", "Choose a folder…"),
    "upload.formats": (
        "Word (.docx), PDF, Excel (.xlsx), .csv, .txt, .md, .html; mỗi tệp tối đa {mb} MB. "
        "Trong lúc đọc vẫn hỏi được ở thẻ “Hỏi”.",
        "Word (.docx), PDF, Excel (.xlsx), .csv, .txt, .md, .html; up to {mb} MB a file. "
        "Questions can be asked meanwhile.",
    ),
    "upload.lines": ("Từng tệp", "File by file"),
    "upload.count": ("{done} / {n} tệp", "{done} of {n} files"),
    "upload.waiting": ("đang chờ", "waiting"),
    "upload.sending": ("đang tải lên…", "uploading…"),
    "upload.reading": ("đang đọc…", "reading…"),
    "upload.later": ("máy chủ đang bận, thử lại sau {s} giây", "the server is busy, trying again in {s} s"),
    "upload.lost": ("mất kết nối, thử lại sau {s} giây", "connection lost, trying again in {s} s"),
    "upload.read": ("đã đọc ({n} đoạn)", "read ({n} passages)"),
    "upload.unchanged": ("đã có, không đổi", "already there, unchanged"),
    "upload.skipped": ("bỏ qua: {why}", "skipped: {why}"),
    "upload.failed": ("chưa gửi được: {why}", "not sent: {why}"),
    "upload.cancelled": ("đã huỷ", "cancelled"),
    "upload.cancel": ("Huỷ phần còn lại", "Cancel the rest"),
    "upload.again": ("Gửi lại tệp lỗi", "Send failed files again"),
    "upload.clear": ("Dọn danh sách này", "Clear these lines"),
    "upload.omitted": (
        "Không gửi {n} tệp ẩn hoặc của hệ thống: {names}",
        "Left out {n} hidden or system files: {names}",
    ),
    "upload.finished": ("Xong:", "Done:"),
    "upload.sum_read": ("{n} tệp đã đọc", "{n} read"),
    "upload.sum_unchanged": ("{n} tệp không đổi", "{n} unchanged"),
    "upload.sum_skipped": ("{n} tệp bỏ qua", "{n} skipped"),
    "upload.sum_failed": ("{n} tệp chưa gửi được", "{n} not sent"),
    "upload.sum_cancelled": ("{n} tệp đã huỷ", "{n} cancelled"),
    # removing
    "remove.open": ("Xoá", "Remove"),
    "remove.open_of": ("Xoá báo cáo {title}", "Remove {title}"),
    "remove.title": ("Xoá báo cáo này khỏi thư viện?", "Remove this report from the library?"),
    "remove.about": (
        "Các câu trả lời sau sẽ không dùng đến báo cáo này nữa. Tệp gốc trong thư mục của bạn không bị xoá.",
        "Answers will no longer use it. The original file in your folder is not deleted.",
    ),
    "remove.cancel": ("Không xoá", "Keep it"),
    "remove.confirm": ("Xoá báo cáo", "Remove the report"),
    "remove.done": ("Đã xoá “{title}”.", "Removed “{title}”."),
    # correcting
    "correct.open": ("Sửa", "Correct"),
    "correct.open_of": ("Sửa thông tin của {title}", "Correct what is known of {title}"),
    "correct.title": ("Sửa thông tin báo cáo", "Correct what is known of the report"),
    "correct.about": (
        "chữ trong báo cáo không đổi; chỗ đã sửa được giữ cả khi tệp được đọc lại.",
        "the report's own text stays; corrections survive reading the file again.",
    ),
    "correct.undo": ("Trả về như đã đọc", "Back to what was read"),
    "correct.keep": ("Giữ chỗ đã sửa", "Keep the correction"),
    "correct.will_undo": ("Sẽ trả về như đã đọc từ tệp.", "Will go back to what was read from the file."),
    "correct.was": ("Đã sửa. Đọc từ tệp: {value}", "Corrected. Read from the file: {value}"),
    "correct.by_hand": ("Đã sửa bằng tay.", "Corrected by hand."),
    "correct.hint_date": ("15/12/2023, 12/2023 hoặc 2023", "15/12/2023, 12/2023 or 2023"),
    "correct.hint_period": (
        "năm 2023, tháng 7/2023, quý III/2023, 6 tháng đầu năm 2023, 2020–2025",
        "2023, 2023-07 (month), 2023-Q3 (quarter), 2023-H1 (half), 2023-9M, 2020/2025",
    ),
    "correct.bad_date": (
        "Ngày không đúng. Viết 15/12/2023, 12/2023 hoặc 2023.",
        "This is no date. Write 15/12/2023, 12/2023 or 2023.",
    ),
    "correct.bad_period": (
        "Kỳ báo cáo không đúng. Viết như: năm 2023, quý III/2023, 6 tháng đầu năm 2023, 2020–2025.",
        "This is no period. Write 2023, 2023-07, 2023-Q3, 2023-H1, 2023-9M or 2020/2025.",
    ),
    "correct.bad_title": ("Tên báo cáo không được để trống.", "A title is needed."),
    "correct.save": ("Lưu", "Save"),
    "correct.cancel": ("Thôi", "Cancel"),
    "correct.done": ("Đã sửa thông tin của “{title}”.", "Corrected “{title}”."),
    # tables
    "csv.get": ("Tải CSV", "Download CSV"),
    "csv.send": ("Nạp CSV đã sửa…", "Load corrected CSV…"),
    "csv.sending": ("Đang nạp bảng…", "Loading the table…"),
    "csv.done": ("Đã sửa {n} báo cáo theo bảng.", "Reports corrected by the table: {n}."),
    "csv.failed": ("Bảng không nạp được, chưa báo cáo nào bị đổi:", "The table cannot be used; nothing was changed:"),
    "csv.line": ("dòng {line}: ", "line {line}: "),
    "csv.no_document": ("không có báo cáo", "no report"),
    "csv.bad_value": ("{field} không dùng được: {value}", "{field} cannot be {value}"),
    # what may go wrong, by the name the server gives it
    "error.0": ("không kết nối được với máy chủ. Kiểm tra mạng, rồi thử lại", "the server cannot be reached"),
    "error.401": ("phiên đăng nhập đã hết. Tải lại trang để đăng nhập", "the session has ended; reload the page"),
    "error.403": ("máy chủ từ chối yêu cầu này", "the server refuses this"),
    "error.404": ("không còn ở đó. Tải lại trang để xem danh sách mới", "it is not there any more; reload the page"),
    "error.413": ("tệp lớn quá {mb} MB. Hãy tách thành nhiều tệp", "the file is over {mb} MB; split it"),
    "error.429": ("đang có quá nhiều yêu cầu. Thử lại sau ít giây", "too many requests; try again in a few seconds"),
    "error.500": ("máy chủ gặp lỗi. Thử lại sau ít giây", "the server failed; try again in a few seconds"),
    "error.503": ("máy chủ đang bận. Thử lại sau ít giây", "the server is busy; try again in a few seconds"),
    "error.EmptyFileError": ("tệp rỗng, không có chữ nào", "the file is empty"),
    "error.UnsupportedFormatError": (
        "chưa đọc được loại tệp này. Lưu lại thành .docx, .xlsx hoặc PDF rồi gửi",
        "this format is not read; save it as .docx, .xlsx or PDF",
    ),
    "error.ScanError": (
        "PDF chỉ có ảnh chụp, không có chữ. Hãy nhận dạng chữ (OCR) trước",
        "this PDF holds pictures only; recognise its text (OCR) first",
    ),
    "error.EncryptedError": ("tệp có mật khẩu. Bỏ mật khẩu rồi gửi lại", "the file wants a password; take it off"),
    "error.DamagedFileError": ("tệp bị hỏng. Mở ra, lưu lại rồi gửi", "the file is damaged; open and save it anew"),
    "error.TooLargeError": ("tệp quá lớn, tối đa {mb} MB. Hãy tách ra", "the file is too large; split it"),
    "error.UnreachableFileError": ("không mở được tệp", "the file cannot be opened"),
    "error.LimitError": (
        "đọc tệp này tốn quá nhiều bộ nhớ hoặc thời gian. Hãy tách ra",
        "reading it takes too much memory or time; split it",
    ),
    "error.LibraryLockedError": (
        "thư viện đang được một chương trình khác ghi. Thử lại sau ít giây",
        "another program is writing to the library; try again in a few seconds",
    ),
    "error.StorageError": ("ổ đĩa đầy hoặc không ghi được", "the disk is full or cannot be written"),
    "error.BusyError": ("máy chủ đang bận. Thử lại sau ít giây", "the server is busy; try again in a few seconds"),
}


def tab_words(language: str) -> dict[str, str]:
    """Give the words of both tabs in a language: "en", else Vietnamese."""
    column = 1 if language == "en" else 0
    return {key: both[column] for table in (_TABLE, EVALUATION_WORDS) for key, both in table.items()}
