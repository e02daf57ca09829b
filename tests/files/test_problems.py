import pickle

from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import HoldfastError
from holdfast.files.problems import FileProblems, Problem, listed, nearest, printable, quoted


def problem(line: int, file: str = "a.yaml") -> Problem:
    return Problem(file, line, "x.y", "is missing", "add `y: <text>`")


def test_a_problem_is_shown_on_two_lines():
    assert str(problem(3)) == "a.yaml:3: x.y: is missing\n  Mend: add `y: <text>`"


def test_problems_are_sorted_counted_and_each_shown_once():
    raised = FileProblems([problem(20), problem(3), problem(3)])
    assert isinstance(raised, HoldfastError)
    assert raised.problems == (problem(3), problem(20))
    assert str(raised) == (
        "a.yaml:3: x.y: is missing\n  Mend: add `y: <text>`\n"
        "a.yaml:20: x.y: is missing\n  Mend: add `y: <text>`\n"
        "2 problems in a.yaml."
    )


def test_one_problem_is_counted_as_one():
    assert str(FileProblems([problem(1)])).endswith("\n1 problem in a.yaml.")


def test_files_are_counted():
    assert str(FileProblems([problem(1), problem(1, "b.yaml")])).endswith("\n2 problems in 2 files.")


def test_more_than_two_hundred_problems_are_counted_not_shown():
    text = str(FileProblems(problem(line) for line in range(1, 302)))
    assert "\n... and 101 more, not shown.\n301 problems in a.yaml." in text


def test_a_file_name_cannot_command_the_terminal():
    assert str(problem(1, "a\x1b[2J\udcff.yaml")).startswith("a?[2J?.yaml:1:")


def test_problems_travel_between_processes():
    raised = FileProblems([problem(3), problem(20)])
    again = pickle.loads(pickle.dumps(raised))  # noqa: S301 - our own
    assert again.problems == raised.problems
    assert str(again) == str(raised)


def test_nearest_prefers_the_most_alike_and_the_first_in_the_alphabet():
    assert nearest("bufer_km", ["budget", "buffer_km"]) == "buffer_km"
    assert nearest("Buffer-KM", ["buffer_km"]) == "buffer_km"
    assert nearest("abb", ["abd", "abc"]) == "abc"
    assert nearest("patrol", ["sensor"]) is None
    assert nearest("x", []) is None
    assert nearest("x" * 100_000, ["x" * 100_000]) is None


@given(st.text(), st.lists(st.text()))
def test_nearest_gives_a_known_name_or_none(word, known):
    assert nearest(word, known) in {None, *known}


def test_quoted_cuts_and_stays_on_a_line():
    assert quoted("a\nb") == '"a b"'
    assert quoted("x" * 50) == f'"{"x" * 40}..."'
    assert quoted("x" * 10_000_000) == f'"{"x" * 40}..."'


def test_listed_cuts():
    assert listed(["a", "b"]) == "a, b"
    assert listed(["a", "b", "c"], 2) == "a, b and 1 more"


@given(st.text())
def test_printable_is(text):
    assert printable(text).isprintable()
