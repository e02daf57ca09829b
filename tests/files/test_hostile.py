"""Files made to hurt: each is refused, in a process of its own, soon and in words."""

import subprocess
import sys

import pytest

READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))
from pathlib import Path
from holdfast.files.checking import build
from holdfast.files.problems import FileProblems
from holdfast.files.reading import read
from holdfast.vocabulary.base import Word
class Case(Word):
    name: str
try:
    build(read(Path(sys.argv[1])), Case)
except FileProblems as found:
    print(found)
    sys.exit(2)
"""

LAUGHS = b"a0: &a0 [ha, ha]\n" + b"".join(
    b"a%d: &a%d [*a%d, *a%d, *a%d]\n" % (n, n, n - 1, n - 1, n - 1) for n in range(1, 60)
)
STEPS = b"".join(b" " * level + b"a:\n" for level in range(3_000))

HOSTILE = {
    "billion laughs": (LAUGHS, "names a part of the file to repeat it"),
    "brackets": (b"[" * 100_000, "is nested deeper than 32 levels"),
    "brackets on many lines": (b"[\n" * 100_000, "is nested deeper than 32 levels"),
    "braces": (b"{a: \n" * 100_000, "is nested deeper than 32 levels"),
    "dashes": (b"- " * 9_000, "is nested deeper than 32 levels"),
    "question marks": (b"? " * 9_000, "is nested deeper than 32 levels"),
    "steps": (STEPS, "is nested deeper than 32 levels"),
    "keys given twice": (b"a: 1\n" * 100_000, "the key stands twice, first on line 1"),
    "infinite number": (b"a: 1e999\n", "`1e999` is larger than any number here may be"),
    "long number": (b"a: " + b"9" * 400, "a number of 400 digits is larger than any number here may be"),
    "very long number": (b"a: " + b"9" * 7_000_000, "a number of 7000000 digits"),
    "very long fraction": (b"a: 0." + b"1" * 7_000_000, "a number of 7000002 characters"),
    "not a number": (b"a: .nan\n", "`.nan` is no finite number"),
    "Latin-1": (b"a: caf\xe9\n", "is not UTF-8: byte 7 is 0xE9"),
    "nul": (b"a: \x00\n", "holds a control character (U+0000)"),
    "nuls": (b"\x00" * 7_000_000, "holds a control character (U+0000)"),
    "empty": (b"", "is empty"),
    "only comments": (b"# nothing\n" * 100_000, "is empty"),
    "only line ends": (b"\n" * 7_900_000, "is empty"),
    "bidirectional override": ("a: x\u202ey\n".encode(), "reverses the direction of text (U+202E)"),
    "object": (b"!!python/object/apply:os.system ['false']\n", "the tag `!!python/object/apply:os.system`"),
    "merge key": (b"a: {<<: {b: 1}}\n", "the merge key `<<` is not read"),
    "two documents": (b"a: 1\n---\na: 2\n", "a second document begins here"),
    "a list as key": (b"? [a, b]\n: 1\n", "a list stands where a key is needed"),
    "a long line": (b"a: " + b"x" * 7_000_000, "is 7000003 characters long"),
    "a long key": (b"a" * 7_000_000 + b": 1\n", "is 7000003 characters long"),
    "a long text": (b"name: |\n" + b"  " + b"x" * 7_000 + b"\n", None),
    "many values": (b"- \n" * 2_600_000, "holds more than 250000 values"),
    "many unknown keys": (b"".join(b"k%d: 1\n" % n for n in range(100_000)), "unknown key"),
    "many items alike": (b"- {state: FRA}\n" * 60_000, "a block of keys is needed"),
    "open quote": (b'a: "' + b"x\n" * 3_000_000, "the quote that opens here is never closed"),
    "aliases": (b"- *a\n" * 1_000_000, "`*a` repeats another part of the file"),
    "long tag": (b"- !<" + b"a" * 5_000_000 + b"> x\n", "is 5000007 characters long"),
    "tabs": (b"\t" * 7_000_000, "is 7000000 characters long"),
    "colons": (b":\n" * 3_000_000, "line"),
}


def refusal(path, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, timeout=timeout, check=False
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_is_refused(name, tmp_path):
    data, words = HOSTILE[name]
    path = tmp_path / "hostile.yaml"
    path.write_bytes(data)
    done = refusal(path)
    assert done.stderr == ""
    assert done.returncode == (0 if words is None else 2)
    if words is not None:
        assert words in done.stdout
        assert len(done.stdout) < 100_000


def test_a_hundred_megabytes_are_refused(tmp_path):
    path = tmp_path / "big.yaml"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    done = refusal(path)
    assert (done.returncode, done.stderr) == (2, "")
    assert "is 100.0 MB; at most 8 MB are read" in done.stdout


def test_an_endless_device_is_refused():
    done = refusal("/dev/zero")
    assert (done.returncode, done.stderr) == (2, "")
    assert "is a device or pipe, not a file" in done.stdout
