"""Codecs: a module or package for each file format, and one for the formats that Pillow does."""
