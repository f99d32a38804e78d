"""The sentences in which results stand, metric by metric: those that may be looked at.

A form that begins with a small letter may stand alone or be joined to others by semicolons. What stands in braces:

- v the result, f the forecast of the whole year, e the value a year before, last its period ("cùng kỳ năm 2022"),
  p the year's plan, s the share of it, k the province's value, x the value of commune X
- C the change with its direction ("tăng 8,7%"), huong its direction ("tăng"), len "lên" or "xuống còn", base "so với …"
- dat, con, la: đạt, còn, là, with "ước" or "sơ bộ" before them where the result is none yet
- P the period as written, Y its year, huyen the district's unit, K the province, n a number of no importance
"""

# ruff: noqa: E501 - a form is a line
from __future__ import annotations

_FORMS = {
    "income": """
thu nhập bình quân đầu người {dat} {v}
thu nhập bình quân đầu người {huong} từ {e} ({last}) {len} {v}
đời sống của nhân dân từng bước được cải thiện, thu nhập bình quân đầu người {dat} {v}, {C} {base}
Đời sống vật chất, tinh thần của đồng bào các dân tộc có nhiều chuyển biến. Thu nhập bình quân đầu người toàn {huyen} {con} {v}, {C} {base}.
so với mức {e} của {last}, thu nhập bình quân mỗi người dân đã {huong} {len} {v}
thu nhập bình quân đầu người (kế hoạch {p}) {dat} {v}
Nhờ chuyển đổi cơ cấu cây trồng, vật nuôi, mức thu nhập bình quân đầu người trong {huyen} {la} {v}, trong khi bình quân của {K} là {k}.
""",
    "poor": """
tỷ lệ hộ nghèo {con} {v}
tỷ lệ hộ nghèo giảm từ {e} ({last}) xuống còn {v}
toàn {huyen} {con} {v} hộ nghèo, {C} {base}
Công tác giảm nghèo được các cấp, các ngành quan tâm chỉ đạo. Qua rà soát, tỷ lệ hộ nghèo {con} {v} (mục tiêu năm {Y}: {p}).
hộ nghèo theo chuẩn đa chiều {con} {v}, {C} {base}
Đến cuối kỳ, số hộ nghèo {con} chiếm {v} tổng số hộ; cao nhất là xã {X} với {x}.
tỷ lệ hộ nghèo đa chiều ở mức {v}; cùng thời điểm, tỷ lệ của {K} là {k}
""",
    "near_poor": """
tỷ lệ hộ cận nghèo {con} {v}
tỷ lệ hộ cận nghèo giảm từ {e} ({last}) xuống {v}
hộ cận nghèo {con} chiếm {v}, {C} {base}
số hộ cận nghèo {con} chiếm {v} tổng số hộ toàn {huyen} (chỉ tiêu năm {Y} là {p})
Kết quả rà soát cho thấy tỷ lệ hộ cận nghèo ở mức {v}, trong đó xã {X} là {x}.
tỷ lệ hộ cận nghèo {la} {v}, {C} {base}; bình quân {K} là {k}
""",
    "forest": """
tỷ lệ che phủ rừng {dat} {v}
tỷ lệ che phủ rừng {huong} {len} {v}, {C} {base}
công tác quản lý, bảo vệ rừng được tăng cường, độ che phủ rừng {dat} {v} (chỉ tiêu {p})
độ che phủ của rừng duy trì ở mức {v}
Công tác trồng rừng tập trung, trồng cây phân tán được triển khai đúng thời vụ. Độ che phủ rừng {la} {v}; của cả {K} là {k}.
từ {e} ({last}), tỷ lệ che phủ rừng nâng lên {v}
""",
    "revenue": """
thu ngân sách nhà nước trên địa bàn {dat} {v}, bằng {s} dự toán năm, {C} {base}
tổng thu ngân sách {dat} {v}, đạt {s} kế hoạch
thu ngân sách {P} {la} {v} ({last}: {e})
Công tác quản lý thu được chỉ đạo quyết liệt, khai thác tốt các khoản. Tổng thu ngân sách nhà nước {dat} {v} trên dự toán giao {p}, tức {s}.
thu ngân sách trên địa bàn (dự toán {p}) thực hiện được {v}
về tài chính: tổng số thu ngân sách nhà nước {dat} {v}, {C} {base}
Trong tổng thu ngân sách {v} của toàn {huyen}, riêng địa bàn xã {X} đóng góp {x}.
""",
    "spending": """
chi ngân sách địa phương {dat} {v}, bằng {s} dự toán
tổng chi ngân sách {la} {v}, {C} {base}
chi ngân sách bảo đảm tiết kiệm, đúng chế độ với số thực hiện {v}
công tác chi ngân sách đáp ứng các nhiệm vụ thường xuyên và đột xuất ({v}, đạt {s} kế hoạch)
Tổng chi ngân sách {huyen} {dat} {v}; {last} là {e}.
chi ngân sách địa phương được {v} trên tổng dự toán {p}
""",
    "investment": """
tổng vốn đầu tư toàn xã hội {dat} {v}, {C} {base}
tổng mức đầu tư toàn xã hội {P} {dat} {v}
huy động vốn đầu tư toàn xã hội được {v}, bằng {s} kế hoạch
Môi trường đầu tư tiếp tục được cải thiện. Tổng vốn đầu tư toàn xã hội {huong} từ {e} của {last} {len} {v}.
vốn đầu tư toàn xã hội thực hiện {v} (kế hoạch năm {p}, đạt {s})
Các công trình trọng điểm được đẩy nhanh tiến độ, đưa tổng vốn đầu tư toàn xã hội {len} {v}.
""",
    "grain": """
tổng sản lượng lương thực có hạt {dat} {v}, {C} {base}
sản lượng lương thực có hạt {dat} {v}, bằng {s} kế hoạch
an ninh lương thực được giữ vững với sản lượng {v}
sản lượng lương thực {P} {la} {v} (kế hoạch {p})
Thời tiết tương đối thuận lợi, sâu bệnh ít. Sản lượng lương thực có hạt {dat} {v}, trong đó xã {X} {x}.
thu hoạch được {v} lương thực có hạt; {last} được {e}
""",
    "rice_area": """
diện tích gieo cấy lúa {dat} {v}, bằng {s} kế hoạch
tổng diện tích lúa toàn {huyen} {la} {v}, {C} {base}
toàn {huyen} gieo cấy được {v} lúa
đã gieo cấy {v} lúa các vụ, đạt {s} so với kế hoạch {p}
Diện tích lúa {P} {la} {v}; {last} gieo cấy {e}.
vụ lúa được gieo cấy trong khung thời vụ tốt nhất với tổng diện tích {v}, nhiều nhất ở xã {X} ({x})
""",
    "criteria": """
về xây dựng nông thôn mới, bình quân chung {dat} {v}
số tiêu chí nông thôn mới bình quân {dat} {v}, {C} {base}
tiêu chí nông thôn mới bình quân toàn {huyen} {dat} {v} (chỉ tiêu {p})
Phong trào xây dựng nông thôn mới lan tỏa đến từng thôn, bản. Số tiêu chí hoàn thành bình quân {la} {v}, {last} là {e}.
tiêu chí nông thôn mới bình quân {huong} từ {e} ({last}) {len} {v}
chương trình xây dựng nông thôn mới: bình quân {v}, bình quân chung của {K} là {k}
""",
    "communes": """
toàn {huyen} có {v} đạt chuẩn nông thôn mới
đã có {v} được công nhận đạt chuẩn nông thôn mới, {C} {base}
số xã đạt chuẩn nông thôn mới {la} {v} (kế hoạch {p})
Việc huy động sức dân làm đường, hiến đất tiếp tục được phát huy, đến nay {v} đã về đích nông thôn mới.
đến hết {P}, {v} đạt chuẩn nông thôn mới; {last} mới có {e}
nâng số xã đạt chuẩn nông thôn mới lên {v}
""",
    "new_members": """
kết nạp {v}, đạt {s} kế hoạch
kết nạp được {v} mới, {C} {base}
công tác phát triển đảng được chú trọng, toàn đảng bộ kết nạp {v}
số đảng viên mới kết nạp {P} {la} {v}; {last} kết nạp {e}
Toàn {huyen} đã tổ chức lễ kết nạp cho {v}, trong đó phần lớn là đoàn viên, bằng {s} chỉ tiêu.
kết nạp mới {v} (chỉ tiêu năm {Y}: {p})
""",
    "all_members": """
tổng số đảng viên toàn đảng bộ {la} {v}
đảng bộ có {v} sinh hoạt ở các chi bộ
nâng tổng số đảng viên của đảng bộ lên {v}, {C} {base}
Tổ chức cơ sở đảng tiếp tục được củng cố; tổng số đảng viên đến cuối kỳ {la} {v} ({last}: {e}).
tổng số đảng viên {P} có {v}; toàn {K} có {k}
đảng bộ có {v} ở {n} tổ chức cơ sở đảng
""",
    "insurance": """
tỷ lệ bao phủ bảo hiểm y tế {dat} {v}
tỷ lệ người dân tham gia bảo hiểm y tế {dat} {v}, {C} {base}
độ bao phủ BHYT trên địa bàn {la} {v} (chỉ tiêu giao {p})
Công tác chăm sóc sức khỏe nhân dân được quan tâm; bao phủ bảo hiểm y tế {huong} {len} {v}, {last} là {e}.
{v} dân số tham gia bảo hiểm y tế
người tham gia bảo hiểm y tế chiếm {v} dân số, thấp nhất là xã {X} ({x})
""",
    "kindergarten": """
tỷ lệ huy động trẻ mẫu giáo ra lớp {dat} {v}
huy động trẻ em độ tuổi mẫu giáo đến trường {dat} {v}, {C} {base}
tỷ lệ trẻ mẫu giáo ra lớp {la} {v} (kế hoạch {p})
Quy mô trường lớp tiếp tục được sắp xếp hợp lý. Trẻ mẫu giáo ra lớp {dat} {v}; bình quân của {K} là {k}.
có {v} trẻ mẫu giáo được huy động ra lớp
từ {e} ({last}), tỷ lệ trẻ mẫu giáo đến trường {huong} {len} {v}
""",
    "jobs": """
giải quyết việc làm mới cho {v}, đạt {s} kế hoạch
có {v} được tạo việc làm mới, {C} {base}
số lao động có việc làm mới {P} {la} {v}
Các phiên giao dịch được mở đến tận xã, qua đó tạo thêm việc làm cho {v}; {last} là {e}.
giải quyết việc làm mới được {v} (chỉ tiêu {p}), riêng xã {X} có {x}
tạo việc làm mới cho {v}, bằng {s} kế hoạch năm
""",
    "labour_export": """
xuất khẩu lao động {dat} {v}, {C} {base}
đưa {v} đi làm việc ở nước ngoài theo hợp đồng
có {v} đi xuất khẩu lao động, đạt {s} kế hoạch
số người xuất cảnh đi làm việc có thời hạn ở nước ngoài {la} {v}; {last} là {e}
Thị trường Đài Loan, Nhật Bản, Hàn Quốc tiếp tục được mở rộng, toàn {huyen} có {v} đi xuất khẩu.
xuất khẩu lao động được {v} (chỉ tiêu {p}); toàn {K} đưa được {k}
""",
    "tourists": """
du lịch cộng đồng phát triển, đón {v}, {C} {base}
tổng lượng khách du lịch {dat} {v}, bằng {s} kế hoạch
các điểm du lịch trên địa bàn đón được {v}
Du lịch cộng đồng từng bước khởi sắc. Khách đến tham quan, nghỉ dưỡng {dat} {v}; {last} là {e}.
thu hút {v} đến với các điểm du lịch (kế hoạch {p})
khách du lịch {P} {la} {v}, riêng xã {X} {x}
""",
    "cattle": """
tổng đàn trâu, bò {dat} {v}, {C} {base}
đàn trâu, bò toàn {huyen} có {v}
chăn nuôi đại gia súc phát triển ổn định, tổng đàn trâu bò {la} {v}, bằng {s} kế hoạch
Công tác tiêm phòng, phòng chống rét được chủ động. Đàn trâu, bò {dat} {v} ({last}: {e}).
tổng đàn trâu bò {la} {v} (kế hoạch {p})
đàn trâu, bò {v}, trong đó xã {X} nuôi {x}
""",
    "pigs": """
tổng đàn lợn {dat} {v}, {C} {base}
đàn lợn toàn {huyen} có {v}
dịch tả lợn châu Phi được khống chế, tổng đàn lợn {dat} {v}, bằng {s} kế hoạch
Nhiều hộ tái đàn theo hướng an toàn sinh học. Tổng đàn lợn {la} {v} ({last}: {e}).
tổng đàn lợn {la} {v} (kế hoạch {p})
đàn lợn {huong} {len} {v}, trong đó xã {X} nuôi {x}
""",
}


def read_forms(forms: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Take the forms apart, one a line."""
    return {metric: tuple(lines.strip().splitlines()) for metric, lines in forms.items()}


FORMS_SEEN = read_forms(_FORMS)

#: What may be added to a form that says nothing of the kind itself; by what it needs.
TAILS = (
    ", {C} {base}",
    " ({C} {base})",
    " ({last} là {e})",
    ", đạt {s} kế hoạch",
    ", bằng {s} kế hoạch năm {Y}",
    ", vượt kế hoạch đề ra ({s})",
    " (kế hoạch năm {Y}: {p})",
    ", kế hoạch giao là {p}",
    ", trong khi toàn {K} là {k}",
    ", riêng xã {X} {x}",
    ", dự kiến cả năm đạt {f}",
    " (dự kiến cả năm {Y} đạt {f})",
)

#: Targets in the tasks of the months or the year to come. t the target, N the metric, n the same in small letters.
TARGETS = (
    "{N} đạt {t}.",
    "Phấn đấu {n} đạt {t}.",
    "{N}: {t}.",
    "Phấn đấu đưa {n} năm {Y} đạt {t} trở lên.",
    "Chỉ tiêu {n} năm {Y}: {t}.",
)
TARGETS_DOWN = (
    "Giảm {n} xuống còn {t}.",
    "{N} còn {t}.",
    "Phấn đấu {n} đến cuối năm {Y} còn {t}.",
    "{N} còn dưới {t}.",
)
