"""What a cluster can't be asked for, said before anything is touched; no cluster is needed."""

import subprocess
import sys
from pathlib import Path

import pytest

from ..cli_support import files, refused, save, succeed
from ..examples import FILTER_COMMANDS

NOWHERE = "tcp://127.0.0.1:9"


@pytest.fixture(autouse=True)
def inputs(in_folder):
    save("a.png", 5, 6, 3)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a cluster makes no figures; give each parameter one value", "a.png --size 3,5 -o b.png"),
        ("stdin is on this machine alone; name files", "- -o b.png"),
        ("stdout is on this machine alone; name a file or a folder", "a.png -o -"),
    ],
)
def test_what_only_this_machine_can_do(line, words):
    refused(f"--cluster: {line}", "blur", *words.split(), "--cluster", NOWHERE)


@pytest.mark.parametrize("name", FILTER_COMMANDS)
def test_without_the_extra(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    words, _ = FILTER_COMMANDS[name]
    line = "--cluster needs distributed (...", name, *words, "a.png", "-o", "out/"
    refused(*line, "--cluster", NOWHERE, "--report", "report.jsonl")


def test_a_dry_run_asks_nobody():
    done = succeed("blur", "a.png", "-o", "out/", "-n", "--cluster", NOWHERE)
    assert done.stdout == "write   a.png -> out/a.png\n"


def test_a_file_that_no_scheduler_has_written():
    words = "blur", "a.png", "-o", "out/", "--cluster"
    missing = "--cluster s.json: no such file; wanted tcp://HOST:PORT or such a file"
    refused(missing, *words, "s.json")
    for content in ("words", "[]", "{}", '{"address": 5}'):
        Path("s.json").write_text(content)
        refused("--cluster s.json: no scheduler has written this file", *words, "s.json")
    Path("s.json").write_bytes(b"\xff\xfe")
    refused("--cluster s.json: no scheduler has written this file", *words, "s.json")


@pytest.mark.slow
@pytest.mark.parametrize("address", [NOWHERE, "tcp://", "nonsense://host:1", "tcp://host:port"])
def test_nobody_answers(address):
    """In a process of its own, as what is left of one try spoils the next."""
    pytest.importorskip("distributed")
    impatient = "from imgfilt.cluster import client; client._ANSWER_SECONDS = 0.2"
    code = f"{impatient}; from imgfilt.__main__ import main; main()"
    words = "blur", "a.png", "-o", "out/", "--report", "report.jsonl", "--cluster", address
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, b"")
    start = f"imgfilt: --cluster {address}: no scheduler there (".encode()
    assert done.stderr.startswith(start), done.stderr
    assert done.stderr.count(b"\n") == 1, done.stderr
    assert list(files()) == ["a.png"]
