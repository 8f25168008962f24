"""Metadata: EXIF, XMP, IPTC, TIFF tags and resolutions, as the bytes of the file."""
