"""What the command ``require`` reads from its options, and the need of tasks by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from holdfast.cli.common import Output
from holdfast.errors import UsageProblem


class Measure(click.ParamType[float]):
    """A length, a number of sites or of people; says what is wrong and what to type in our words."""

    name = "number"

    def __init__(self, option: str, example: str) -> None:
        self.option = option
        self.example = example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401, ARG002
        """Return the number, or refuse the text."""
        if isinstance(value, int | float):
            return float(value)
        try:
            return float(str(value).replace("_", "").replace(",", ""))
        except ValueError:
            raise UsageProblem(
                self.option, f"'{value}' is no number", f"type digits, such as {self.example}"
            ) from None


def need_of(
    tasks: Sequence[str], km: float | None, sites: float | None, population: float | None, output: Output
) -> None:
    """Reckon what tasks need by themselves and write it."""
    from holdfast.runs.need import need

    document = need(tasks, km=km, sites=sites, population=population).document

    def rows() -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        from holdfast.present.need import need_rows

        return need_rows(document)

    def text() -> str:
        from holdfast.present.need import need as words

        return words(document)

    output.write(document, text, rows)
