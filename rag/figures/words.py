"""Word lists for reading what a number counts: counted nouns, classifiers, and words no noun goes beyond."""

from __future__ import annotations

# Nouns counted in reports; of two that differ in accents only, the commoner first.
COUNTED_IN_ORDER = tuple(
    " ".join(noun.split())
    for noun in """người; hộ; hộ dân; hộ gia đình; hộ nghèo; hộ cận nghèo; khẩu; nhân khẩu; lao động; cán bộ; công
    chức; viên chức; đảng viên; đoàn viên; hội viên; quần chúng; đại biểu; cử tri; học sinh; sinh viên; giáo viên;
    bác sĩ; bác sỹ; bệnh nhân; công nhân; nhân viên; nông dân; chiến sĩ; chiến sỹ; đồng chí; thanh niên; phụ nữ; trẻ
    em; trẻ; cháu; em; em học sinh; nạn nhân; đối tượng; bị can; bị cáo; nghệ nhân; vận động viên; hành khách;
    khách; du khách; khách hàng; cổ đông; thí sinh; tân binh; thành viên; ủy viên; uỷ viên; dân; thuê bao; hội viên
    phụ nữ; lượt; lượt người; lượt khách; lượt hộ; lượt hành khách; lượt cán bộ; lượt xe; lượt ý kiến; xã; phường;
    thị trấn; thị xã; thành phố; huyện; quận; tỉnh; thôn; bản; làng; xóm; ấp; buôn; khu phố; tổ dân phố; khu dân cư;
    địa phương; nước; quốc gia; vùng; khu vực; điểm; địa điểm; tổ; đội; nhóm; lớp; phòng; phòng học; tiêu chí; chỉ
    tiêu; mục tiêu; nhiệm vụ; giải pháp; nội dung; lĩnh vực; chương trình; dự án; công trình; hạng mục; đề án; đề
    tài; mô hình; sản phẩm; nghị quyết; quyết định; văn bản; kế hoạch; báo cáo; hồ sơ; thủ tục; thủ tục hành chính;
    ý kiến; kiến nghị; đơn; đơn thư; vụ; vụ việc; vụ án; vụ tai nạn; trường hợp; ca; ca bệnh; cuộc; cuộc thanh tra;
    cuộc kiểm tra; hội nghị; buổi; đợt; chuyến; chuyến bay; suất; suất quà; phần quà; giải; giải thưởng; huy chương;
    giấy chứng nhận; giấy phép; hợp đồng; gói thầu; lô; lô đất; thửa; thửa đất; nền; nền đất; doanh nghiệp; hợp tác
    xã; htx; công ty; tập đoàn; ngân hàng; chi nhánh; phòng giao dịch; cửa hàng; siêu thị; chợ; cơ sở; cơ sở sản
    xuất; tổ chức; đơn vị; cơ quan; chi bộ; đảng bộ; tổ chức đảng; tổ hợp tác; trang trại; nhà máy; khu công nghiệp;
    cụm công nghiệp; trường; trường học; trạm; trạm y tế; trạm biến áp; bệnh viện; đập; hồ; hồ chứa; nhà; nhà ở; nhà
    dân; nhà hàng; nhà đầu tư; nhà văn hóa; nhà văn hoá; ngôi nhà; căn nhà; căn; căn hộ; cầu; cây cầu; tuyến; tuyến
    đường; tuyến phố; cột; cột điện; trụ; giếng; di tích; lễ hội; khách sạn; cơ sở lưu trú; phương tiện; xe; ô tô;
    xe máy; tàu; tàu cá; tàu thuyền; chiếc; cái; con; ngôi; tấm; bức; gia súc; gia cầm; trâu; bò; trâu bò; lợn; lợn
    thịt; dê; gà; lồng; lồng bè; cây; quả; bộ; bộ máy; máy; máy bay; máy móc; thiết bị; cổ phiếu; cổ phần; cp; trái
    phiếu; thẻ; tài khoản; giao dịch; mã; đơn hàng; tờ; cuốn; bài; bài viết; tin; tin bài; chữ số; phiếu; phiếu bầu;
    ghế; giường; giường bệnh; phòng ngủ; tầng; bậc; hạng; nhịp; làn; làn xe; chốt; chốt chặn; tổ công tác; đoàn;
    đoàn công tác; container; teu; tiết mục; tác phẩm; môn; ngành; nghề; loại; dân tộc; mũi; liều; liều vắc xin;
    mẫu; ổ dịch; quy trình""".split(";")
)

# Counted in texts, but too much like other words to be looked for in a question.
ALSO_COUNTED = tuple(
    " ".join(noun.split())
    for noun in """tin báo; tàu bay; chủ đầu tư; viên; khối; vụ tai nạn giao thông; bé trai; bé gái; bánh; khẩu
    súng; chủ thể;
    người dân; đồng bào; hộ kinh doanh; bí thư; trưởng thôn; lượt bệnh nhân; lượt vay; hộ vay; món vay; thành
    viên hợp tác xã; tổ hòa giải; tổ hoà giải; câu lạc bộ; gia đình; cặp vợ chồng; liệt sĩ; liệt sỹ; thương
    binh; người có công; đợt sinh hoạt; lớp học; lớp tập huấn; học viên; đối tượng bảo trợ; người khuyết tật;
    vườn; ao; bể; công; sổ; chữ; chỉ thị; thông báo; tờ trình; nghị định; chuyên đề; kết luận; công văn; bản đồ;
    cán bộ công chức; dịch vụ công; bến; bãi; phà; điểm trường; trường mầm non; trường tiểu học; trường thcs;
    trạm bơm; cống; kênh; tuyến kênh; đập dâng; chi hội; chi đoàn; hội đoàn; công đoàn; đảng ủy; đảng uỷ; cấp
    ủy; cấp uỷ; hòm; gói; gói hỗ trợ; lượt học sinh; lượt phương tiện; xe tải; xe khách; xe con; xe ôtô; mũi
    tiêm; liều vaccine; ca nhiễm; ca mắc; ca tử vong; ca dương tính; binh sĩ; chỗ; tên lửa; nghi phạm; thuyền
    viên; tiêm kích; tay súng; vị trí; nữ; thi thể; ngư dân; trực thăng; lính; điện thoại; quân nhân; nam; nghị
    sĩ; quan chức; tù binh; bên; tiền án; tiền sự; tội danh; nghệ sĩ; cá nhân; loài; chiến đấu cơ; cảnh sát;
    thủy thủ; thuỷ thủ; lãnh đạo; giai đoạn; phương án; tài xế; bang; điều kiện; phần; vợ chồng; cô gái; mẹ con;
    đoạn; cơn bão; đường dây; chức danh; cư dân; mặt hàng; chiến binh; tên; căn cứ; thương hiệu; yếu tố; tập
    thể; chung cư; toa xe; kỹ sư; tài liệu; nguyên nhân; điều dưỡng; đại lý; hệ thống; luật sư; thẩm phán; nghi
    can; lái xe; phụ huynh; nhân chứng; sĩ quan; nhiệm kỳ; tiểu đoàn; phiến quân; tù nhân; tòa nhà; toà nhà; dân
    thường; kiện hàng; trang; sân bay; phi cơ; thượng nghị sĩ; hạ nghị sĩ; đại cử tri; lính cứu hỏa; tàu chiến;
    tàu hàng; lượt thích; quân; cử nhân; tiến sĩ; giáo sư; thạc sĩ; hộ chiếu; visa; vé; tập; bước; đôi; chữ ký;
    bằng khen; cầu thủ; bàn thắng; bàn; trận; trận đấu; điểm đến; phim; bộ phim; ca khúc; album; thí nghiệm; mẫu
    vật; ứng viên; sát thủ; bao; kho; xe tăng; bệ phóng; nam thanh niên; hàng xóm; thanh thiếu niên; sự kiện; bộ cánh;
    tiền đồn; kho vũ khí; cựu chiến binh; chiến sĩ mới; tội; chai; hộp; thùng hàng; lồng cá; nữ sinh; nam sinh;
    du học sinh; nghiên cứu sinh; công dân; cổ động viên; tàu sân bay; tàu ngầm; tàu chở hàng; điểm yếu; điểm nóng; bộ
    trưởng; thứ trưởng; đại sứ; nhà ngoại giao; nhà khoa học; nhà báo; phóng viên; tổ máy; vương miện; phát; phát đạn;
    viên đạn; chỉ vàng; lượng vàng; người mẫu; thị trấn và làng mạc; làng mạc; nhân công; người phụ nữ; người đàn ông;
    tình nguyện viên; bị hại; bị đơn; cây xăng; trạm xăng; trạm thu phí; tuyến cáp; toa; toa tàu; ga; nhà ga""".split(
        ";"
    )
)

COUNTED = frozenset(COUNTED_IN_ORDER)

# Counted nouns that reports write in capitals.
ABBREVIATED = frozenset(("htx", "teu", "cp"))

# What cannot be halved: 1,250 of them are twelve hundred and fifty.
WHOLE = frozenset(
    "người; hộ; hộ dân; hộ gia đình; hộ nghèo; hộ cận nghèo; khẩu; nhân khẩu; lao động; cán bộ; đảng viên; đoàn viên; "
    "hội viên; đại biểu; học sinh; sinh viên; giáo viên; bệnh nhân; lượt người; lượt khách; khách; du khách; "
    "doanh nghiệp; nhà; căn; căn hộ; vụ; ca; con; cổ phiếu; hồ sơ; trường hợp; người dân".split("; ")
)

# Nouns that only introduce the counted one.
CLASSIFIERS = frozenset("căn ngôi chiếc con cái cây quả tờ cuốn tấm bức".split())

# Units of the administration, which stand in a row: "xã, phường, thị trấn".
LEVELS = frozenset(
    "xã phường huyện quận tỉnh thôn bản làng xóm ấp buôn sóc communes wards townships districts provinces".split()
) | {"thị trấn", "thị xã", "thành phố", "tổ dân phố", "khu phố", "khu dân cư"}

# A guessed noun ends before these: they join, act, or point.
STOPS = frozenset(
    """là và của cho trong ngoài ở tại với được bị đã đang sẽ có còn từ đến tới theo so trên dưới về do vì để mà thì
    này đó kia ấy khi nếu hoặc hay như cũng vẫn nên phải chỉ rất lại ra vào lên xuống đạt tăng giảm chiếm gồm bằng
    hơn kém gần khoảng tham hoàn thực triển xây sửa phát đầu tính riêng trước sau qua nay nữa thêm vượt thuộc nằm
    không chưa cùng song nhưng mỗi mọi các những một hai ba bốn năm sáu bảy tám chín mười cao thấp lớn nhỏ nhiều ít
    đều tương ứng trở góp nhằm khiến làm giúp nhờ bởi dành thu chi mua bán giữ đi đứng sang hiện cả toàn bình nói
    biết cần xin đề tổng lần lượt nghỉ sống chết mất hết xong sập hỏng ngập mới cũ tốt xấu tức nghĩa nào gì bao mấy
    vừa mức kể ước trung tiếp trừ trị giao nộp gửi đứng chào sinh ngày tháng giờ phút quý hôm tcn khỏi xảy gặp mang
    chở trúng ven giữa rơi nhìn chạy gợi gây kèm đổ đậu cắt
    ngay tha lập bay rời""".split()
)

# Words that begin like a unit and are none: "Đồn 321 tuần tra".
NO_UNITS = frozenset(
    "tuần tra; đồng thời; đồng loạt; lần lượt; ngày càng; giờ đây; tấn công; tuần hoàn; đồng hành; đồng ý; "
    "tuan tra; dong thoi; dong loat; lan luot; ngay cang; tan cong".split("; ")
)

ENGLISH_COUNTED = frozenset(
    "people; persons; households; poor households; communes; districts; provinces; villages; wards; towns; "
    "townships; workers; employees; party members; members; students; pupils; teachers; patients; passengers; "
    "visitors; tourists; enterprises; companies; businesses; firms; projects; schools; houses; homes; criteria; "
    "cases; hectares; cooperatives; shares; cards; stores; shops; restaurants; branches; bank branches; cities; "
    "units; deaths; customers; subscribers; trips; votes; delegates; products; models; works; vehicles; cars; "
    "cattle; buffaloes; pigs; poultry; apartments; victims; countries; items; tasks; health stations; people's "
    "committees; foreign visitors; visits; new members; sheep; goats; births; fires; accidents; traffic accidents; "
    "person; household; commune; case; death; house; child; children; women; men; soldiers; officers; vehicle; ship; "
    "injuries; jobs; new jobs; licences; vessels; fishing boats; classrooms; party cells; party organisations; "
    "scholarships; gifts; voters; delegations; contracts; loans; borrowers; farms; bridges; roads".split("; ")
)
ENGLISH_STOPS = frozenset(
    """a an the and or of in on at to for from by with was were is are be been has have had will would this that these
    those it its as than more less over under about out up down which who whose when where while after before during
    per new compared against last year years first half month months quarter into between within since until each
    not no also only still so far but if then there their his her our we they you he she""".split()
)
