"""GIF: decoder, encoder, and the blocks of the file."""
