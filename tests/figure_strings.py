"""Random strings of figures, units, words and signs, for tests of what reads them."""

from __future__ import annotations

from hypothesis import strategies as st

from rag.figures import base_span, find_quantities

FRAGMENTS = tuple(
    "đạt|ước |phấn đấu |giảm |tăng |từ |xuống còn |so với |cùng kỳ |kế hoạch|trên |gần |khoảng |và |, |; |: | (|)"
    "| tỷ đồng| triệu| nghìn tỷ| %| điểm %| tấn/ha| ha| hộ| xã| lượt khách| km2|/năm|/người| trđ|đ| lần| USD| percent"
    "| million|$|VND | to |from |rose | ty dong| ho ngheo|İ|ß|ﬀ|ǅ|\u0301|\u00a0|\u202f|²|٣|१|\n|–|8.200|0,4|14-17|4/4"
    "|1.234.567,5|19/7|2023|6 tháng đầu năm 2023|0912 345 678|QĐ-UBND|15%|1 tỷ 200 triệu|Xã Sơn |Điều ".split("|")
)
#: Mixes of fragments of reports and of any characters at all.
STRINGS = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=4)), max_size=14).map("".join)


def find_mismatch(text: str) -> str | None:
    """Read a text; say what is wrong with the figures found, None where nothing is. Any exception is the reader's."""
    end = 0
    for quantity in find_quantities(text):
        if text[quantity.start : quantity.end] != quantity.text:
            return f"{quantity.text!r} is not what stands at {quantity.start}:{quantity.end}"
        if not (end <= quantity.start < quantity.end and quantity.full_start <= quantity.start):
            return f"{quantity.text!r} overlaps the figure before it or is empty"
        if quantity.readings[0] is not quantity.role:
            return f"{quantity.text!r}: its first reading {quantity.readings[0]} is not its role {quantity.role}"
        base = base_span(text, quantity)
        if base is not None and not 0 <= base[0] < base[1] <= len(text):
            return f"{quantity.text!r}: its base {base} lies outside the text"
        end = quantity.end
    return None
