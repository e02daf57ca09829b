"""Same question, same bytes: whatever the hash seed, the number of threads and the folder."""

import json
import os
import subprocess
import sys

import pytest

from holdfast import compare

QUESTION = ("compare", "ukraine", "osce-monitors", "reassurance-force", "--futures", "32", "--seed", "0")

# Each setting stands with each of the others somewhere.
SETTINGS = [
    {"PYTHONHASHSEED": "0", "threads": "1", "where": "here"},
    {"PYTHONHASHSEED": "0", "threads": "2", "where": "there"},
    {"PYTHONHASHSEED": "1", "threads": "2", "where": "here"},
    {"PYTHONHASHSEED": "1", "threads": "1", "where": "there"},
    {"PYTHONHASHSEED": "random", "threads": "1", "where": "there"},
    {"PYTHONHASHSEED": "random", "threads": "2", "where": "here"},
]
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")


def asked(setting: dict[str, str], folder, *options: str) -> bytes:
    """Return what a process of its own prints."""
    environment = {
        **os.environ,
        "PYTHONHASHSEED": setting["PYTHONHASHSEED"],
        **dict.fromkeys(THREADS, setting["threads"]),
        "TZ": "Pacific/Auckland" if setting["where"] == "there" else "UTC",
        "LC_ALL": "C.UTF-8" if setting["where"] == "there" else "C",
    }
    done = subprocess.run(
        [sys.executable, "-m", "holdfast", *QUESTION, *options],
        cwd=folder if setting["where"] == "there" else None,
        env=environment,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def wanted() -> bytes:
    """What this process would print."""
    document = compare("ukraine", QUESTION[2:4], futures=32, seed=0).document
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: "-".join(setting.values()))
def test_the_same_question_gives_the_same_bytes(setting, wanted, tmp_path):
    assert asked(setting, tmp_path, "--json") == wanted


def test_the_table_is_the_same_whatever_the_threads(tmp_path):
    assert asked(SETTINGS[0], tmp_path, "--csv") == asked(SETTINGS[1], tmp_path, "--csv")
