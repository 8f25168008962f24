"""The filters: one import for each filter, in the order of the commands.

The table FILTERS is made of these imports. The commands, their help, the public names of imgfilt
and the tests follow from it.
"""

from __future__ import annotations

from .base import Filter as Filter
from .declaration import Parameter as Parameter

# isort: off
from .convolve import Convolve as Convolve
from .blur import Blur as Blur
from .gaussian import Gaussian as Gaussian
from .median import Median as Median
from .bilateral import Bilateral as Bilateral
from .nlmeans import NLMeans as NLMeans
from .edges import Edges as Edges
# isort: on

# Command -> class.
FILTERS: dict[str, type[Filter]] = {
    kind.__name__.lower(): kind
    for kind in list(globals().values())
    if isinstance(kind, type) and issubclass(kind, Filter) and kind is not Filter
}
