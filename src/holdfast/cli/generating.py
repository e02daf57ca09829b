"""What the command ``generate`` reads from its options, and who would make up a mission."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.cli.common import Output, progress_line, say

if TYPE_CHECKING:
    from holdfast.case import Case


def composed(case: str, arrangement: str, options: dict[str, Any], output: Output) -> Case:
    """Say who would make up the missions of an arrangement, and write it; to a workbook if so named.

    Returns
    -------
    Case
    """
    from holdfast.runs import composition

    with progress_line() as tell:
        tell(arrangement)
        found = composition(case, arrangement, **options)
        document = found.document
    if output.is_workbook:
        from holdfast.files.writing import write_whole
        from holdfast.present.workbook import workbook

        write_whole(Path(str(output.path)), workbook(document))
        say(f"written: {output.path}", err=True)
        return found.setup.case

    def rows() -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        return found.rows

    def text() -> str:
        from holdfast.present.composition import composition as words

        return words(document)

    output.write(document, text, rows)
    return found.setup.case
