import json
import math
import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.compat import StringIO

from holdfast.files import reading
from holdfast.files.nodes import at, plain
from holdfast.files.problems import FileProblems
from holdfast.files.reading import parse, read, read_bytes


@pytest.fixture(params=["c", "pure"], autouse=True)
def parser(request, monkeypatch):
    """Run each test with the C parser and with the pure one."""
    if request.param == "pure":
        monkeypatch.setattr(reading, "CParser", None)
    else:
        assert reading.CParser is not None
    return request.param


def value(text: str):
    return plain(parse(f"x: {text}\n".encode(), "f.yaml"))["x"]


def refusals(data: bytes | str) -> list[str]:
    with pytest.raises(FileProblems) as caught:
        parse(data.encode() if isinstance(data, str) else data, "f.yaml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("off", "off"),
        ("12:30", "12:30"),
        ("2024-05-01", "2024-05-01"),
        ("010", 10),
        ("-7", -7),
        ("+7", 7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1e-3", 0.001),
        ("1.", 1.0),
        (".5", 0.5),
        ("-1.5E2", -150.0),
        ("1_000", "1_000"),
        ("1e15", 1e15),
        ("1000000000000000", 10**15),
        ("0.0e0", 0.0),
        ("true", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ("~", None),
        ("", None),
        ("null", None),
        ("'1'", "1"),
        ('"true"', "true"),
        ("'~'", "~"),
        ("''", ""),
        ("|\n  1", "1\n"),
        ("7.5 mi", "7.5 mi"),
        ("0x", "0x"),
        ("1e", "1e"),
        ("inf", "inf"),
        ("0b1", "0b1"),
    ],
)
def test_values_follow_the_core_schema_of_yaml_1_2(text, meaning):
    found = value(text)
    assert found == meaning
    assert type(found) is type(meaning)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (".nan", "`.nan` is no finite number\n  Mend: write a number, or leave the key out"),
        ("-.INF", "`-.INF` is no finite number\n  Mend: write a number, or leave the key out"),
        (
            "1e999",
            (
                "`1e999` is larger than any number here may be\n"
                "  Mend: write a number between -1e15 and 1e15, or put it in quotes if it is a text"
            ),
        ),
        (
            "-1000000000000001",
            (
                "`-1000000000000001` is larger than any number here may be\n"
                "  Mend: write a number between -1e15 and 1e15, or put it in quotes if it is a text"
            ),
        ),
        (
            "9" * 400,
            (
                "a number of 400 digits is larger than any number here may be\n"
                "  Mend: write a number between -1e15 and 1e15, or put it in quotes if it is a text"
            ),
        ),
        (
            "0x" + "f" * 19,
            (
                "a number of 19 digits is larger than any number here may be\n"
                "  Mend: write a number between -1e15 and 1e15, or put it in quotes if it is a text"
            ),
        ),
        ("0." + "1" * 99, "a number of 101 characters\n  Mend: write at most 17 digits"),
        ("1e-999", "`1e-999` is too small to be told from 0\n  Mend: write 0, or a larger number"),
    ],
)
def test_numbers_that_are_refused(text, message):
    assert refusals(f"x: {text}") == [f"f.yaml:1: x: {message}"]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            "a: &x [1, *x]\n",
            [
                "f.yaml:1: a: `&x` names a part of the file to repeat it\n  Mend: take out `&x`",
                "f.yaml:1: a[1]: `*x` repeats another part of the file\n  Mend: write that part out here",
            ],
        ),
        (
            "a:\n  <<: {b: 1}\n",
            ["f.yaml:2: a: the merge key `<<` is not read\n  Mend: write the keys out here"],
        ),
        (
            "a: !!python/object/apply:os.system [ls]\n",
            [
                (
                    "f.yaml:1: a: the tag `!!python/object/apply:os.system` is not read\n"
                    "  Mend: take it out; write the plain value"
                )
            ],
        ),
        (
            "a: !own x",
            ["f.yaml:1: a: the tag `!own` is not read\n  Mend: take it out; write the plain value"],
        ),
        (
            "a: 1\n---\nb: 1\n",
            [
                (
                    "f.yaml:2: the file: a second document begins here\n"
                    "  Mend: keep one document a file; take out the line `---`"
                )
            ],
        ),
        (
            "b:\n  a: 1\n  a: 2\n",
            ["f.yaml:3: b.a: the key stands twice, first on line 2\n  Mend: keep one of the two"],
        ),
        (
            "2027: x\ntrue: y\n? [a]\n: 1\n? {b: c}\n: 2\n?\n: 3\n",
            [
                'f.yaml:1: the file: the key `2027` is not a text\n  Mend: put it in quotes: `"2027":`',
                'f.yaml:2: the file: the key `true` is not a text\n  Mend: put it in quotes: `"true":`',
                "f.yaml:3: the file: a list stands where a key is needed\n  Mend: write a text as key",
                "f.yaml:5: the file: a block stands where a key is needed\n  Mend: write a text as key",
                "f.yaml:7: the file: a value stands without a key\n  Mend: write `key: value`",
            ],
        ),
        (
            "a: x\u202ey\n",
            [
                (
                    "f.yaml:1: line 1: holds a character that reverses the direction of text (U+202E) "
                    "at column 5\n  Mend: delete it"
                )
            ],
        ),
        (
            'a:\n  b: "x\\u202e"\n',
            [
                (
                    "f.yaml:2: a.b: the text holds a character that reverses the direction of text (U+202E)\n"
                    "  Mend: delete it from the text"
                )
            ],
        ),
        (
            "a: 1\nb: \x00\nc: \u200b\n",
            [
                "f.yaml:2: line 2: holds a control character (U+0000) at column 4\n  Mend: delete it",
                "f.yaml:3: line 3: holds an invisible character (U+200B) at column 4\n  Mend: delete it",
            ],
        ),
        (
            "a: 1\n\u00a0\u00a0b: 2\n",
            ['f.yaml:2: the file: blanks belong to the key "b"\n  Mend: take them out'],
        ),
        (
            "a: " + "x" * 20_000,
            ["f.yaml:1: line 1: is 20003 characters long; at most 20000 are read\n  Mend: break the line"],
        ),
        ("[" * 33, ["f.yaml:1: the file: is nested deeper than 32 levels\n  Mend: flatten the data"]),
        *[
            (
                text,
                [
                    (
                        "f.yaml:1: the file: is empty\n"
                        "  Mend: begin with the line `holdfast: KIND/VERSION`, then the data"
                    )
                ],
            )
            for text in ("", "# only\n# comments\n", "---\n", "\n\n", "~", "\ufeff")
        ],
    ],
)
def test_what_is_refused(text, messages):
    assert refusals(text) == messages


def test_thirty_two_levels_are_read():
    assert str(plain(parse(b"[" * 32 + b"]" * 32, "f"))) == "[" * 32 + "]" * 32


def test_all_problems_come_at_once():
    found = refusals("a: .nan\na: 1\nb: *x\nc: 1e999\nd: !t 1\n<<: 1\n")
    assert [problem.split(": ")[0] for problem in found] == [f"f.yaml:{line}" for line in (1, 2, 3, 4, 5, 6)]


def test_problems_before_a_broken_line_are_kept():
    found = refusals("a: .nan\nb: [1, 2\nc: 3\n")
    assert found[0].startswith("f.yaml:1: a: `.nan` is no finite number")
    assert found[1].startswith("f.yaml:2: line 2: the `[` that opens here is not closed")


def test_reading_stops_after_five_hundred_problems():
    found = refusals("- .nan\n" * 1_000)
    assert len(found) == 501
    assert any("reading stopped here, after too many problems" in problem for problem in found)


def test_not_utf_8_names_line_and_byte():
    assert refusals(b"a: 1\r\nb: caf\xe9\n") == [
        "f.yaml:2: the file: is not UTF-8: byte 13 is 0xE9\n  Mend: save the file as UTF-8 in your editor"
    ]
    assert refusals("a: 1".encode("utf-16")) == [
        "f.yaml:1: the file: is written in UTF-16, not UTF-8\n  Mend: save the file as UTF-8"
    ]


def test_a_byte_order_mark_is_tolerated():
    assert plain(parse(b"\xef\xbb\xbfa: 1\n", "f")) == {"a": 1}


def test_a_header_directive_is_refused(parser):
    line = 1 if parser == "c" else 2
    assert refusals("%YAML 1.1\n---\na: 1\n") == [
        (
            f"f.yaml:{line}: the file: the file begins with a `%` directive\n"
            f"  Mend: take out the lines above `---`"
        )
    ]


def test_line_ends_of_all_systems_count():
    root = parse(b"a: 1\r\nb: 2\nc: 3\n", "f")
    assert [at(root, (key,)).line for key in "abc"] == [1, 2, 3]


def refusal_of(path) -> str:
    with pytest.raises(FileProblems) as caught:
        read_bytes(path)
    assert len(caught.value.problems) == 1
    return str(caught.value.problems[0])


def test_a_file_is_read(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n")
    assert plain(read(path)) == {"a": 1}
    assert at(read(path), ("a",)).file == str(path)


def test_a_missing_file_gets_the_nearest_name(tmp_path):
    (tmp_path / "monitors.yaml").write_text("")
    path = tmp_path / "monitor.yaml"
    assert refusal_of(path) == (
        f"{path}:1: the file: does not exist\n  Mend: did you mean {tmp_path / 'monitors.yaml'}?"
    )


def test_a_missing_file_gets_the_names_there_are(tmp_path):
    path = tmp_path / "qqq"
    assert refusal_of(path) == (
        f"{path}:1: the file: does not exist\n  Mend: name a file; the folder {tmp_path} is empty"
    )
    (tmp_path / "monitors.yaml").write_text("")
    assert refusal_of(path) == (
        f"{path}:1: the file: does not exist\n  Mend: name a file in {tmp_path}, which holds monitors.yaml"
    )


def test_a_missing_folder_is_named(tmp_path):
    path = tmp_path / "no" / "a.yaml"
    assert refusal_of(path) == (
        f"{path}:1: the file: does not exist\n"
        f"  Mend: the folder {path.parent} does not exist or may not be read; check the path"
    )


def test_a_folder_is_no_file(tmp_path):
    assert refusal_of(tmp_path) == (
        f"{tmp_path}:1: the file: is a folder, not a file\n"
        f"  Mend: name a file; the folder {tmp_path} is empty"
    )


def test_a_pipe_is_no_file(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert refusal_of(path) == (
        f"{path}:1: the file: is a device or pipe, not a file\n  Mend: name an ordinary file"
    )


def test_a_hundred_megabytes_are_refused_unread(tmp_path, monkeypatch):
    path = tmp_path / "big.yaml"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    assert stat.S_ISREG(path.stat().st_mode)
    monkeypatch.setattr(type(path), "open", lambda *_: pytest.fail("was opened"))
    assert refusal_of(path) == (
        f"{path}:1: the file: is 100.0 MB; at most 8 MB are read\n"
        "  Mend: check that it is the right file, or split it"
    )


def test_what_may_not_be_read_is_said(tmp_path, monkeypatch):
    path = tmp_path / "a.yaml"
    path.write_text("a: 1")

    def deny(*_):
        raise PermissionError

    monkeypatch.setattr(type(path), "open", deny)
    assert (
        refusal_of(path) == f"{path}:1: the file: may not be read\n  Mend: give yourself the right to read it"
    )


@pytest.mark.parametrize("name", ["a\0b", "x" * 5_000])
def test_an_impossible_name_is_refused(tmp_path, name):
    assert "cannot be opened\n  Mend: check the name and the disk" in refusal_of(tmp_path / name)


TEXTS = st.text(
    st.characters(exclude_categories=("C", "Zl", "Zp"), exclude_characters="\u200b\u2060"), max_size=30
)
NUMBERS = (
    st.integers(-(10**15), 10**15)
    | st.floats(-1e15, 1e15)
    | st.sampled_from([1e-300, 5e-324, -0.0, 123456.789e3])
)
DATA = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS.map(str.strip), inner, max_size=5),
    max_leaves=20,
).filter(lambda data: data is not None)


@given(DATA)
def test_what_json_writes_is_read(data):
    assert plain(parse(json.dumps(data, ensure_ascii=False, indent=1).encode(), "f")) == data


@given(DATA)
def test_what_a_yaml_writer_writes_is_read(data):
    stream = StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.width = 10_000
    writer.dump(data, stream)
    read_back = plain(parse(stream.getvalue().removesuffix("...\n").encode(), "f"))
    assert read_back == data


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data):
    _, problems = parsed(data)
    assert all(problem.line >= 1 and problem.mend for problem in problems)


@given(
    st.text(max_size=300)
    | st.text(st.sampled_from("ab:- \n\t[]{},'\"#&*!|>%@?~<.01e"), max_size=200)
    | st.lists(
        st.sampled_from(
            ["a: ", "- ", "\n", "  ", "[", "]", "{", "}", "'", '"', "? ", ": ", "x", "---\n", "|", "\t"]
        )
    ).map("".join)
)
def test_no_text_breaks_the_reader(text):
    data, problems = parsed(text.encode("utf-8", "surrogatepass"))
    last = text.count("\n") + text.count("\r") + 1
    assert all(1 <= problem.line <= last and problem.mend for problem in problems)
    assert not any(isinstance(leaf, float) and not math.isfinite(leaf) for leaf in leaves(data))


def parsed(data: bytes):
    """Return what the bytes mean, and the problems with them."""
    try:
        return plain(parse(data, "f")), ()
    except FileProblems as found:
        return None, found.problems


def leaves(data):
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        return [leaf for item in data for leaf in leaves(item)]
    return [data]
