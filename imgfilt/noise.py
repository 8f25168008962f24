"""Noise that is added to a picture: what a filter makes of it is then compared with the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .dtypes import white_level
from .errors import ParameterError
from .geometry import pixel_blocks
from .numbers import quote
from .parameters import Number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Kind -> the name and the values of its amount, or None if it has none.
KINDS: dict[str, tuple[str, Number] | None] = {
    "gaussian": ("SIGMA", Number(0, 1000)),
    "salt-pepper": ("SHARE", Number(0, 1)),
    "poisson": None,
}
_SEED = Number(0, 2**63 - 1, whole=True)
_MOST_COUNTS = 2.0**53  # more are no random numbers of NumPy's, nor does their noise matter


class Noise(NamedTuple):
    """A kind of noise, its amount, and the seed of its random numbers.

    Attributes
    ----------
    kind : {"gaussian", "salt-pepper", "poisson"}
        - gaussian: each value gets a random number of mean 0 and standard deviation `amount`
          added, in 8-bit levels at every depth (Gonzalez, Woods: Digital Image Processing,
          section 5.2, equation 5.2-1).
        - salt-pepper: of the pixels, the share `amount` (0 to 1) is replaced, chosen at random:
          one half by black, the other by white, in all colours (there, equation 5.2-16). The
          number of pixels is exact, rounded to a whole one.
        - poisson: a value of v 8-bit levels becomes a random count of mean and variance v, as if
          white were 255 photons (Hasinoff: Photon, Poisson noise, in Computer Vision: A Reference
          Guide, 2014, equation 1).
    amount : float
    seed : int
        The same seed, picture and NumPy give the same noise.
    """

    kind: str
    amount: float = 0.0
    seed: int = 0

    def add_to(self, pixels: NDArray[Any], alpha: bool = False) -> NDArray[Any]:
        """Return pixels with noise; whole levels are rounded and clipped, floats aren't.

        Parameters
        ----------
        pixels : (H, W, C) array of uint8, uint16 or floats
            Grey, RGB or CMYK. What isn't finite stays, unless salt or pepper replaces it.
        alpha : bool
            Whether the last channel is alpha, which stays.

        Returns
        -------
        (H, W, C) array of the same dtype
        """
        import numpy as np

        noisy = pixels.copy(order="C")
        colours = noisy[..., : pixels.shape[2] - alpha]
        generator = np.random.default_rng(self.seed)
        white = white_level(pixels.dtype)
        if self.kind == "salt-pepper":
            self._scatter(generator, colours, white)
            return noisy
        for rows in pixel_blocks(noisy):
            levels = colours[rows] * (255 / white)
            if self.kind == "gaussian":
                levels += self.amount * generator.standard_normal(levels.shape)
            else:
                counted = (levels > 0) & (levels < _MOST_COUNTS)
                levels[counted] = generator.poisson(levels[counted])
            levels *= white / 255
            if pixels.dtype.kind == "u":
                np.clip(np.rint(levels, out=levels), 0, white, out=levels)
            colours[rows] = levels
        return noisy

    def _scatter(self, generator: np.random.Generator, colours: NDArray[Any], white: int) -> None:
        """Make a share of the pixels black or white."""
        height, width, channels = colours.shape
        count = round(self.amount * height * width)
        chosen = generator.choice(height * width, count, replace=False)
        rows, columns = chosen // width, chosen % width
        pepper, salt = (white, 0) if channels == 4 else (0, white)  # CMYK counts ink
        colours[rows[: count // 2], columns[: count // 2]] = pepper
        colours[rows[count // 2 :], columns[count // 2 :]] = salt


class NoiseType:
    """Parses the text of a noise: its kind, then `:` and its amount, then `,` and a seed."""

    metavar = "KIND[:AMOUNT][,SEED]"

    def parse(self, text: str, name: str) -> Noise:
        """Return the noise; ParameterError if the text names none.

        >>> NoiseType().parse("gaussian:25,1", "--noise")
        Noise(kind='gaussian', amount=25.0, seed=1)
        """
        words, comma, seed = text.partition(",")
        kind, colon, amount = words.partition(":")
        if kind not in KINDS or bool(colon) != (KINDS[kind] is not None):
            raise ParameterError(
                f"{name}: {quote(text)} is not gaussian:SIGMA, salt-pepper:SHARE or poisson, "
                "and then ,SEED if wanted"
            )
        number = _SEED.parse(seed, f"{name}: seed") if comma else 0
        if (values := KINDS[kind]) is None:
            return Noise(kind, seed=number)
        return Noise(kind, values[1].parse(amount, f"{name}: {values[0]}"), number)
