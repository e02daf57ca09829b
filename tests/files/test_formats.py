import pytest

from holdfast.files.formats import KINDS, headed
from holdfast.files.nodes import Block, at, key_line, plain, with_key
from holdfast.files.problems import FileProblems
from holdfast.files.reading import parse

TOY_KINDS = {"toy": 3, "arrangement": 1}


def rename_belt(body: Block) -> Block:
    renamed = with_key(body, ("belt",), "buffer_km")
    assert isinstance(renamed, Block)
    return renamed


def rename_title(body: Block) -> Block:
    renamed = with_key(body, ("title",), "name")
    assert isinstance(renamed, Block)
    return renamed


TOY_MIGRATIONS = {("toy", 1): rename_belt, ("toy", 2): rename_title}


def refusal(text: bytes, **options) -> str:
    with pytest.raises(FileProblems) as caught:
        headed(parse(text, "f.yaml"), **options)
    return str(caught.value.problems[0])


def test_every_kind_has_a_first_version():
    assert set(KINDS.values()) == {1}
    assert {"case", "arrangement", "overlay", "ledger"} <= set(KINDS)


def test_the_header_is_read_and_taken_off():
    found = headed(parse(b"holdfast: arrangement/1\nname: x\n", "f.yaml"), ["arrangement"])
    assert (found.kind, found.version, plain(found.body)) == ("arrangement", 1, {"name": "x"})


@pytest.mark.parametrize(
    ("text", "expected", "message"),
    [
        (
            b"name: x\n",
            ["arrangement"],
            (
                "f.yaml:1: holdfast: does not say what kind of file it is\n"
                "  Mend: begin with the line `holdfast: arrangement/1`"
            ),
        ),
        (
            b"- 1\n",
            ["arrangement"],
            (
                "f.yaml:1: holdfast: a file holds keys with values, not a list or a single value\n"
                "  Mend: begin with the line `holdfast: arrangement/1`"
            ),
        ),
        (
            b"name: x\nholdfast: arrangement/1\n",
            (),
            (
                "f.yaml:2: holdfast: stands below other keys\n"
                "  Mend: make `holdfast: arrangement/1` the first line of the file"
            ),
        ),
        (
            b"holdfast: arangement/1\n",
            (),
            (
                "f.yaml:1: holdfast: there is no kind of file called `arangement`\n"
                "  Mend: did you mean `holdfast: arrangement/1`?"
            ),
        ),
        (
            b"holdfast: zzz/1\n",
            ["case", "overlay"],
            "f.yaml:1: holdfast: there is no kind of file called `zzz`\n  Mend: the kinds are case, overlay",
        ),
        (
            b"holdfast: arrangement/2\n",
            (),
            (
                "f.yaml:1: holdfast: this Holdfast reads arrangement/1, not arrangement/2\n"
                "  Mend: update Holdfast"
            ),
        ),
        (
            b"holdfast: arrangement\n",
            (),
            "f.yaml:1: holdfast: must be written KIND/VERSION\n  Mend: write `holdfast: arrangement/1`",
        ),
        (
            b"holdfast: [1]\n",
            ["case"],
            "f.yaml:1: holdfast: must be written KIND/VERSION\n  Mend: write `holdfast: case/1`",
        ),
        (
            b"holdfast: theatre/1\n",
            ["arrangement"],
            (
                "f.yaml:1: holdfast: this is a theatre file; an arrangement file is needed here\n"
                "  Mend: name an arrangement file"
            ),
        ),
    ],
)
def test_refusals(text, expected, message):
    assert refusal(text, expected=expected) == message


def test_without_an_expectation_all_kinds_are_named():
    assert refusal(b"a: 1").endswith(
        "begin with the line `holdfast: KIND/VERSION`, where KIND is one of " + ", ".join(sorted(KINDS))
    )


def test_migrations_run_in_order_and_keep_lines():
    text = b"holdfast: toy/1\n# a comment\nbelt: 5\ntitle: x\n"
    found = headed(parse(text, "f.yaml"), kinds=TOY_KINDS, migrations=TOY_MIGRATIONS)
    assert (found.version, plain(found.body)) == (1, {"buffer_km": 5, "name": "x"})
    assert key_line(found.body, ("buffer_km",)) == 3
    assert at(found.body, ("name",)).line == 4


def test_migrations_begin_where_the_file_is():
    found = headed(parse(b"holdfast: toy/2\ntitle: x\n", "f"), kinds=TOY_KINDS, migrations=TOY_MIGRATIONS)
    assert plain(found.body) == {"name": "x"}


def test_a_version_without_migration_is_refused():
    assert refusal(b"holdfast: toy/1\n", kinds=TOY_KINDS, migrations={}) == (
        "f.yaml:1: holdfast: toy/1 can no longer be read\n"
        "  Mend: write it as toy/3; the manual says what changed"
    )
