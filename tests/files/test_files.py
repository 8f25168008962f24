"""Files are opened without hanging and written whole or not at all, whatever goes wrong."""

import contextlib
import os
import stat
import sys
import threading

import pytest

from imgfilt.errors import ImageError, OutputError
from imgfilt.files import atomic_write, open_regular, printable_path

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")


@pytest.fixture(params=["named", "nameless"], autouse=True)
def named(request, monkeypatch, tmp_path):
    """Whether a file that is being written has a temporary name, as where the system can't else."""
    if request.param == "named":
        monkeypatch.setattr("imgfilt.files.atomic._O_TMPFILE", 0)
        return True
    try:
        os.close(os.open(tmp_path, os.O_TMPFILE | os.O_WRONLY))
    except (OSError, AttributeError):
        return True
    return False


def names(folder):
    return sorted(os.listdir(folder))


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("plain.png", "plain.png"),
        ("a b é.png", "a b é.png"),
        ("two\nlines\t.png", r"two\nlines\t.png"),
        ("\x1b[31mred", r"\x1b[31mred"),
        (b"caf\xe9", r"caf\udce9"),
        ("right\u202eleft", r"right\u202eleft"),
        (7, "7"),
    ],
)
def test_printable_path(path, shown):
    assert printable_path(path) == shown
    printable_path(path).encode()


def test_open_regular_reads(tmp_path):
    (tmp_path / "a").write_bytes(b"content")
    with open_regular(tmp_path / "a") as stream:
        assert stream.read() == b"content"


def test_open_regular_says_what_is_wrong(tmp_path):
    with pytest.raises(ImageError, match=r"none\.png: no such file$"):
        open_regular(tmp_path / "none.png")
    with pytest.raises(ImageError, match=r"is a folder, not a regular file$"):
        open_regular(tmp_path)
    with pytest.raises(ImageError, match="null"):
        open_regular("a\0b")


@posix
def test_open_regular_never_waits(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    opening = threading.Thread(target=lambda: refuse(tmp_path / "fifo", "a FIFO"), daemon=True)
    opening.start()
    opening.join(5)
    assert not opening.is_alive()
    refuse("/dev/zero", "a device")


@posix
def test_open_regular_never_waits_for_a_fifo_that_takes_a_files_place(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "fifo")
    regular = os.stat(tmp_path / "file")
    monkeypatch.setattr("imgfilt.files.opening.os.stat", lambda path: regular)
    opening = threading.Thread(target=lambda: refuse(tmp_path / "fifo", "a FIFO"), daemon=True)
    opening.start()
    opening.join(5)
    assert not opening.is_alive()


def refuse(path, kind):
    with pytest.raises(ImageError, match=f"is {kind}, not a regular file"):
        open_regular(path)


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read it")
def test_open_regular_without_permission(tmp_path):
    (tmp_path / "a").touch(mode=0)
    with pytest.raises(ImageError, match="permission denied"):
        open_regular(tmp_path / "a")


@pytest.mark.parametrize("old", [None, b"old and longer than what is new"])
def test_atomic_write(tmp_path, old, named):
    target = tmp_path / "a.png"
    if old:
        target.write_bytes(old)
    with atomic_write(target) as stream:
        assert stream.write(b"new") == 3
        assert target.read_bytes() == old if old else not target.exists()
        assert len(names(tmp_path)) == bool(old) + named
    assert target.read_bytes() == b"new"
    assert names(tmp_path) == ["a.png"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, RuntimeError, GeneratorExit])
@pytest.mark.parametrize("old", [None, b"old"])
def test_atomic_write_leaves_no_file_after_an_error(tmp_path, error, old):
    target = tmp_path / "a.png"
    if old:
        target.write_bytes(old)
    with pytest.raises(error), atomic_write(target) as stream:
        stream.write(b"half of it")
        raise error
    assert names(tmp_path) == (["a.png"] if old else [])
    assert not old or target.read_bytes() == old


def test_atomic_write_reports_what_an_encoder_could_not_write(tmp_path):
    with pytest.raises(OutputError, match=r"a\.png: No space left on device$"):  # noqa: SIM117
        with atomic_write(tmp_path / "a.png"):
            raise OSError(28, "No space left on device")
    assert names(tmp_path) == []


@contextlib.contextmanager
def small_disk(size):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@posix
def test_atomic_write_notices_a_short_write(tmp_path):
    target = tmp_path / "a.png"
    target.write_bytes(b"old")
    with small_disk(100_000), pytest.raises(OutputError, match="File too large"):  # noqa: SIM117
        with atomic_write(target) as stream:
            stream.write(bytes(100_001))
    assert names(tmp_path) == ["a.png"]
    assert target.read_bytes() == b"old"
    with small_disk(100_000), atomic_write(target) as stream:
        stream.write(bytes(100_000))
    assert target.stat().st_size == 100_000


def test_atomic_write_shows_encoders_no_descriptor(tmp_path):
    with atomic_write(tmp_path / "a.png") as stream, pytest.raises(OSError):
        stream.fileno()


def test_atomic_write_into_a_missing_folder_names_it(tmp_path):
    with pytest.raises(OutputError, match=r"a\.png: there is no folder .*missing$"):  # noqa: SIM117
        with atomic_write(tmp_path / "missing" / "a.png"):
            pass
    assert names(tmp_path) == []


def test_atomic_write_refuses_a_folder(tmp_path):
    with pytest.raises(OutputError, match="is a folder"), atomic_write(tmp_path):
        pass


@posix
def test_atomic_write_refuses_special_files(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(OutputError, match="is a FIFO"), atomic_write(tmp_path / "fifo"):
        pass
    assert stat.S_ISFIFO((tmp_path / "fifo").stat().st_mode)
    with pytest.raises(OutputError, match="is a device"), atomic_write("/dev/null"):
        pass


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write it")
def test_atomic_write_refuses_write_protected_files(tmp_path):
    (tmp_path / "a.png").touch(mode=0o444)
    with pytest.raises(OutputError, match="write-protected"), atomic_write(tmp_path / "a.png"):
        pass


@posix
@pytest.mark.parametrize("dangling", [False, True])
def test_atomic_write_follows_a_symbolic_link(tmp_path, dangling, named):
    home = tmp_path / "home"
    home.mkdir()
    if not dangling:
        (home / "real.png").write_bytes(b"old")
    (tmp_path / "link.png").symlink_to("home/real.png")
    with atomic_write(tmp_path / "link.png") as stream:
        assert len(names(home)) == named + (not dangling)
        stream.write(b"new")
    assert (tmp_path / "link.png").is_symlink()
    assert (home / "real.png").read_bytes() == b"new"
    assert names(home) == ["real.png"]


@posix
def test_atomic_write_keeps_permissions_and_gives_new_files_those_of_the_umask(tmp_path):
    old, new = tmp_path / "old.png", tmp_path / "new.png"
    old.touch()
    old.chmod(0o604)
    umask = os.umask(0o027)
    try:
        for target in (old, new):
            with atomic_write(target) as stream:
                stream.write(b"x")
    finally:
        os.umask(umask)
    assert stat.S_IMODE(old.stat().st_mode) == 0o604
    assert stat.S_IMODE(new.stat().st_mode) == 0o640


def test_atomic_write_takes_a_name_as_long_as_names_can_be(tmp_path):
    name = "a" * 251 + ".png"
    with atomic_write(tmp_path / name) as stream:
        stream.write(b"x")
    assert names(tmp_path) == [name]
    with pytest.raises(OutputError, match=r"File name too long|no such file"):  # noqa: SIM117
        with atomic_write(tmp_path / ("a" + name)):
            pass
    assert names(tmp_path) == [name]
