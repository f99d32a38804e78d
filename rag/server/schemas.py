"""What goes in, as OpenAPI describes it. Every request is checked against these."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rag.filters import MAX_CHARS, MAX_DOCUMENTS, MAX_ID_CHARS, make_filters
from rag.question.cleaning import MAX_QUESTION_CHARS
from rag.types import Filters, PartKind, Turn

QUESTION = "Thu nhập bình quân đầu người của Quế Phong năm 2023?"


def _require_whole(text: str) -> str:
    """Refuse half a character, as JSON's escapes allow: neither the library nor an answer can hold it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half a character, such as \\ud800 alone") from None
    return text


_Text = Annotated[str, AfterValidator(_require_whole)]
#: The length is checked where questions are cleaned; here it is only told.
Question = Annotated[
    str,
    Field(
        description="In Vietnamese, with or without accents, or in English.",
        json_schema_extra={"minLength": 1, "maxLength": MAX_QUESTION_CHARS},
    ),
]
_Date = Annotated[
    _Text | None, Field(max_length=10, description="2023, 2023-07 or 2023-07-19", json_schema_extra={"example": "2023"})
]
_Correction = Annotated[_Text | None, Field(max_length=500, description="null: back to what was read")]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class FiltersIn(_Request):
    """Which documents, and which of their passages, may answer: what passes everything that is given."""

    documents: list[Annotated[_Text, Field(min_length=1, max_length=MAX_ID_CHARS)]] = Field(
        default=[], max_length=MAX_DOCUMENTS, description="Their ids."
    )
    date_from: _Date = None
    date_to: _Date = None
    period: _Text | None = Field(
        default=None,
        max_length=MAX_CHARS,
        description="What the report is for: 2023, 2023-07, 2023-Q3, 2023-H1, 2023-9M, 2020/2025, or in words, such as "
        "'6 tháng đầu năm 2023'. A whole year also lets pass the periods inside it.",
        json_schema_extra={"example": "2023-H1"},
    )
    place: _Text | None = Field(
        default=None,
        max_length=MAX_CHARS,
        description="The place a report is about, with or without accents and unit word.",
        json_schema_extra={"example": "Quế Phong"},
    )
    organisation: _Text | None = Field(
        default=None,
        max_length=MAX_CHARS,
        description="Who reports: words that stand in a row in its name, abbreviated or written out.",
        json_schema_extra={"example": "UBND huyện"},
    )
    # Not strict: what comes as JSON is the kind's name, not the kind.
    kinds: list[Annotated[PartKind, Field(strict=False)]] = Field(
        default=[], max_length=len(PartKind), description="Kinds of passages; any of them."
    )

    def value(self) -> Filters:
        """Check the filters. Raises ConfigError for one that cannot be."""
        return make_filters(
            documents=self.documents,
            date_from=self.date_from,
            date_to=self.date_to,
            period=self.period,
            place=self.place,
            organisation=self.organisation,
            kinds=self.kinds,
        )


class TurnIn(_Request):
    """A question asked before, and its answer."""

    question: _Text = Field(max_length=MAX_QUESTION_CHARS)
    rewritten: _Text | None = Field(default=None, max_length=MAX_QUESTION_CHARS)
    answer: _Text = Field(default="", max_length=20_000)

    def value(self) -> Turn:
        """Give the turn."""
        return Turn(self.question, self.rewritten, self.answer)


class AskIn(_Request):
    """A question, with those before it in the same conversation, oldest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": QUESTION},
                {
                    "question": "Còn Quan Sơn thì sao?",
                    "history": [{"question": QUESTION, "answer": "35,7 triệu đồng/năm. [1]"}],
                    "filters": {"date_from": "2023"},
                    "top_k": 10,
                    "min_confidence": 0.5,
                },
            ]
        }
    )
    question: Question
    history: list[TurnIn] = Field(default=[], max_length=50)
    filters: FiltersIn = FiltersIn()
    top_k: int = Field(default=10, ge=1, le=200, description="How many passages to look at.")
    min_confidence: float | None = Field(
        default=None,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="An answer less likely to be right is withheld, and the reason said; 0 withholds none for that. "
        "null: as the server was started.",
    )


class RetrieveIn(_Request):
    """What evidence is wanted for."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"question": "che phủ rừng", "top_k": 3}]})
    question: Question
    filters: FiltersIn = FiltersIn()
    top_k: int = Field(default=10, ge=1, le=200, description="How many passages to give.")


class VoteIn(_Request):
    """What a reader thinks of an answer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"vote": "up"}, {"vote": "down", "comment": "Nhầm huyện"}]}
    )
    vote: Literal["up", "down"]
    comment: _Text = Field(default="", max_length=2000)


class CorrectionsIn(_Request):
    """What a report says of itself and the reader got wrong; a field left out stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"number": "540/BC-UBND", "date": "2023-12-15", "signer": None}],
            "minProperties": 1,
        }
    )
    title: _Correction = None
    date: _Correction = None
    period: _Correction = None
    place: _Correction = None
    organisation: _Correction = None
    number: _Correction = None
    type: _Correction = None
    signer: _Correction = None
