"""A guest in another program: what belongs to the whole process is left as it was found."""

import logging
import os
import subprocess
import sys
import threading
import warnings

import cv2
import numpy as np
import PIL.Image
import PIL.ImageFile
import pytest

import imgfilt
from imgfilt import (
    Bilateral,
    Convolve,
    Gaussian,
    Image,
    Median,
    NLMeans,
    buffers,
    concurrency,
)
from imgfilt.engines.opencv import one_thread
from imgfilt.figure import quality
from imgfilt.pipeline.apply import run
from imgfilt.pipeline.options import Options

from .examples import picture

FILTERS = [Gaussian(sigma=2), Convolve("sobel-x"), Median(5), Bilateral(5), NLMeans(10, 3, 5)]


@pytest.fixture
def unusual(monkeypatch):
    """Set what an application may set to other values than the default."""
    monkeypatch.setattr(PIL.Image, "MAX_IMAGE_PIXELS", 1000)
    monkeypatch.setattr(PIL.ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    threads, optimized = cv2.getNumThreads(), cv2.useOptimized()
    cv2.setNumThreads(3)
    cv2.setUseOptimized(False)
    with np.errstate(divide="raise", over="raise", invalid="raise", under="raise"):
        yield
    cv2.setNumThreads(threads)
    cv2.setUseOptimized(optimized)


def state():
    """Return what of the process may have been changed."""
    return {
        "cv2": (cv2.getNumThreads(), cv2.useOptimized(), cv2.utils.logging.getLogLevel()),
        "warnings": list(warnings.filters),
        "numpy": np.geterr(),
        "environment": dict(os.environ),
        "pillow": (PIL.Image.MAX_IMAGE_PIXELS, PIL.ImageFile.LOAD_TRUNCATED_IMAGES),
        "logging": {
            name: list(getattr(logging.getLogger(name), "handlers", [])) for name in ("", "PIL")
        },
        "affinity": os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None,
    }


@pytest.mark.parametrize("filt", FILTERS, ids=repr)
def test_apply_changes_nothing(filt, unusual):
    before = state()
    for dtype in ("uint8", "float32"):
        imgfilt.apply(filt, picture((40, 50, 3), dtype), values="clip")
    assert state() == before


def test_an_error_changes_nothing(unusual, monkeypatch):
    def broken(*given):
        assert cv2.getNumThreads() == 1
        raise OSError("broken")

    before = state()
    monkeypatch.setattr("imgfilt.pipeline.filter_run.filter_blocks", broken)
    with pytest.raises(OSError, match="broken"):
        imgfilt.apply(Median(5), picture((40, 50, 3), "uint8"), engine="opencv")
    assert state() == before


def test_calls_in_threads_change_nothing(unusual):
    before = state()
    pixels = picture((300, 200, 3), "uint8")

    def call():
        for _ in range(5):
            imgfilt.apply(Median(5), pixels, engine="opencv")

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert state() == before


@pytest.mark.parametrize("count", [1, 2, 5])
def test_threads_that_a_caller_sets_meanwhile_stay(count, unusual):
    """Except 1: it is what a call itself sets, so that the number of before comes back."""
    pixels = picture((300, 200, 3), "uint8")

    def progress(share):
        cv2.setNumThreads(count)

    run(Median(5), pixels, False, Options(engine="opencv"), progress)
    assert cv2.getNumThreads() == (3 if count == 1 else count)


def test_threads_are_not_set_where_there_is_one_or_numpy_computes(unusual, monkeypatch):
    pixels, before = picture((40, 50, 3), "uint8"), cv2.getNumThreads()
    with monkeypatch.context() as context:
        context.setattr(cv2, "setNumThreads", lambda count: pytest.fail(f"set to {count}"))
        imgfilt.apply(Median(5), pixels, engine="numpy")
    cv2.setNumThreads(1)
    with monkeypatch.context() as context:
        context.setattr(cv2, "setNumThreads", lambda count: pytest.fail(f"set to {count}"))
        imgfilt.apply(Median(5), pixels, engine="opencv")
    assert (before, cv2.getNumThreads()) == (3, 1)


def test_calls_that_overlap_restore_threads_once(unusual):
    """The first ends before the second, which ends with an error."""
    first, second = one_thread(), one_thread()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert cv2.getNumThreads() == 1
    assert not second.__exit__(OSError, OSError("broken"), None)
    assert cv2.getNumThreads() == 3


def test_a_measure_and_a_chain_change_nothing(unusual):
    before, pixels = state(), picture((90, 80, 3), "uint8")
    quality.ssim(pixels, pixels[::-1].copy())
    imgfilt.apply(Median(3) | Gaussian(sigma=1), pixels, engine="opencv")
    with pytest.raises(imgfilt.EngineError):
        imgfilt.apply(Median(3) | Median((3, 5)), pixels, engine="opencv")
    assert state() == before


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.parametrize("within", [False, True])
def test_a_forked_process_filters_with_the_threads_of_its_parent(within):
    """Forked after OpenCV used its threads, or while a call in another thread runs."""
    code = f"""if True:
        import os, signal, threading, numpy as np, cv2, imgfilt
        from imgfilt.engines.opencv import one_thread
        cv2.setNumThreads(2)
        pixels = np.zeros((2000, 1000, 3), np.uint8)
        cv2.GaussianBlur(pixels, (9, 9), 2)
        begun, ended = threading.Event(), threading.Event()
        def call():
            with one_thread():
                begun.set()
                ended.wait()
        if {within}:
            threading.Thread(target=call).start()
            begun.wait()
        child = os.fork()
        if not child:
            signal.alarm(20)
            assert cv2.getNumThreads() == 2
            imgfilt.apply(imgfilt.Gaussian(sigma=2), pixels, "opencv")
            cv2.GaussianBlur(pixels, (9, 9), 2)
            os._exit(0 if cv2.getNumThreads() == 2 else 3)
        _, status = os.waitpid(child, 0)
        ended.set()
        assert status == 0, status
    """
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "webp", "gif", "bmp"])
def test_read_and_write_change_nothing(suffix, unusual, tmp_path):
    before, path = state(), tmp_path / f"a.{suffix}"
    imgfilt.write(path, Image(picture((40, 50, 3), "uint8")))
    assert state() == before
    assert imgfilt.read(path).pixels.shape == (40, 50, 3)
    path.write_bytes(path.read_bytes()[:120])
    with pytest.raises(imgfilt.ImageError):
        imgfilt.read(path)
    assert state() == before


def test_who_takes_frames_has_the_settings_of_before(unusual, tmp_path):
    path = tmp_path / "a.gif"
    frames = [PIL.Image.fromarray(picture((40, 50), "uint8", seed)) for seed in range(3)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    before = state()
    for _ in imgfilt.image.read_frames(path):
        assert state() == before


@pytest.mark.slow
def test_opencv_is_found_as_an_import_leaves_it():
    """Also where imgfilt is who imports it."""
    show = "import os, cv2; print(cv2.getNumThreads(), cv2.utils.logging.getLogLevel()"
    show += ", os.environ.get('OPENCV_LOG_LEVEL'), os.environ.get('OMP_NUM_THREADS'))"
    use = "import numpy as np, imgfilt; p = np.zeros((40, 50, 3), np.uint8); "
    use += "imgfilt.apply(imgfilt.Median(5), p, engine='opencv'); "
    environment = {k: v for k, v in os.environ.items() if k != "OPENCV_LOG_LEVEL"}
    plain, used = (
        subprocess.run(
            [sys.executable, "-c", code + show], env=environment, capture_output=True, check=True
        ).stdout
        for code in ("", use)
    )
    assert used == plain


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/proc/self/schedstat"), reason="Linux counts by thread")
def test_no_other_thread_computes():
    """If threads of imgfilt woke those of BLAS, they would all wait for each other."""
    environment = os.environ | dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "2")
    command = [sys.executable, "-m", "tests.other_threads"]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert found.stdout == ""


@pytest.mark.slow
def test_signal_handlers_and_arrays_load_no_pillow():
    code = (
        "import signal, sys; old = {s: signal.getsignal(s) for s in signal.valid_signals()}\n"
        "import numpy as np, imgfilt\n"
        "imgfilt.apply(imgfilt.Gaussian(sigma=1), np.zeros((9, 9), np.uint8))\n"
        "assert old == {s: signal.getsignal(s) for s in signal.valid_signals()}\n"
        "assert 'PIL' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_idle_threads_keep_little():
    concurrency.shutdown_threads()
    sizes = []

    def kept():
        sizes.append(sum(len(array) for array in vars(buffers._local).values()))

    for dtype in ("uint8", "float64"):
        imgfilt.apply(Gaussian(sigma=2), picture((1500, 1000, 3), dtype), engine="numpy")
    for pool in list(concurrency.threads._pools.values()):
        barrier = threading.Barrier(pool._max_workers)
        tasks = [pool.submit(lambda b=barrier: (b.wait(), kept())) for _ in range(barrier.parties)]
        for task in tasks:
            task.result()
    assert sizes
    assert sum(sizes) <= 64 << 20


def test_small_pictures_find_their_memory_again():
    held = buffers.borrow("a small one", (1000,), np.uint8)
    buffers.borrow("a large one", (10_000,), np.uint8)
    buffers.trim_to(5000)
    assert np.shares_memory(held, buffers.borrow("a small one", (1000,), np.uint8))
    assert sum(map(len, vars(buffers._local).values())) <= 5000
