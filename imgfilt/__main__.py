"""The command: `imgfilt` and `python -m imgfilt` run `main`."""

from __future__ import annotations

import os

from . import signals, startup, stderr


def main() -> None:
    """Run the command, and exit."""
    # A signal may come while the rest is loaded.
    signals.install_signal_handlers()
    startup.set_environment()
    startup.pause_garbage_collection()
    stderr.is_ours = True
    from .cli import main_group
    from .cli.std_streams import reserve_std_fds, use_ascii_fallback

    reserve_std_fds()
    use_ascii_fallback()
    try:
        # On Windows, Click would expand kernels in brackets as glob patterns.
        main_group.main(prog_name="imgfilt", windows_expand_args=False)
    except SystemExit as end:
        # All output is written. Python's normal exit takes 40 ms with NumPy and cv2 loaded, and
        # ignores signals in that time.
        code = end.code or 0
        os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    main()
