"""What the commands share: options, output, progress, and how errors leave."""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from holdfast.errors import HoldfastError, UsageProblem

Command = TypeVar("Command", bound=Callable[..., Any])
BAD_INPUT = 2
INTERRUPTED = 130
DEFECT = 70
IN_WORKBOOKS = ("generate",)
"""Commands that can write a workbook."""


def say(text: str, *, err: bool = False) -> None:
    """Print a line."""
    put(text + "\n", err=err)


def put(text: str, *, err: bool = False) -> None:
    """Print text as it is; leave quietly if nobody reads on."""
    try:
        click.echo(text, nl=False, err=err)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - keeps the exit quiet
        sys.exit(128 + signal.SIGPIPE)


class WholeNumber(click.ParamType[int]):
    """A whole number; says what is wrong and what to type in our words."""

    name = "whole number"

    def __init__(self, option: str, example: str = "512") -> None:
        self.option = option
        self.example = example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401, ARG002
        """Return the number, or refuse the text."""
        if isinstance(value, int):
            return value
        try:
            return int(str(value).replace("_", ""))
        except ValueError:
            raise UsageProblem(
                self.option, f"'{value}' is no whole number", f"type digits, such as {self.example}"
            ) from None


def options_of_a_question(command: Command) -> Command:
    """Add the options that compare, assess and authorise share."""
    return options_of_a_plan(
        click.option(
            "--years",
            type=WholeNumber("--years", "5"),
            default=5,
            show_default=True,
            help="Horizon for causes of failure and cost, 1 to 10.",
        )(command)
    )


def options_of_a_plan(command: Command) -> Command:
    """Add the options that every question about a case has, of whatever horizon."""
    options = [
        click.option(
            "--futures",
            type=WholeNumber("--futures"),
            default=512,
            show_default=True,
            help="Joint draws of every estimate; a multiple of 16.",
        ),
        click.option(
            "--seed",
            type=WholeNumber("--seed"),
            default=1,
            show_default=True,
            help="From 0; the same seed gives the same bytes.",
        ),
        click.option(
            "--settlement",
            metavar="NAME|FILE",
            help="The ceasefire or peace terms; without it, the case's own choice.",
        ),
        click.option(
            "--overlay", metavar="FILE", help="A private file of other figures, laid over the case."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True)
class Output:
    """How a result is to be written, and where."""

    as_json: bool
    as_csv: bool
    path: str | None

    @property
    def is_workbook(self) -> bool:
        """Whether an Excel workbook is asked for, by the name of the file."""
        return _is_workbook(self.path)

    def write(
        self,
        document: Any,  # noqa: ANN401 - JSON-ready
        text: Callable[[], str],
        rows: Callable[[], tuple[Sequence[str], Sequence[Sequence[object]]]],
    ) -> None:
        """Write a result in the form asked for, to standard output or whole to a file."""
        if self.as_json:
            content = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        elif self.as_csv:
            from holdfast.present.csv_text import csv_text

            content = csv_text(*rows())
        else:
            content = text()
        if self.path is None:
            put(content)
            return
        from holdfast.files.writing import write_whole

        write_whole(Path(self.path), content)
        say(f"written: {self.path}", err=True)


def _is_workbook(path: str | None) -> bool:
    return path is not None and Path(path).suffix.lower() == ".xlsx"


def output_options(command: Command) -> Command:
    """Add --json, --csv and -o, and hand them on as ``output``."""

    @click.option("--json", "as_json", is_flag=True, help="One JSON document, for programs and for verify.")
    @click.option("--csv", "as_csv", is_flag=True, help="Comma-separated values.")
    @click.option("-o", "--output", "path", metavar="FILE", help="Write to a file, whole or not at all.")
    @functools.wraps(command)
    def with_output(*args: Any, as_json: bool, as_csv: bool, path: str | None, **kwargs: Any) -> Any:  # noqa: ANN401
        if as_json and as_csv:
            raise UsageProblem("--json, --csv", "both are given", "give one of the two")
        if path is not None:
            from holdfast.files.writing import check_target

            check_target(Path(path))
            if _is_workbook(path) and command.__name__ not in IN_WORKBOOKS:
                wrong = f"'{path}' is a workbook, which only {', '.join(IN_WORKBOOKS)} writes"
                raise UsageProblem("-o", wrong, "name a .csv file, and add --csv")
            if _is_workbook(path) and (as_json or as_csv):
                wrong = f"'{path}' is a workbook"
                raise UsageProblem("-o", wrong, "leave out --json and --csv, or name another file")
        return command(*args, output=Output(as_json, as_csv, path), **kwargs)

    return with_output  # type: ignore[return-value]


class _Told(logging.Handler):
    """Passes on what is logged as a line of progress."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__(logging.INFO)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        self._tell(record.getMessage())


@contextlib.contextmanager
def progress_line() -> Iterator[Callable[[str], None]]:
    """Show one line of progress on a terminal, and wipe it at the end; silent elsewhere.

    What the package logs meanwhile is shown there too.
    """
    shown = sys.stderr.isatty()

    def tell(text: str) -> None:
        if shown:
            click.echo(f"\r\x1b[2K{text} ...", nl=False, err=True)

    logger, told = logging.getLogger("holdfast"), _Told(tell)
    before = logger.level
    logger.addHandler(told)
    logger.setLevel(logging.INFO)
    try:
        yield tell
    finally:
        logger.removeHandler(told)
        logger.setLevel(before)
        if shown:
            click.echo("\r\x1b[2K", nl=False, err=True)


def guarded(app: click.Group) -> None:
    """Run the application; leave with a status that says what happened, never with a traceback.

    0 done, 1 checked and not borne out, 2 a file or option is wrong, 70 a defect of Holdfast, 130 stopped.
    """
    try:
        app(prog_name="holdfast", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(BAD_INPUT)
    except HoldfastError as wrong:
        say(str(wrong), err=True)
        sys.exit(BAD_INPUT)
    except (KeyboardInterrupt, click.Abort):
        say("stopped; nothing was written", err=True)
        sys.exit(INTERRUPTED)
    except MemoryError:
        say("--futures: not enough memory for so many\n  Mend: give fewer futures", err=True)
        sys.exit(BAD_INPUT)
    except Exception as defect:  # a user must never meet a traceback
        if os.environ.get("HOLDFAST_TRACEBACK"):
            raise
        say(
            f"This is a defect of Holdfast, not of your files: {type(defect).__name__}: {defect}\n"
            "  Mend: open an issue with the command and, if you may share them, the files; "
            "HOLDFAST_TRACEBACK=1 prints what developers need",
            err=True,
        )
        sys.exit(DEFECT)
