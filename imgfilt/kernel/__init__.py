"""Kernels of exact weights with an origin; their text form and files; presets.

This file imports nothing: most commands need at most one module of this package.
"""

MOST_WEIGHTS = 1_000_000  # of a kernel
SUFFIXES = ".txt", ".csv", ".mat", ".npy"  # of kernel files
