"""What all tests go by."""

import os
import signal

import pytest
from hypothesis import settings

# The same examples on every run: a machine that builds must not fail by chance.
settings.register_profile("imgfilt", deadline=None, derandomize=True)
settings.load_profile("imgfilt")

# In a shell's background and under nohup these signals are ignored, by the tested commands as well.
for _name, _handler in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
    if hasattr(signal, _name) and signal.getsignal(getattr(signal, _name)) == signal.SIG_IGN:
        signal.signal(getattr(signal, _name), _handler)


# pytest-xdist sets it; commands in a pipe then break lines as on a terminal.
os.environ.pop("COLUMNS", None)


@pytest.fixture
def in_folder(tmp_path, monkeypatch):
    """Work in an empty folder, and return its path."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
