"""Write the reports into a folder, each in its format."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.made_up.values import Report


def write_reports(reports: Iterable[Report], folder: Path) -> None:
    """Write each report as its file name says: .txt, .md with tables, .docx with tables."""
    for report in reports:
        path = folder / report.file
        match path.suffix:
            case ".docx":
                _write_docx(report, path)
            case ".md":
                path.write_text(_markdown(report), encoding="utf-8")
            case _:
                path.write_text(report.text, encoding="utf-8")


def _markdown(report: Report) -> str:
    parts = []
    for block in report.blocks:
        if block.rows:
            lines = [f"| {' | '.join(row.cells)} |" for row in block.rows]
            parts.append("\n".join([lines[0], "|" + " --- |" * len(block.rows[0].cells), *lines[1:]]))
        else:
            parts.append("#" * (block.level + 1) + " " + block.text if block.level else block.text)
    return "\n\n".join(parts) + "\n"


def _write_docx(report: Report, path: Path) -> None:
    import docx

    document = docx.Document()
    for block in report.blocks:
        if block.rows:
            table = document.add_table(rows=len(block.rows), cols=len(block.rows[0].cells))
            for i, row in enumerate(block.rows):
                for j, cell in enumerate(row.cells):
                    table.cell(i, j).text = cell
        elif block.level:
            document.add_heading(block.text, level=block.level)
        else:
            for line in block.text.splitlines():
                document.add_paragraph(line)
    document.save(str(path))
