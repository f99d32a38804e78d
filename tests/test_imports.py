"""The order of the rooms, read from the syntax trees: a file imports only from lower levels."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: A room imports only from rooms of lower levels. A room is a file of rag/ or a package in it; all of ui/ is one.
LEVELS = (
    {"errors", "types", "text"},
    {"glossary", "places", "registry", "progress", "wire", "merging"},
    {"figures"},
    {
        "filters",
        "fusion",
        "question",
        "reading",
        "split",
        "builtin",
        "weights",
        "copies",
        "lexical",
        "vectors",
        "disk",
        "hub",
        "loading",
        "persons",
    },
    {"embed", "rerank", "snapshots", "lookup"},
    {"store", "ranking"},
    {"models", "prepare", "binding", "corrections"},
    {"publish"},
    {"writer"},
    {"library", "feedback"},
    {"channels", "concerned"},
    {"retrieve"},
    {"calibrate", "answer"},
    {"indexing", "evaluate", "examples", "originals", "opened", "asking"},
    {"opening", "checking", "measuring", "uploads"},
    {"editing"},
    {"engine"},
    {"serving"},
    {"server"},
    {"ui"},
    {"cli"},
)
LEVEL_OF = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}

#: Slow to import or not needed by everyone: only inside the function that uses them.
HEAVY = {
    "docx",
    "faiss",
    "gradio",
    "huggingface_hub",
    "ir_measures",
    "openpyxl",
    "pypdfium2",
    "resiliparse",
    "safetensors",
    "scipy",
    "sentence_transformers",
    "tokenizers",
    "torch",
    "transformers",
}

AIM_LINES, MAX_LINES = 300, 350
#: Files that are longer, and why.
LONG_FILES: dict[str, str] = {}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(path): path for folder in ("rag", "ui") for path in sorted((ROOT / folder).rglob("*.py"))}
SOURCES = [*FILES.values(), *sorted((ROOT / "tests").rglob("*.py"))]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(module: str) -> str:
    """Name the room of a module: "rag.figures.units" lies in "figures", "ui.render" in "ui", "rag" in none."""
    top, _, rest = module.partition(".")
    return "ui" if top == "ui" else rest.partition(".")[0]


def imported(node: ast.AST) -> Iterator[str]:
    """Yield the modules an import statement names; for one of ours, the file itself."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are written out in full"
        for alias in node.names:
            inner = f"{node.module}.{alias.name}"
            yield inner if inner in FILES else node.module or ""


def imports_of(path: Path) -> Iterator[str]:
    """Yield all imports of a file, those inside functions and for type checking too."""
    for node in ast.walk(tree_of(path)):
        yield from imported(node)


def imports_at_once(path: Path) -> Iterator[str]:
    """Yield what is imported when the file is: not what stands inside functions or under TYPE_CHECKING."""
    waiting: list[ast.AST] = [tree_of(path)]
    while waiting:
        node = waiting.pop()
        yield from imported(node)
        for child in ast.iter_child_nodes(node):
            for_types = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
            if not for_types and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                waiting.append(child)


def is_ours(module: str) -> bool:
    return module.partition(".")[0] in ("rag", "ui")


def upward_imports() -> Iterator[tuple[str, str]]:
    for module, path in FILES.items():
        room = room_of(module)
        if not room:
            continue
        for other in filter(is_ours, imports_of(path)):
            level = LEVEL_OF.get(room_of(other), -1)
            if room_of(other) != room and level >= LEVEL_OF.get(room, -1):
                yield module, other


def circles(graph: dict[str, set[str]]) -> list[str]:
    """Give the modules that import themselves by way of others."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for other in graph.get(waiting.pop(), set()) - seen:
                seen.add(other)
                waiting.append(other)
        return seen

    return sorted(module for module in graph if module in reached(module))


def test_every_file_lies_in_a_room_of_the_table():
    assert {room_of(module) for module in FILES} - {""} <= set(LEVEL_OF)
    assert sum(map(len, LEVELS)) == len(LEVEL_OF)


def test_a_file_imports_only_from_lower_levels():
    assert list(upward_imports()) == []


def test_files_of_one_package_import_each_other_without_circles():
    graph = {module: set(filter(is_ours, imports_of(path))) - {module, "rag"} for module, path in FILES.items()}
    # What a package's __init__ hands on is for those outside of it.
    assert [(m, o) for m, others in graph.items() for o in others if m.startswith(f"{o}.")] == []
    assert circles({module: others for module, others in graph.items() if module != "rag"}) == []


def test_the_circle_finder_finds_a_circle():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == ["b", "c"]


def test_the_package_itself_imports_no_room_until_one_is_asked_for():
    assert list(filter(is_ours, imports_at_once(ROOT / "rag" / "__init__.py"))) == []


def test_only_the_command_line_imports_the_package_itself():
    assert {module for module, path in FILES.items() if "rag" in imports_of(path)} <= {"rag.cli.program"}


def test_heavy_libraries_are_imported_inside_the_function_that_uses_them():
    found = {
        (module, name)
        for module, path in FILES.items()
        for name in imports_at_once(path)
        if name.partition(".")[0] in HEAVY
    }
    assert found == set()


def test_only_the_command_line_prints():
    found = [
        f"{module}:{node.lineno}"
        for module, path in FILES.items()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert [place for place in found if not place.startswith("rag.cli.")] == []


def test_nothing_that_is_read_can_run_code():
    found = []
    for module, path in FILES.items():
        found += [f"{module}: {name}" for name in imports_of(path) if name in ("pickle", "marshal", "shelve", "dill")]
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called in ("eval", "exec", "compile", "__import__", "os.system", "yaml.load", "yaml.unsafe_load"):
                found.append(f"{module}:{node.lineno}: {called}")
            for keyword in node.keywords:
                written = f"{keyword.arg}={ast.unparse(keyword.value)}"
                if written in ("trust_remote_code=True", "allow_pickle=True", "shell=True"):
                    found.append(f"{module}:{node.lineno}: {written}")
    assert found == []


def test_no_input_is_checked_by_an_assertion():
    found = [
        f"{module}:{node.lineno}"
        for module, path in FILES.items()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Assert)
    ]
    assert found == []


def test_no_file_outgrows_its_room():
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES.values()
    }
    assert {name: n for name, n in lengths.items() if n > MAX_LINES and name not in LONG_FILES} == {}
    short = [name for name in LONG_FILES if lengths.get(name, 0) <= AIM_LINES]
    assert short == [], "no longer long: take it off the list"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_source_names_a_folder_of_the_machine_it_was_written_on(path: Path):
    here = [str(folder) for folder in (ROOT, Path(sys.prefix), Path.home()) if len(folder.parts) > 2]
    patterns = [*map(re.escape, here), r"/home/\w+", r"/Users/\w+", r"/roo[t]", r"[A-Z]:\\+Users"]
    assert re.findall(rf"(?:{'|'.join(patterns)})(?=[/\\\\])", path.read_text(encoding="utf-8")) == []
