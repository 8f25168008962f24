"""The command: `imgfilt`, and `python -m imgfilt`."""

from __future__ import annotations

import os

from . import signals


def main() -> None:
    """Run the command line."""
    # Before anything that takes time to load.
    signals.install_signal_handlers()
    from .concurrency.threads import limit_blas_threads

    limit_blas_threads()
    # OpenCV reads this when it is imported; a user's own setting is left alone.
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    from .cli import commands, streams

    streams.occupy()
    streams.speak_plainly()
    try:
        # Click's glob expansion on Windows would eat kernels in brackets.
        commands.main(prog_name="imgfilt", windows_expand_args=False)
    except SystemExit as end:
        # All is written. Python's own way out takes 40 ms with NumPy and cv2 loaded, in which
        # signals are no longer listened to.
        os._exit(end.code if isinstance(end.code, int) else 1)


if __name__ == "__main__":
    main()
