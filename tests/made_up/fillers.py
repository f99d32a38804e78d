"""What reports say without a figure. None of it names a metric."""

from __future__ import annotations

from tests.made_up.metrics import ECONOMY, PARTY, SOCIETY

OPENINGS = (
    "{P}, trong điều kiện thời tiết diễn biến phức tạp, giá vật tư tăng cao, cấp ủy, chính quyền và nhân dân {D} đã nỗ "
    "lực vượt khó, đạt được những kết quả chủ yếu như sau:",
    "Thực hiện nghị quyết của cấp ủy và hội đồng nhân dân cùng cấp, Ủy ban nhân dân {D} báo cáo kết quả {P} như sau:",
    "Căn cứ chương trình công tác, Ủy ban nhân dân {D} báo cáo tình hình {P} với những nội dung chính dưới đây.",
    "{P} là giai đoạn có nhiều khó khăn đan xen thuận lợi đối với {D}. Kết quả trên các lĩnh vực cụ thể như sau.",
)
INTRODUCTIONS = (
    "Kết quả một số chỉ tiêu:",
    "Các chỉ tiêu chủ yếu thực hiện như sau:",
    "Cụ thể như sau:",
)
FILLERS = {
    ECONOMY: (
        "Sản xuất nông, lâm nghiệp cơ bản ổn định, các tiến bộ kỹ thuật được đưa vào đồng ruộng.",
        "Công tác phòng, chống thiên tai, cháy rừng được chủ động ngay từ đầu mùa.",
        "Giao thông nội đồng, kênh mương tiếp tục được nạo vét, tu sửa.",
        "Hoạt động thương mại, dịch vụ sôi động trở lại; hàng hóa dồi dào, giá cả ổn định.",
        "Công tác quản lý đất đai, khoáng sản, bảo vệ môi trường được tăng cường; các vi phạm được xử lý kịp thời.",
        "Cải cách thủ tục hành chính có chuyển biến, hồ sơ được giải quyết đúng hạn.",
    ),
    SOCIETY: (
        "Các hoạt động văn hóa, thể dục thể thao diễn ra sôi nổi, thiết thực.",
        "Chất lượng dạy và học được giữ vững, cơ sở vật chất trường lớp được bổ sung.",
        "Chính sách đối với người có công, đối tượng bảo trợ được thực hiện đầy đủ, kịp thời.",
        "Công tác khám, chữa bệnh bảo đảm; không để xảy ra dịch lớn trên địa bàn.",
        "Quốc phòng, an ninh được giữ vững, trật tự an toàn xã hội ổn định.",
        "Phong trào đoàn kết xây dựng đời sống văn hóa được nhân dân hưởng ứng.",
    ),
    PARTY: (
        "Công tác chính trị, tư tưởng được triển khai nghiêm túc, kịp thời.",
        "Công tác kiểm tra, giám sát được thực hiện theo chương trình đề ra.",
        "Mặt trận và các đoàn thể đổi mới nội dung, phương thức hoạt động, hướng mạnh về cơ sở.",
        "Việc học tập và làm theo tấm gương đạo đức Hồ Chí Minh đi vào nền nếp.",
    ),
}
TASKS = (
    "Tập trung chăm sóc, bảo vệ cây trồng, vật nuôi; chủ động các phương án ứng phó thiên tai.",
    "Đẩy nhanh tiến độ giải ngân các nguồn vốn, nhất là vốn các chương trình mục tiêu quốc gia.",
    "Tăng cường quản lý đất đai, tài nguyên, khoáng sản và trật tự xây dựng.",
    "Nâng cao chất lượng giáo dục, chăm sóc sức khỏe ban đầu cho nhân dân.",
    "Giữ vững an ninh chính trị, trật tự an toàn xã hội trên địa bàn.",
    "Tiếp tục sắp xếp tổ chức bộ máy tinh gọn, hoạt động hiệu lực, hiệu quả.",
    "Đẩy mạnh cải cách hành chính, chuyển đổi số trong các cơ quan, đơn vị.",
)
CLOSINGS = (
    "Trên đây là báo cáo của Ủy ban nhân dân, trân trọng báo cáo cấp trên xem xét, chỉ đạo.",
    "Ủy ban nhân dân kính báo cáo để Ủy ban nhân dân tỉnh, các sở, ngành nắm và chỉ đạo.",
)
ENDINGS = ("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH", "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH")
