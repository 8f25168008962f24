"""What all tests go by."""

from hypothesis import settings

# The same examples on every run: a machine that builds must not fail by chance.
settings.register_profile("imgfilt", deadline=None, derandomize=True)
settings.load_profile("imgfilt")
