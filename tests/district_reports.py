"""Made-up reports of districts that say nearly the same, for tests of answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.engine import Engine
from tests.fakes import write_reports


def report(district: str, *, year: int, number: int, day: str, results: str, tasks: str = "") -> str:
    """Write one district's yearly report; what stands in it does not name the district again."""
    behind = f"\n\nII. NHIỆM VỤ NĂM {year + 1}\n\n{tasks}" if tasks else ""
    return (
        f"ỦY BAN NHÂN DÂN\nHUYỆN {district.upper()}\n\nSố: {number}/BC-UBND\n\n{district}, ngày {day}\n\n"
        f"BÁO CÁO\nTình hình kinh tế - xã hội năm {year} của huyện {district}\n\n"
        f"I. KẾT QUẢ NĂM {year}\n\n{results}{behind}\n"
    )


#: Neighbours whose sentences differ in figures only; two of them in one accent, two share a word.
DISTRICTS = {
    "tan_lang.txt": report(
        "Tân Lang",
        year=2023,
        number=611,
        day="15 tháng 12 năm 2023",
        results="Tỷ lệ hộ nghèo giảm còn 14,2%. Thu nhập bình quân đầu người đạt 41,5 triệu đồng/năm.\n\n"
        "Thu ngân sách trên địa bàn đạt 62,4 tỷ đồng, bằng 108% kế hoạch. Diện tích trồng rừng mới đạt 820 ha, "
        "tăng 4,5% so với năm 2022. Đồng chí Lê Văn Hùng, Chủ tịch UBND huyện, chủ trì hội nghị ngày 12/12/2023.",
        tasks="Phấn đấu thu ngân sách trên địa bàn đạt 70 tỷ đồng; tỷ lệ hộ nghèo giảm còn 11%.",
    ),
    "tan_lãng.txt": report(
        "Tân Lãng",
        year=2023,
        number=208,
        day="18 tháng 12 năm 2023",
        results="Tỷ lệ hộ nghèo giảm còn 9,6%. Thu nhập bình quân đầu người đạt 52 triệu đồng/năm.\n\n"
        "Thu ngân sách trên địa bàn đạt 95,1 tỷ đồng, bằng 94% kế hoạch. Diện tích trồng rừng mới đạt 310 ha, "
        "giảm 7,2% so với năm 2022. Đồng chí Vũ Thị Mai, Chủ tịch UBND huyện, chủ trì hội nghị ngày 14/12/2023.",
    ),
    "tan_lang_2022.txt": report(
        "Tân Lang",
        year=2022,
        number=590,
        day="16 tháng 12 năm 2022",
        results="Tỷ lệ hộ nghèo giảm còn 17,8%. Thu nhập bình quân đầu người đạt 38,2 triệu đồng/năm.\n\n"
        "Thu ngân sách trên địa bàn đạt 55,3 tỷ đồng, bằng 101% kế hoạch.",
    ),
    "hoa_son.txt": report(
        "Hòa Sơn",
        year=2023,
        number=77,
        day="20 tháng 12 năm 2023",
        results="Thu nhập bình quân đầu người đạt 47,3 triệu đồng/năm.\n\nThu ngân sách trên địa bàn đạt 71,9 tỷ đồng.",
        tasks="Phấn đấu trồng rừng mới đạt 1.150 ha, số lao động được giải quyết việc làm đạt 2.400 người.",
    ),
}


@contextmanager
def open_engine(folder: Path, reports: dict[str, str]) -> Iterator[Engine]:
    """Open an engine over a library of these reports, with the embedder that is built in."""
    with Engine(folder / "library", embedder="builtin") as engine:
        engine.index(write_reports(folder / "reports", reports))
        yield engine
