"""The path of one array: plan, strips, working space, engine, stored levels.

Nothing is imported here: `--help` and most errors need none of it.
"""
