"""The words around an answer's figures, table, choices and coverage, in Vietnamese and in English."""

from __future__ import annotations

from collections.abc import Mapping

#: key: (Vietnamese, English).
ANSWER_WORDS: Mapping[str, tuple[str, str]] = {
    # figures
    "checked": ("Đã đối chiếu", "Checked"),
    "more_figures": ("và {n} con số khác", "and {n} more figures"),
    "figure_matches": ("Khớp với trích dẫn [{n}]", "Matches citation [{n}]"),
    "figure_differs": ("Không khớp với trích dẫn [{n}]", "Does not match citation [{n}]"),
    "figure_stands": ("Có trong câu trích", "Stands in a quote"),
    "figure_stands_about": ("Giá trị và đơn vị giống trong câu trích.", "Value and unit are those of a quote."),
    "figure_missing": ("Không có trong câu trích nào", "Stands in no quote"),
    "figure_same": ("Giống: {what}", "The same: {what}"),
    "figure_other": ("Khác: {what}", "Different: {what}"),
    "aspect_value": ("giá trị", "value"),
    "aspect_unit": ("đơn vị", "unit"),
    "aspect_role": ("loại số liệu (kết quả, kế hoạch…)", "kind of figure (result, plan …)"),
    "aspect_period": ("thời gian", "period"),
    "aspect_subject": ("của ai", "whose it is"),
    "aspect_uncited": ("không có trích dẫn", "no citation"),
    "claims_differ": ("Có câu không khớp với dẫn chứng", "A sentence does not match the evidence"),
    # a table
    "table": ("Các báo cáo nêu", "What the reports say"),
    "table_empty": ("không nêu", "not said"),
    "coverage": ("{stating}/{reports} báo cáo nêu số liệu này.", "{stating} of {reports} reports state this."),
    "coverage_copies": ("Không tính {n} bản sao.", "{n} copies are left out."),
    "silent": ("Báo cáo không nêu ({n})", "Reports that do not say ({n})"),
    # choices
    "choices": ("Câu hỏi có thể hiểu theo các cách sau", "The question can be read in these ways"),
    "choices_hint": (
        "Chọn một cách hiểu, hoặc chỉ cần gõ thêm tên nơi hay năm.",
        "Choose one, or just type a place or a year.",
    ),
    # an abstention
    "instead": ("Các báo cáo nêu thay vào đó", "What the reports say instead"),
    "abstained_premise_contradicted": (
        "Các báo cáo nói khác với điều câu hỏi cho là đúng",
        "The reports say otherwise than the question takes for granted",
    ),
    "reason_premise_contradicted": (
        "Điều câu hỏi cho là đúng trái với các báo cáo.",
        "What the question takes for granted is not what the reports say.",
    ),
}
