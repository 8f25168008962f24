"""Kernels: exact weights and an origin, their text and files, and the presets.

Nothing is imported here: most commands need one of these modules, or none.
"""
