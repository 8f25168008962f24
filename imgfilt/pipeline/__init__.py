"""Filter one array: plan, strips, working space, engine, output.

Nothing is imported here, because `--help` and most errors need none of it.
"""
