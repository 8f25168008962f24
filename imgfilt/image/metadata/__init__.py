"""Metadata: parse and change EXIF, XMP, IPTC, TIFF tags and resolutions as bytes."""
