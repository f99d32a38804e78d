from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from rag import Engine
from rag.lexical import SETTINGS, TermKind, hashes_of, phrase_numbers, terms_of, tokenise
from rag.library import LibraryWriter
from rag.lookup import EXPANSION_WEIGHT, TRANSLATION_WEIGHT, Lookup, look_up
from rag.question import understand
from tests.fakes import WordEmbedder, bind, document, write_reports

VI, EN, BOTH = ("vi",), ("en",), ("vi", "en")


def looked_up(question: str, languages: tuple[str, ...] = VI) -> Lookup:
    return look_up(question, understand(question), languages=languages)


def numbers(phrase: str, kind: TermKind) -> list[int]:
    found, real = terms_of(hashes_of(tokenise(phrase), kind), kind)
    return found[real].tolist()


def weights_of(lookup: Lookup, phrase: str, kind: TermKind = TermKind.FOLDED) -> list[float]:
    """List what each syllable or pair of a phrase weighs in a query; 0 where it is not looked up."""
    weights = {term.alternatives: term.weight for term in lookup.query.terms}
    return [weights.get(((number,),), 0.0) for number in numbers(phrase, kind)]


def weight_of_group(lookup: Lookup, phrase: str) -> float:
    """Give the weight of the alternatives that a phrase is one of; 0 where it is none."""
    wanted = phrase_numbers(phrase)
    assert wanted
    found = [term.weight for term in lookup.query.terms if wanted in term.alternatives and len(term.alternatives) > 1]
    return max(found, default=0.0)


def is_looked_up(lookup: Lookup, phrase: str) -> bool:
    return any(phrase_numbers(phrase) in term.alternatives for term in lookup.query.terms)


def concepts(lookup: Lookup) -> list[str]:
    return ["/".join(concept.phrases) for concept in lookup.words]


# -- the question's own words ---------------------------------------------------------------------------


def test_an_accented_question_looks_both_spellings_up():
    lookup = looked_up("Thu ngân sách")
    assert weights_of(lookup, "thu ngan sach") == [1.0] * 3
    assert weights_of(lookup, "thu ngan sach", TermKind.FOLDED_PAIR) == [SETTINGS.pair] * 2
    assert weights_of(lookup, "thu ngân sách", TermKind.ACCENTED) == [SETTINGS.accented] * 3
    assert weights_of(lookup, "thu ngân sách", TermKind.ACCENTED_PAIR) == [SETTINGS.accented * SETTINGS.pair] * 2


def test_a_question_without_accents_looks_only_folded_spellings_up():
    lookup = looked_up("san luong lua")
    assert weights_of(lookup, "san luong lua") == [1.0] * 3
    assert weights_of(lookup, "san luong lua", TermKind.ACCENTED) == [0.0] * 3


def test_the_concepts_are_the_words_in_their_order_each_once():
    lookup = looked_up("Thu ngân sách huyện Quế Phong và chi ngân sách")
    assert concepts(lookup) == ["thu", "ngan", "sach", "huyen", "que", "phong", "va", "chi"]
    assert lookup.order == ("thu", "ngan", "sach", "huyen", "que", "phong", "va", "chi", "ngan", "sach")


def test_a_name_a_period_and_a_question_word_are_no_metric():
    lookup = looked_up("Thu ngân sách của Quế Phong năm 2023 là bao nhiêu?")
    metric = {phrase for concept in lookup.words for phrase in concept.phrases if concept.is_metric}
    assert metric == {"thu", "ngan", "sach"}


def test_the_pairs_of_an_accented_question_are_accented():
    lookup = looked_up("Thu ngân sách")
    assert [pair.alternatives for pair in lookup.pairs] == [
        ((number,),) for number in numbers("thu ngân sách", TermKind.ACCENTED_PAIR)
    ]
    bare = looked_up("thu ngan sach").pairs
    assert [pair.alternatives[0][0] >> 38 for pair in bare] == [TermKind.FOLDED_PAIR] * 2


def test_a_question_without_a_word_looks_nothing_up():
    lookup = looked_up("???")
    assert (lookup.query.terms, lookup.words, lookup.pairs, lookup.order) == ((), (), (), ())


# -- expansions -----------------------------------------------------------------------------------------


def test_an_abbreviation_is_looked_up_written_out_too_at_less_weight():
    lookup = looked_up("Các HTX được khuyến khích điều gì?")
    assert weights_of(lookup, "hop tac xa") == [EXPANSION_WEIGHT] * 3
    assert weights_of(lookup, "htx") == [1.0]


def test_an_expansion_takes_nothing_from_a_word_that_was_asked():
    lookup = looked_up("HTX và hợp tác quốc tế")
    assert weights_of(lookup, "hop tac xa") == [1.0, 1.0, EXPANSION_WEIGHT]


# -- another language -----------------------------------------------------------------------------------

INCOME = "What was the per capita income of Que Phong district in 2023?"


def test_the_words_of_an_english_question_are_one_term_each_in_vietnamese():
    lookup = looked_up(INCOME)
    assert is_looked_up(lookup, "thu nhập bình quân đầu người")
    assert weight_of_group(looked_up("What was the poverty rate?"), "tỷ lệ hộ nghèo") == TRANSLATION_WEIGHT
    assert any("thu nhap binh quan dau nguoi" in concept.phrases for concept in lookup.words)


def test_the_common_words_of_an_english_question_are_struck_out_of_vietnamese_reports():
    lookup = looked_up("What did the man say on an area to do in the district? How long can a ban be in?")
    for word in ("the", "man", "on", "an", "to", "do", "long", "can", "ban", "be", "in"):
        assert weights_of(lookup, word) == [0.0], word


@pytest.mark.parametrize(
    ("question", "word"),
    [
        (INCOME, "que"),
        (INCOME, "phong"),
        (INCOME, "2023"),
        ("What did BIDV lend?", "bidv"),
        ("What did the UBND decide?", "ubnd"),
        ("How many vinamilk shares were sold?", "vinamilk"),
    ],
)
def test_names_numbers_capitals_and_unknown_long_words_of_an_english_question_stay(question: str, word: str):
    assert weights_of(looked_up(question), word) == [1.0]


def test_a_translated_word_is_not_looked_up_as_it_stands():
    assert weights_of(looked_up(INCOME), "income") == [0.0]


@pytest.mark.parametrize("languages", [EN, BOTH], ids=["English", "both"])
def test_where_reports_are_english_too_no_word_of_an_english_question_is_struck_out(languages: tuple[str, ...]):
    lookup = looked_up(INCOME, languages)
    assert weights_of(lookup, "the per capita income of") == [1.0] * 5
    assert is_looked_up(lookup, "thu nhập bình quân đầu người") == ("vi" in languages)


def test_a_vietnamese_question_is_translated_only_for_english_reports():
    question = "Tỷ lệ hộ nghèo của Quế Phong là bao nhiêu?"
    assert not is_looked_up(looked_up(question), "poverty rate")
    foreign = looked_up(question, EN)
    assert is_looked_up(foreign, "poverty rate")
    assert weights_of(foreign, "que phong") == [1.0, 1.0]
    assert weights_of(foreign, "cua la bao") == [0.0] * 3
    both = looked_up(question, BOTH)
    assert is_looked_up(both, "poverty rate") and weights_of(both, "ty le ho ngheo") == [1.0] * 4


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("What happened on July 19, 2023?", "19/7/2023"),
        ("What happened on July 19, 2023?", "ngày 19 tháng 7 năm 2023"),
        ("What was reached in March 2019?", "tháng 3/2019"),
        ("How much was the profit in the third quarter of 2023?", "quý III/2023"),
        ("What was the loan of 1.5 million dong for?", "1,5 triệu"),
        ("Which rate rose by 12.5 percent?", "12,5%"),
        ("What did fifteen households plant?", "mười lăm"),
    ],
)
def test_numbers_and_dates_of_an_english_question_are_looked_up_as_vietnamese_writes_them(question: str, form: str):
    assert is_looked_up(looked_up(question), form)


def test_a_name_is_not_translated():
    lookup = looked_up("How long is the road in Long An province?")
    assert weights_of(lookup, "long an") == [1.0, 1.0]
    assert not is_looked_up(looked_up("What is the rice yield of Long An province?"), "dài")
    assert is_looked_up(looked_up("How long is the road?"), "dài")


@pytest.mark.parametrize("question", ["an toan thuc pham", "to hop tac an toan", "so on dinh", "in an"])
def test_vietnamese_without_accents_that_reads_like_english_still_finds_its_words(question: str):
    lookup = looked_up(question)
    assert weights_of(lookup, question) == [1.0] * len(question.split())


# -- libraries in one language, in the other, in both ---------------------------------------------------

VIETNAMESE = {
    "que_phong.txt": "Huyện Quế Phong tổng kết năm 2023\n\n"
    "Tỷ lệ hộ nghèo của huyện Quế Phong năm 2023 giảm còn 28,4%.\n\n"
    "Ngày 19/7/2023, huyện khởi công cầu treo bản Mòng dài 120 mét.",
    "ky_son.txt": "Huyện Kỳ Sơn tổng kết năm 2022\n\n"
    "Tỷ lệ hộ nghèo của huyện Kỳ Sơn năm 2022 còn 55,1%.\n\nThu ngân sách đạt 45,2 tỷ đồng, tăng 1,5 triệu đồng.",
    "giao_thong.txt": "An toàn giao thông\n\n"
    "Ban An toàn giao thông cho rằng đến nay an toàn là trên hết, do on to in an the man.\n\n"
    "Đoàn viên thanh niên hát trên đường Hà Nội.",
}
ENGLISH = {
    "que_phong.txt": "Que Phong district in 2023\n\n"
    "The poverty rate of Que Phong district fell to 28.4% in the year.\n\n"
    "The budget revenue of the district was 45.2 billion dong.",
    "ky_son.txt": "Ky Son district in 2022\n\nThe forest cover of Ky Son district was 52% of the area.\n\n"
    "The bridge was opened on 19 July 2023.",
}


@contextmanager
def opened(path: Path, reports: Mapping[str, str]) -> Iterator[Engine]:
    with Engine(path / "library", embedder="builtin") as engine:
        engine.index(write_reports(path / "r", dict(reports)))
        yield engine


@pytest.fixture(scope="module")
def vietnamese(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with opened(tmp_path_factory.mktemp("vi"), VIETNAMESE) as engine:
        assert engine.library.about["languages"] == ["vi"]
        yield engine


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with opened(tmp_path_factory.mktemp("en"), ENGLISH) as engine:
        assert engine.library.about["languages"] == ["en"]
        yield engine


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    reports = {f"vi/{name}": text for name, text in VIETNAMESE.items()}
    reports |= {f"en/{name}": text for name, text in ENGLISH.items()}
    with opened(tmp_path_factory.mktemp("both"), reports) as engine:
        assert engine.library.about["languages"] == ["vi", "en"]
        yield engine


def first_text(engine: Engine, question: str) -> str:
    return engine.retrieve(question)[0].passage.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param("What was the poverty rate of Que Phong district in 2023?", "28,4%", id="glossary and name"),
        pytest.param("What was the poverty rate of Ky Son district in 2022?", "55,1%", id="the other district"),
        pytest.param("How much was the budget revenue?", "45,2 tỷ đồng", id="glossary alone"),
        pytest.param("What happened on July 19, 2023?", "Ngày 19/7/2023", id="date"),
        pytest.param("Which bridge was started in Mong village?", "bản Mòng", id="folded name"),
        pytest.param("What rose by 1.5 million dong?", "1,5 triệu đồng", id="number"),
    ],
)
def test_an_english_question_finds_the_vietnamese_passage(vietnamese: Engine, question: str, said: str):
    assert said in first_text(vietnamese, question)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param("Tỷ lệ hộ nghèo của huyện Quế Phong là bao nhiêu?", "28.4%", id="glossary and name"),
        pytest.param("ty le ho ngheo huyen Que Phong", "28.4%", id="without accents"),
        pytest.param("Thu ngân sách của huyện là bao nhiêu?", "45.2 billion", id="glossary alone"),
        pytest.param("Độ che phủ rừng của huyện Kỳ Sơn?", "52%", id="the other district"),
        pytest.param("Ngày 19 tháng 7 năm 2023 diễn ra việc gì?", "19 July 2023", id="date"),
    ],
)
def test_a_vietnamese_question_finds_the_english_passage(english: Engine, question: str, said: str):
    assert said in first_text(english, question)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Tỷ lệ hộ nghèo của huyện Kỳ Sơn năm 2022 còn bao nhiêu?", "55,1%"),
        ("What was the forest cover of Ky Son district?", "52%"),
        ("Tỷ lệ hộ nghèo của huyện Quế Phong?", "28,4%"),
        ("What was the poverty rate of Que Phong district?", "28.4%"),
    ],
)
def test_in_a_mixed_library_the_reports_of_the_questions_language_come_first(mixed: Engine, question: str, said: str):
    assert said in first_text(mixed, question)


def test_in_a_mixed_library_the_words_of_the_other_language_are_looked_up_too(mixed: Engine):
    # Without its translation nothing but "2022", "Ky" and "Son" would be shared.
    question = "What was the poverty rate of Ky Son district in 2022?"
    hits = {hit.passage.text: hit for hit in mixed.retrieve(question, top_k=20)}
    (said,) = (hit for text, hit in hits.items() if "55,1%" in text)
    (bare,) = (hit for text, hit in hits.items() if text == "Huyện Kỳ Sơn tổng kết năm 2022")
    assert (said.channels.lexical or 0) > (bare.channels.lexical or 0)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What was the poverty rate of Ky Son district in 2022?", "55,1%"),
        ("Độ che phủ rừng của huyện Kỳ Sơn là bao nhiêu?", "52%"),
    ],
)
def test_in_a_mixed_library_a_fact_of_the_other_language_comes_first(mixed: Engine, question: str, said: str):
    assert said in first_text(mixed, question)


def test_english_words_do_not_match_vietnamese_syllables(vietnamese: Engine):
    hits = vietnamese.retrieve("What did the man do on an island to win in the end?", top_k=20)
    assert "on to in an the man" not in {hit.passage.text for hit in hits if hit.channels.lexical}
    assert all((hit.channels.lexical or 0) == 0 for hit in hits if "giao thông" in hit.passage.text)


# -- which languages a library has ----------------------------------------------------------------------


def languages_of(path: Path, *, n_vietnamese: int, n_english: int) -> list[str]:
    embedder = WordEmbedder()
    with LibraryWriter(path) as writer:
        writer.use_embedder(embedder, bind(embedder))
        for i in range(n_vietnamese + n_english):
            language = "vi" if i < n_vietnamese else "en"
            made = document(f"{i}.txt", f"Báo cáo {i}\n\nThu ngân sách đạt {i} tỷ đồng.")
            writer.put(replace(made, language=language), path=f"{i}.txt")
        return writer.store.languages()


@pytest.mark.parametrize(
    ("n_vietnamese", "n_english", "languages"),
    [
        (0, 0, []),
        (3, 0, ["vi"]),
        (1, 2, ["en", "vi"]),
        (2, 2, ["en", "vi"]),
        (49, 1, ["vi", "en"]),
        (50, 1, ["vi"]),
    ],
    ids=["none", "one", "commoner first", "as many", "one in fifty", "one in fifty-one"],
)
def test_the_languages_of_a_library_are_those_of_one_report_in_fifty(
    tmp_path: Path, n_vietnamese: int, n_english: int, languages: list[str]
):
    assert languages_of(tmp_path, n_vietnamese=n_vietnamese, n_english=n_english) == languages


def test_a_removed_report_counts_for_no_language(tmp_path: Path):
    languages_of(tmp_path, n_vietnamese=2, n_english=1)
    with LibraryWriter(tmp_path) as writer:
        writer.store.retire(["s/2.txt"])
        assert writer.store.languages() == ["vi"]
