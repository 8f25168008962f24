"""One module or package for each file format; Pillow's reader and writer serve the rest."""
