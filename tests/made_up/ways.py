"""Ways of asking. Slots: N, n the metric's name; d the district, D with its unit; p, P the period; u the unit.

More of them: c "bao nhiêu …" of what is counted; e the English name, q the English period; y the year; b the base;
w "tăng" or "giảm", l "lên" or "xuống còn", v a figure; o another district, O with its unit; t a limit; x a commune.
"""

from __future__ import annotations

RESULTS = (
    "{N} của {D} {p} là bao nhiêu?",
    "{P}, {n} của {d} đạt bao nhiêu?",
    "{D} có {n} {p} là bao nhiêu {u}?",
    "{n} {d} {p}",
    "Cho biết {n} của {D} trong {p}.",
    "{d}: {n} {p}?",
    "{N} {p} ở {D} ra sao?",
    "Báo cáo {p} của {D} nêu {n} bao nhiêu?",
    "Tôi muốn biết {n} {p} của {d}",
    "{P} {n} ở {d} được mấy {u}?",
    "Con số {n} của {D} tính cho {p} là bao nhiêu?",
    "Trong {p}, {D} đạt {n} bao nhiêu?",
    "{d} {p} {n} bao nhiêu {u}",
)
COUNTS = (
    "{P}, {D} có {c}?",
    "{d} có {c} trong {p}?",
)
ENGLISH_RESULTS = (
    "What was the {e} of {d} district in {q}?",
    "{d} {e} {q}",
    "Tell me the {e} reported by {d} for {q}.",
)
TARGETS = (
    "Kế hoạch {p} về {n} của {D} là bao nhiêu?",
    "Mục tiêu {n} {p} của {d}?",
    "{D} đặt chỉ tiêu {n} {p} bao nhiêu?",
    "{d} phấn đấu {n} {p} đạt bao nhiêu?",
    "Chỉ tiêu {n} được giao cho {D} {p} là bao nhiêu {u}?",
    "What target did {d} district set for the {e} in {y}?",
)
SHARES = (
    "{N} của {D} {p} đạt bao nhiêu phần trăm kế hoạch?",
    "{P}, {n} của {d} bằng bao nhiêu % kế hoạch?",
    "{D} hoàn thành bao nhiêu % kế hoạch về {n} trong {p}?",
)
CHANGES = (
    "{N} của {D} {p} {w} bao nhiêu so với {b}?",
    "So với {b}, {n} {p} của {d} {w} bao nhiêu?",
    "{P}, {n} ở {D} tăng hay giảm bao nhiêu so với {b}?",
)
COMMUNES = (
    "{N} của xã {x} {p} là bao nhiêu?",
    "Xã {x} có {n} {p} bao nhiêu?",
)
WITHOUT_PERIOD = ("{N} của {D} là bao nhiêu?", "{n} {d}", "{D} có {n} bao nhiêu?")
WITHOUT_PLACE = ("{N} {p} là bao nhiêu?", "{n} {p}", "{P}, {n} đạt bao nhiêu?")
BARE = ("{N} là bao nhiêu?", "{n}")
TWO_PLACES = (
    "{P}, {n} của {d} hay {o} cao hơn?",
    "So sánh {n} của {d} và {o} {p}, nơi nào cao hơn?",
    "{D} hay {O} có {n} {p} cao hơn, chênh lệch bao nhiêu?",
)
TWO_YEARS = (
    "{N} của {D} {p} {w} bao nhiêu so với {b}?",
    "Chênh lệch {n} của {d} giữa {p} và {b} là bao nhiêu?",
    "{n} của {D} {p} so với {b} {w} mấy {u}?",
)
HIGHEST = (
    "Huyện, thị xã nào có {n} {p} cao nhất?",
    "{P}, địa phương nào có {n} cao nhất?",
    "Nơi nào đứng đầu về {n} {p}?",
)
LOWEST = (
    "Huyện, thị xã nào có {n} {p} thấp nhất?",
    "{P}, địa phương nào có {n} thấp nhất?",
)
ABOVE = (
    "Những huyện, thị xã nào có {n} {p} trên {t} {u}?",
    "Những địa phương nào có {n} trên {t} {u} {p}?",
)
OVER_PLAN = (
    "Những huyện, thị xã nào vượt kế hoạch {n} {p}?",
    "{P}, các huyện, thị xã nào vượt kế hoạch về {n}?",
)
TOTALS = (
    "Tổng cộng {n} {p} của các huyện, thị xã là bao nhiêu?",
    "{P}, {n} của tất cả các huyện, thị xã cộng lại là bao nhiêu {u}?",
)
PREMISES = (
    "Vì sao {n} của {D} {p} {w} {l} {v}?",
    "Tại sao {p} {n} ở {d} lại {w} {l} {v}?",
    "Nguyên nhân nào khiến {n} của {d} {w} {l} {v} trong {p}?",
)
