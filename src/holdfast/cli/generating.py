"""What the command ``generate`` reads from its options, and who would make up a mission."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from holdfast.cli.common import Output, progress_line, say
from holdfast.errors import UsageProblem


def composed(case: str, arrangement: str, options: dict[str, Any], output: Output) -> None:
    """Say who would make up the missions of an arrangement, and write it; to a workbook if so named."""
    from holdfast.runs import composition

    as_workbook = output.path is not None and Path(output.path).suffix.lower() == ".xlsx"
    if as_workbook and (output.as_json or output.as_csv):
        raise UsageProblem(
            "-o", f"'{output.path}' is a workbook", "leave out --json and --csv, or name another file"
        )
    with progress_line() as tell:
        tell(arrangement)
        found = composition(case, arrangement, **options)
        document = found.document
    if as_workbook:
        from holdfast.files.writing import write_whole
        from holdfast.present.workbook import workbook

        write_whole(Path(str(output.path)), workbook(document))
        say(f"written: {output.path}", err=True)
        return

    def rows() -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        return found.rows

    def text() -> str:
        from holdfast.present.composition import composition as words

        return words(document)

    output.write(document, text, rows)
