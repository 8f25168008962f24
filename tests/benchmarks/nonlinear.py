"""Median, bilateral and non-local means: the tables of the three, one after the other.

Words select tables of each, as in theirs: `nonlinear median u8`, `nonlinear bilateral fast`.
"""

from . import bilateral, median, nlmeans

BENCHMARKS = {"median": median, "bilateral": bilateral, "nlmeans": nlmeans}


def main(words):
    """Print the tables of those that are named first, or of all."""
    if words and words[0] in BENCHMARKS:
        BENCHMARKS[words[0]].main(words[1:])
        return
    for name, benchmark in BENCHMARKS.items():
        print(f"\n{name}")
        benchmark.main(words)
