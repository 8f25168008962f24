"""Kernels: exact weights with an origin, their text, and the presets.

Nothing is loaded here: most runs need one of these modules, and no kernel's text at all.
"""
