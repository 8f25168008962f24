"""Metadata: EXIF, XMP, IPTC, TIFF tags and resolutions, as raw bytes where they are kept."""
