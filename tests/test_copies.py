from __future__ import annotations

import hashlib

from rag.copies import Sketch, group_copies, sketch_runs

REPORT = """Trong năm qua, kinh tế của huyện tiếp tục phát triển ổn định trên nhiều lĩnh vực quan trọng.
Tổng thu ngân sách đạt 412 tỷ đồng, tăng 12,5% so với cùng kỳ năm trước, trong đó thu nội địa đạt 388 tỷ đồng.
Sản lượng lương thực đạt 21.400 tấn; diện tích rừng trồng mới là 1.250 ha; đàn trâu bò có 18.700 con.
Toàn huyện còn 1.830 hộ nghèo, chiếm 11,4% tổng số hộ, giảm 3,2% so với đầu năm theo kết quả rà soát.
Công tác giáo dục, y tế, văn hóa được quan tâm chỉ đạo; quốc phòng, an ninh được giữ vững trên địa bàn."""


def sketch(text: str, *, place: str = "", period: str = "") -> Sketch:
    runs, figures = sketch_runs(text)
    return Sketch(hashlib.sha256(text.encode()).hexdigest(), runs, figures, place, period)


def test_the_same_text_twice_is_a_copy():
    assert group_copies({"a": sketch(REPORT), "b": sketch(REPORT)}) == {"b": "a"}


def test_a_draft_and_its_signed_version_are_copies():
    signed = REPORT.replace("ổn định trên nhiều lĩnh vực quan trọng", "trên các lĩnh vực") + "\nTM. ỦY BAN NHÂN DÂN"
    assert group_copies({"draft": sketch(REPORT), "signed": sketch(signed)}) == {"signed": "draft"}


def test_the_same_words_with_another_districts_figures_are_no_copy():
    other = REPORT
    for one, two in (("412", "305"), ("12,5", "9,1"), ("388", "290"), ("21.400", "8.200"), ("1.250", "640")):
        other = other.replace(one, two)
    assert group_copies({"a": sketch(REPORT), "b": sketch(other)}) == {}


def test_equal_texts_but_for_the_place_or_the_period_are_no_copy():
    changed = REPORT.replace("của huyện", "của huyện ta")
    one = sketch(REPORT, place="que phong", period="2023")
    assert group_copies({"a": one, "b": sketch(changed, place="quan son", period="2023")}) == {}
    assert group_copies({"a": one, "b": sketch(changed, place="que phong", period="2022")}) == {}
    assert group_copies({"a": one, "b": sketch(changed, place="que phong", period="2023")}) == {"b": "a"}


def test_unrelated_reports_are_no_copies():
    assert group_copies({"a": sketch(REPORT), "b": sketch("Hôm nay trời mưa to ở vùng núi.")}) == {}


def test_three_copies_have_one_leader():
    assert group_copies({"a": sketch(REPORT), "b": sketch(REPORT), "c": sketch(REPORT + " Hết.")}) == {
        "b": "a",
        "c": "a",
    }


def test_short_and_empty_texts_are_compared_too():
    assert group_copies({"a": sketch("Hai từ"), "b": sketch("Hai từ"), "c": sketch("")}) == {"b": "a"}
