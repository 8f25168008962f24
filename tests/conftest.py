"""What all tests go by."""

import pytest
from hypothesis import settings

# The same examples on every run: a machine that builds must not fail by chance.
settings.register_profile("imgfilt", deadline=None, derandomize=True)
settings.load_profile("imgfilt")


@pytest.fixture
def in_folder(tmp_path, monkeypatch):
    """Work in an empty folder, and return its path."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
