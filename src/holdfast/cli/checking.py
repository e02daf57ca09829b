"""The command ``check``."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from holdfast.case import Case
from holdfast.cases import (
    is_folder,
    load_arrangement,
    load_case,
    load_settlement,
    packaged_cases,
    read_document,
)
from holdfast.cli.common import BAD_INPUT, say
from holdfast.errors import HoldfastError, UsageProblem
from holdfast.files.problems import listed
from holdfast.runs import expectations

NOT_MET = 1


def check_paths(paths: Sequence[str], case: str | None, overlay: str | None) -> int:
    """Check each path; return the exit status: the worst of all.

    Without a case, the packaged one is taken if there is but one.

    Raises
    ------
    UsageProblem
        If it has to be said which case is meant.
    """
    if case is None:
        packaged = packaged_cases()
        if len(packaged) != 1:
            raise UsageProblem("--case", "which case is meant is not said", f"name one of {listed(packaged)}")
        case = packaged[0]
    read = functools.cache(lambda: load_case(case, overlay))
    return max(_checked(path, case, overlay, read) for path in paths)


def _checked(path: str, case: str, overlay: str | None, read: Callable[[], Case]) -> int:
    """Check one path and say what was found."""
    try:
        if is_folder(path):
            about = load_case(path, overlay).about
            say(f"{path}: the case '{about.name}' is sound")
            return 0
        document = read_document(path)
        if document.kind == "overlay":
            load_case(case, path)
            say(f"{path}: sound, laid over the case {case}")
            return 0
        _ = document.word
        if document.kind == "arrangement":
            return _arrangement(path, case, overlay, read)
        if document.kind == "settlement":
            load_settlement(path, read())
        say(f"{path}: sound ({document.kind})")
    except HoldfastError as wrong:
        say(str(wrong), err=True)
        return BAD_INPUT
    return 0


def _arrangement(path: str, case: str, overlay: str | None, read: Callable[[], Case]) -> int:
    """Check an arrangement against a case and run its expectations."""
    words, _ = load_arrangement(path, read())
    say(f"{path}: sound (arrangement '{words.name}', against the case {case})")
    found = list(expectations(case, path, overlay=overlay))
    for one in found:
        say(f"{path}: {one}")
    return 0 if all(one.met for one in found) else NOT_MET
