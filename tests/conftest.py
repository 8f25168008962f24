"""What all tests go by."""

from hypothesis import settings

import imgfilt

# The same examples on every run: a machine that builds must not fail by chance.
settings.register_profile("imgfilt", deadline=None, derandomize=True)
settings.load_profile("imgfilt")

# The function, before a test imports the module of that name.
assert callable(imgfilt.pipeline.apply)
