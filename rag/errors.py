"""Everything that can go wrong here, as one tree.

    RagError
    ├── UsageError                  the caller asked for something that cannot be (exit code 2)
    │   ├── ConfigError             models.yaml, an option or a setting is wrong
    │   ├── QuestionError           a question is empty or too long
    │   └── NotFoundError           a path, document or library that is not there
    ├── ReadingError                one file cannot be read; it is named and skipped
    │   ├── EmptyFileError          0 bytes, or no text in it
    │   ├── UnsupportedFormatError  .doc, .xls, .rtf, a picture, a program …
    │   ├── ScanError               a PDF of pictures without a text layer
    │   ├── EncryptedError          a password is needed
    │   ├── DamagedFileError        the file does not follow its format
    │   ├── TooLargeError           over the size limit, or it unpacks to too much
    │   ├── UnreachableFileError    vanished, or no permission
    │   └── LimitError              the reader ran out of its memory or time
    ├── LibraryError                the library on disk
    │   ├── LibraryLockedError      another process is writing
    │   ├── LibraryDamagedError     what is on disk fails its checksum (exit code 4)
    │   ├── SchemaError             written by a version that cannot be read
    │   ├── EmbedderMismatchError   built with another embedder
    │   └── StorageError            the disk is full or cannot be written
    ├── ModelError                  a model cannot be loaded
    │   ├── ModelMissingError       its files are not on this machine
    │   ├── RerankError             a reranker failed on a question; the order before it stands
    │   └── HubError                the model hub cannot be reached, or sent something wrong
    ├── ServiceError                a program that serves many cannot take this now; retry_after_s says when
    │   ├── BusyError               too many are waiting, or it is starting or stopping
    │   └── TooManyRequestsError    one asker alone has too many waiting
    └── EvaluationError             a question set or a run cannot be used

Every message says what, got, allowed, and the way out.
"""

from __future__ import annotations


class RagError(Exception):
    """Root of all errors this library raises on purpose."""


class UsageError(RagError):
    """The caller asked for something that cannot be."""


class ConfigError(UsageError):
    """models.yaml, an option or a setting is wrong."""


class QuestionError(UsageError):
    """A question is empty or too long."""


class NotFoundError(UsageError):
    """A path, a document or a library is not there."""


class ReadingError(RagError):
    """One file cannot be read; the caller names it and goes on with the next."""


class EmptyFileError(ReadingError):
    """The file has 0 bytes, or no text in it."""


class UnsupportedFormatError(ReadingError):
    """A format that is not read here."""


class ScanError(ReadingError):
    """A PDF of pictures without a text layer."""


class EncryptedError(ReadingError):
    """The file wants a password."""


class DamagedFileError(ReadingError):
    """The file does not follow its format."""


class TooLargeError(ReadingError):
    """The file is over the size limit, or unpacks to too much."""


class UnreachableFileError(ReadingError):
    """The file vanished while it was read, or may not be read."""


class LimitError(ReadingError):
    """The reading process ran out of its memory or time."""


class LibraryError(RagError):
    """The library on disk cannot do what was asked."""


class LibraryLockedError(LibraryError):
    """Another process is writing to the library."""


class LibraryDamagedError(LibraryError):
    """What is on disk fails its checksum."""


class SchemaError(LibraryError):
    """The library was written by a version that cannot be read here."""


class EmbedderMismatchError(LibraryError):
    """The library was built with another embedder than the one asked for."""


class StorageError(LibraryError):
    """The disk is full or cannot be written."""


class ModelError(RagError):
    """A model cannot be loaded or used."""


class ModelMissingError(ModelError):
    """The files of a model are not on this machine."""


class RerankError(ModelError):
    """A reranker failed on a question; the caller keeps the order before it."""


class HubError(ModelError):
    """The model hub cannot be reached, or sent something wrong."""


class ServiceError(RagError):
    """A program that serves many cannot take this now. retry_after_s: when to try again."""

    def __init__(self, message: str, *, retry_after_s: int = 5) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class BusyError(ServiceError):
    """Too many are waiting, or the program is starting or stopping."""


class TooManyRequestsError(ServiceError):
    """One asker alone has too many questions waiting."""


class EvaluationError(RagError):
    """A question set or a run cannot be used."""
