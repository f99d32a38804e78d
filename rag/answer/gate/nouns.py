"""What is counted: whether two nouns name the same sort of thing. Pure."""

from __future__ import annotations

from enum import StrEnum


class Sort(StrEnum):
    """A sort of counted things that is never told for another."""

    PERSON = "person"
    PUPIL = "pupil"
    TEACHER = "teacher"
    WORKER = "worker"
    TRAVELLER = "traveller"
    PATIENT = "patient"
    MEMBER = "member"
    HOUSEHOLD = "household"
    HOUSE = "house"
    DISTRICT = "district"
    COMMUNE = "commune"
    VILLAGE = "village"
    CASE = "case"
    FIRM = "firm"
    SCHOOL = "school"
    PROJECT = "project"


_NOUNS = {
    Sort.PERSON: """người; đồng chí; cán bộ; quần chúng; tân binh; nạn nhân; cháu; em; trẻ em; khẩu; nhân khẩu;
        người dân; đối tượng; people; persons; person; officials; soldiers; children""",
    Sort.PUPIL: "học sinh; sinh viên; pupils; students",
    Sort.TEACHER: "giáo viên; teachers",
    Sort.WORKER: "lao động; công nhân; nhân viên; workers; employees",
    Sort.TRAVELLER: """khách; du khách; hành khách; lượt khách;
        lượt hành khách; passengers; visitors; tourists""",
    Sort.PATIENT: "bệnh nhân; patients",
    Sort.MEMBER: "đảng viên; đoàn viên; hội viên; members; party members",
    Sort.HOUSEHOLD: "hộ; hộ dân; hộ nghèo; hộ cận nghèo; hộ gia đình; lượt hộ; households; poor households; household",
    Sort.HOUSE: "nhà; nhà ở; nhà dân; ngôi nhà; căn nhà; houses; homes; house",
    Sort.DISTRICT: "huyện; quận; thị xã; districts; district",
    Sort.COMMUNE: """xã; phường; thị trấn; xã, thị trấn; xã, phường, thị trấn; communes; wards; townships; commune""",
    Sort.VILLAGE: "thôn; bản; làng; xóm; ấp; villages; village",
    Sort.CASE: "vụ; vụ việc; vụ án; vụ tai nạn; accidents; crimes",
    Sort.FIRM: "doanh nghiệp; công ty; hợp tác xã; enterprises; companies; firms; businesses; cooperatives",
    Sort.SCHOOL: "trường; trường học; schools",
    Sort.PROJECT: "dự án; projects",
}
_SORT_OF = {" ".join(noun.split()): sort for sort, listed in _NOUNS.items() for noun in listed.split(";")}
_PERSONS = frozenset({Sort.PERSON, Sort.PUPIL, Sort.TEACHER, Sort.WORKER, Sort.TRAVELLER, Sort.PATIENT, Sort.MEMBER})


def sort_of(noun: str | None) -> Sort | None:
    """Give the sort of a counted noun by itself, else by its first words; None where it is in no list."""
    if noun is None:
        return None
    syllables = noun.casefold().split("/")[0].replace(",", " ").split()
    for n in range(min(3, len(syllables)), 0, -1):
        if (sort := _SORT_OF.get(" ".join(syllables[:n]))) is not None:
            return sort
    return _SORT_OF.get(syllables[-1]) if syllables else None


def differ(a: Sort, b: Sort) -> bool:
    """Say whether two sorts are told apart; of persons the general word stands for each."""
    return a is not b and not (Sort.PERSON in (a, b) and {a, b} <= _PERSONS)
