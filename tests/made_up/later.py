"""Sentences and ways of asking that nobody who works on the answers has looked at. See forms for the slots."""

from __future__ import annotations

from tests.made_up.forms import read_forms

_FORMS = {
    "income": """
bình quân thu nhập của một người dân ở {huyen} nay là {v} - thu nhập bình quân đó {C} {base}
chỉ tiêu thu nhập bình quân đầu người được hoàn thành ở mức {v}
Nếu như {last} thu nhập bình quân mới ở mức {e} thì nay đã là {v}.
Với mục tiêu thu nhập bình quân đầu người {p}, kết quả đến nay {la} {v}.
""",
    "poor": """
kéo giảm tỷ lệ hộ nghèo về mức {v}, tức {C} {base}
hộ nghèo trong {huyen} nay chỉ chiếm {v}
Nếu như {last} cứ trăm hộ thì hộ nghèo chiếm {e}, nay tỷ lệ này là {v}.
Từ các nguồn lực lồng ghép, tỷ lệ hộ nghèo về mức {v}, so với mục tiêu đề ra là {p}.
""",
    "near_poor": """
diện hộ cận nghèo thu hẹp về mức {v}, tức {C} {base}
hộ thuộc diện cận nghèo nay chiếm {v}
Về hộ cận nghèo: tỷ lệ {la} {v} (đề ra: {p}).
""",
    "forest": """
giữ vững màu xanh với tỷ lệ che phủ của rừng là {v}
rừng che phủ {v} diện tích tự nhiên, {C} {base}
So với chỉ tiêu {p}, độ che phủ rừng thực tế {dat} {v}.
""",
    "revenue": """
số thu ngân sách cán mốc {v}, tương đương {s} dự toán được giao
ngân sách {huyen} ghi nhận thu ngân sách {v}, {C} {base}
Đáng chú ý, thu ngân sách trên địa bàn khép lại ở mức {v}, trong khi {last} chỉ là {e}.
""",
    "spending": """
số chi ngân sách lũy kế {la} {v}
chi ngân sách ở mức {v}, tương đương {s} dự toán được giao
Về chi ngân sách, lũy kế {la} {v}, {C} {base}.
""",
    "investment": """
dòng vốn đầu tư toàn xã hội đổ vào {huyen} {la} {v}
vốn đầu tư toàn xã hội cán mốc {v}, {C} {base}
Nếu như {last} tổng vốn đầu tư toàn xã hội là {e} thì nay con số đó là {v}.
""",
    "grain": """
bà con đã thu về {v} lương thực có hạt, {C} {base}
lương thực có hạt cán mốc {v}
Mùa vụ thắng lợi mang lại {v} lương thực, tương đương {s} kế hoạch.
""",
    "rice_area": """
bà con xuống giống {v} diện tích lúa, {C} {base}
tổng diện tích lúa xuống giống là {v}, tương đương {s} kế hoạch
So với {e} của {last}, diện tích lúa nay là {v}.
""",
    "criteria": """
mỗi xã trung bình hoàn thành {v}
tính trung bình, {huyen} có {v} trong bộ tiêu chí nông thôn mới, {C} {base}
So với chỉ tiêu {p}, số tiêu chí trung bình {dat} {v}.
""",
    "communes": """
bản đồ nông thôn mới ghi tên {v} đạt chuẩn nông thôn mới
cán đích nông thôn mới có {v}, về đích nhiều hơn {e} của {last}
Tính lũy kế, {v} đã đạt chuẩn nông thôn mới.
""",
    "new_members": """
đứng vào hàng ngũ của Đảng qua kết nạp có {v}, {C} {base}
nguồn phát triển đảng dồi dào, kết nạp thêm {v}
So với chỉ tiêu {p}, số được kết nạp {dat} {v}.
""",
    "all_members": """
đội ngũ nay gồm tổng số đảng viên là {v}, {C} {base}
lực lượng của toàn đảng bộ có {v}
Tính lũy kế, tổng số đảng viên {la} {v}.
""",
    "insurance": """
lưới an sinh bảo hiểm y tế nay che chở {v} người dân
cứ tính theo dân số, thẻ bảo hiểm y tế đến được với {v}, {C} {base}
Từ chỗ {e} ({last}), bảo hiểm y tế nay phủ tới {v}.
""",
    "kindergarten": """
trẻ mẫu giáo tới lớp chuyên cần với tỷ lệ {v}
bậc mẫu giáo thu hút {v} trẻ trong độ tuổi, {C} {base}
So với chỉ tiêu {p}, tỷ lệ trẻ mẫu giáo tới lớp {dat} {v}.
""",
    "jobs": """
mở ra việc làm mới cho {v}, tương đương {s} kế hoạch
thêm {v} tìm được việc làm mới, {C} {base}
Nếu như {last} chỉ {e} có việc làm mới thì nay là {v}.
""",
    "labour_export": """
tiễn {v} lên đường xuất khẩu lao động, {C} {base}
làm việc tại nước ngoài theo hợp đồng có thêm {v}
Với chỉ tiêu {p}, kết quả xuất khẩu lao động {la} {v}.
""",
    "tourists": """
bước chân du khách tìm đến: {v}, lượng khách {C} {base}
ngành du lịch phục vụ {v}, tương đương {s} kế hoạch
Nếu như {last} du lịch chỉ đón {e} thì nay là {v}.
""",
    "cattle": """
người dân đang nuôi {v} trâu, bò, {C} {base}
quy mô đàn trâu, bò lên tới {v}
So với kế hoạch {p}, đàn trâu bò thực có {v}.
""",
    "pigs": """
người dân đang nuôi đàn lợn {v}, {C} {base}
quy mô đàn lợn lên tới {v}
So với kế hoạch {p}, đàn lợn thực có {v}.
""",
}

LATER_FORMS = read_forms(_FORMS)

#: Ways to ask for a result; the slots are those of questions.
LATER_QUESTIONS = (
    "{D} ghi nhận {n} ở mức nào trong {p}?",
    "Nhờ tra giúp {n} mà {d} công bố cho {p}.",
    "{p}, {n} tại {d} dừng ở con số nào?",
    "Theo số liệu {p} của {D}, {n} mấy {u}?",
    "{d} - {p} - {n}",
    "Xin số liệu {n} của địa bàn {d}, giai đoạn {p}",
    "Nếu lấy báo cáo {p} thì {n} của {D} bằng bao nhiêu?",
    "How high was {d}'s {e} in {q}?",
)
LATER_TARGETS = (
    "{p}, {d} được giao {n} bao nhiêu?",
    "Con số {n} mà {D} hướng tới cho {p} là gì?",
)
