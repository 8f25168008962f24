"""The HTML page of a figure, in a headless Chromium that is used like a reader's."""

import re
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from imgfilt.figure import Span, html
from imgfilt.figure.scene import Box, Path, Picture, Scene, Text, frame

from ..browser_support import start_browser
from ..cli_support import invoke

HEIGHT, WIDTH = 40, 60
CAPTIONS = ("Original", "Median, 3 × 3", "Gaussian, sigma 2", "valid", "grey")
NOTES = ((), (Span("PSNR 31.42 dB"), Span("SSIM 0.912", True)), (), (), ())


def make_pictures():
    random = np.random.default_rng(5)
    sizes = [(HEIGHT, WIDTH, 3)] * 3 + [(HEIGHT - 4, WIDTH - 4, 3), (HEIGHT, WIDTH, 1)]
    return [random.integers(0, 256, size, dtype=np.uint8) for size in sizes]


PICTURES = make_pictures()


def make_scene(pictures=PICTURES, names=CAPTIONS, notes=NOTES, columns=3, **attributes):
    """Return a grid of pictures of 120 points a column, without the texts that a grid has."""
    scene = Scene(130.0 * columns, 300.0, 2.0, **attributes)
    for number, pixels in enumerate(pictures):
        row, column = divmod(number, columns)
        height, width = (2.0 * side for side in pixels.shape[:2])
        box = Box(130.0 * column, 100.0 * row, width, height)
        scene.items.append(Picture(box, pixels, names[number], True, notes[number]))
    return scene


@pytest.fixture(scope="module")
def browser():
    with start_browser() as browser:
        yield browser


@pytest.fixture
def show(browser, tmp_path):
    """Return a function that opens the page of a scene; it must not report an error."""
    pages = []

    def open_scene(scene=None, **window):
        path = tmp_path / "figure.html"
        path.write_bytes(html.render(scene or make_scene()))
        pages.append(browser.open(path, **window))
        return pages[-1]

    yield open_scene
    for page in pages:
        assert page.events("Runtime.exceptionThrown") == []
        assert page.events("Log.entryAdded") == []
        requests = [event["request"]["url"] for event in page.events("Network.requestWillBeSent")]
        assert [url for url in requests if not url.startswith(("data:", "file:"))] == []
        page.close()


def transforms(page):
    """Return left, top and scale of the picture in each frame that is shown."""
    return page.evaluate(
        """[...document.querySelectorAll(".frame")].filter(frame => frame.clientWidth).map(frame =>
        {const matrix = new DOMMatrix(frame.querySelector(".layer").style.transform);
        return [matrix.e, matrix.f, matrix.a]})"""
    )


def shown(page):
    """Return the captions of the pictures that are shown."""
    return page.evaluate(
        """[...document.querySelectorAll("#cells > li")].filter(
        item => item.querySelector(".frame").clientWidth).map(
        item => item.querySelector(".caption").textContent)"""
    )


def levels(page):
    return page.evaluate("[...document.querySelectorAll('.levels')].map(part => part.textContent)")


def frame_box(page, number):
    return page.box(f"#cells > li:nth-child({number}) .frame")


def middle_of(box):
    left, top, width, height = box
    return left + width / 2, top + height / 2


def seen(page):
    return np.asarray(Image.open(BytesIO(page.screenshot())).convert("RGB"))


def show_alone(page, key):
    page.press(key)
    page.wait_until(
        f"document.querySelector('.alone li.current .number')?.textContent == '{key}'",
    )


# --- The page as a file ---


def test_equal_scenes_give_equal_pages():
    assert html.render(make_scene()) == html.render(make_scene())


def test_texts_are_shown_as_texts():
    """Each one also tries to end the element that it is in, or to be a name of the template."""
    texts = [
        f"<img src=x onerror=alert(1)>.png \"'</script></template>& {{{{cells}}}} {n}"
        for n in range(6)
    ]
    pixels = [PICTURES[0]] * 2
    page = html.render(
        make_scene(
            pixels,
            texts[:2],
            [[Span(text)] for text in texts[2:4]],
            title=texts[4],
            command=texts[5],
        )
    ).decode()
    assert page.count("<img ") == 2 and page.count("</script>") == 1
    assert all(page.count(f"{{{{cells}}}} {n}") >= 1 for n in range(6))


def test_what_has_no_letters_becomes_a_blank():
    """As in names of files that aren't UTF-8."""
    texts = [f"caf\udce9 {n}" for n in range(5)]
    scene = make_scene(
        PICTURES[:1], texts[:1], [[Span(texts[1])]], title=texts[2], command=texts[3]
    )
    page = html.render(scene).decode()
    assert all(f"caf  {n}" in page for n in range(4))


@pytest.mark.slow
def test_texts_are_shown_as_texts_by_a_browser(show):
    name = "<img src=x onerror=alert(1)>.png"
    command = f"imgfilt compare '{name}' '</script><script>alert(2)</script>' -o f.html"
    scene = make_scene(PICTURES[:2], [name, "b"], [[Span(name)], ()], title=name, command=command)
    page = show(scene)
    text = page.evaluate("document.body.innerText")
    assert text.count(name) == 4 and command in text
    assert page.evaluate("document.images.length") == 2
    assert page.evaluate("document.title") == name
    assert page.events("Page.javascriptDialogOpening") == []


@pytest.mark.slow
def test_file_names_are_shown_as_texts(browser, in_folder):
    """Inputs are named beside their rows, and the page says which command made it."""
    name = "<img src=x onerror=alert(1)>.png"
    for path, pixels in zip((name, "b.png"), PICTURES, strict=False):
        Image.fromarray(pixels).save(path)
    assert invoke("compare", name, "b.png", "median --size 3", "-o", "figure.html").exit_code == 0
    page = browser.open(in_folder / "figure.html")
    captions = page.evaluate("cells.map(cell => cell.name)")
    assert captions[0].startswith(name.removesuffix(".png")) and len(captions) == 4
    assert page.evaluate("document.images.length") == 4
    assert page.events("Page.javascriptDialogOpening") == []
    page.close()


@pytest.mark.slow
def test_the_page_may_neither_ask_for_anything_nor_run_other_scripts(show):
    page = show()
    policy = page.evaluate("document.querySelector('meta[http-equiv]').content")
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe-inline" not in policy.partition("script-src")[2]
    page.evaluate("""document.body.insertAdjacentHTML("beforeend",
        '<i id=x onclick="window.wasRun = 1"></i>'); document.getElementById("x").click()""")
    assert page.evaluate("window.wasRun") is None
    page.browser.events.clear()  # which report that it was refused


@pytest.mark.slow
def test_pictures_are_the_cells(show):
    """The levels that the page reads, of each pixel, are those of the pictures; grey has one."""
    page = show()
    for number, pixels in enumerate(PICTURES):
        found = page.evaluate(f"""hold(cells[{number}]).then(() => [...cells[{number}].context
            .getImageData(0, 0, {pixels.shape[1]}, {pixels.shape[0]}).data])""")
        found = np.reshape(found, (*pixels.shape[:2], 4))
        assert (found[..., :3] == pixels).all() and (found[..., 3] == 255).all()


@pytest.mark.slow
def test_a_large_picture_opens_reduced_and_is_loaded_when_it_is_enlarged(show):
    random = np.random.default_rng(6)
    pixels = random.integers(0, 256, (900, 1200, 3), dtype=np.uint8)
    page = show(make_scene([pixels], ["large"], [()], 1), width=400)
    size = "[cells[0].image.naturalWidth, cells[0].image.naturalHeight]"
    assert page.evaluate(size) == [400, 300]
    before = transforms(page)
    page.evaluate("find('full').click()")
    page.wait_until("cells[0].image.naturalWidth == 1200")
    assert page.evaluate(size) == [1200, 900]
    # 1:1: a pixel of the window is one of the picture.
    left, top = (round(side) for side in frame_box(page, 1)[:2])
    x, y, scale = transforms(page)[0]
    assert scale == 1 != before[0][2]
    part = seen(page)[top + 10 : top + 40, left + 10 : left + 40]
    column, row = 10 - round(x), 10 - round(y)
    assert np.abs(part - pixels[row : row + 30, column : column + 30].astype(int)).max() <= 1


# --- All pictures ---


@pytest.mark.slow
def test_columns_are_the_figures_or_as_many_as_there_is_room_for(show):
    page = show()
    tops = "new Set(cells.map(cell => cell.item.offsetTop)).size"
    assert page.evaluate(tops) == 2
    page.resize(390, 800)
    page.wait_until(f"{tops} == 3")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.slow
@pytest.mark.parametrize("captions", ["above", "below", "none"])
def test_captions_stand_where_they_do_in_the_figure(show, captions):
    page = show(make_scene(captions=captions))
    picture, caption = frame_box(page, 2)[1], page.box("li:nth-child(2) figcaption")
    assert captions == "none" or (caption[1] < picture) == (captions == "above")
    assert (caption[3] > 0) == (captions != "none")
    show_alone(page, "2")
    assert page.box("li:nth-child(2) figcaption")[3] > 0  # in the list


@pytest.mark.slow
def test_a_short_row_ends_where_it_does_in_the_figure(show):
    scene = make_scene()
    first, *others = scene.items
    scene.items = [first, *(make_scene(PICTURES[1:], CAPTIONS[1:], NOTES[1:], 2).items)]
    assert len(others) == 4
    page = show(scene)
    lefts = page.evaluate("cells.map(cell => cell.item.offsetLeft)")
    assert [left == lefts[0] for left in lefts] == [True, True, False, True, False]


@pytest.mark.slow
def test_a_picture_is_as_large_as_in_the_figure(show):
    """Cells have one scale: a smaller picture has a smaller frame."""
    page = show()
    widths = [frame_box(page, number)[2] for number in (1, 4)]
    assert widths[1] / widths[0] == pytest.approx((WIDTH - 4) / WIDTH, abs=0.01)


@pytest.mark.slow
def test_marks_on_a_picture_move_with_it_and_insets_are_below_it(show):
    scene = make_scene(PICTURES[:2])
    inset = Picture(Box(0, 90, 60, 60), PICTURES[0][10:20, 15:25], "Original", is_part=True)
    mark = frame(Box(30, 20, 20, 20), (255, 0, 0), 1.0)  # pixels 15 to 25 across, 10 to 20 down
    far = Path(((0, 500), (10, 500)), (0, 0, 255))
    scene.items[1:1] = [inset, mark, far, frame(inset.box, (255, 0, 0), 1.0)]
    page = show(scene)
    assert page.evaluate(
        "[...document.querySelectorAll('.over, .part')].map(part => "
        "[part.classList[0], part.children.length])"
    ) == [["over", 1], ["part", 2]]
    assert page.box(".part")[1] > page.box(".frame")[1] + page.box(".frame")[3]
    page.press("+")
    x, y, scale = transforms(page)[0]
    left, top, *_ = frame_box(page, 1)
    found = page.box(".over polygon")
    wanted = left + x + 15 * scale, top + y + 10 * scale, 10 * scale, 10 * scale
    assert found == pytest.approx(wanted, abs=0.5 * scale)


@pytest.mark.slow
def test_parts_of_a_picture_are_read_at_its_rows_and_columns(show):
    """With `valid` a cell is the inside of the input; a zoomed cell begins at its first pixel."""
    whole = PICTURES[0]
    cells = [(whole, (0, 0)), (whole[3:-3, 5:-5], (3, 5)), (whole[10:30, 8:40], (10, 8))]
    scene = make_scene([pixels for pixels, _ in cells])
    scene.items = [
        replace(item, first=first, whole=whole.shape[:2])
        for item, (_, first) in zip(scene.items, cells, strict=True)
    ]
    page = show(scene)
    for row, column, inside in ((12, 20, [0, 1, 2]), (4, 6, [0, 1]), (2, 2, [0]), (39, 59, [0])):
        page.evaluate(f"read({{row: {row}, column: {column}, group: cells[0].group}})")
        page.wait_until(f"document.querySelectorAll('.levels i').length == {len(inside)}")
        text = " ".join(map(str, whole[row, column]))
        assert levels(page) == [text if number in inside else "" for number in range(3)]
    page.press("+")
    page.press("+")
    shown = page.evaluate("""cells.map(cell => {
        const box = cell.frame.getBoundingClientRect();
        const place = placeAt(cell, box.x + box.width / 2, box.y + box.height / 2);
        return [place.row, place.column]})""")
    assert shown[0] == pytest.approx(shown[1], abs=0.01)
    assert shown[0] == pytest.approx(shown[2], abs=0.01)


@pytest.mark.slow
def test_the_wheel_zooms_all_pictures_of_a_size_around_the_pointer(show):
    page = show()
    before = transforms(page)
    left, top, width, height = frame_box(page, 2)
    place = round(left + width / 4), round(top + height / 4)  # as browsers report it
    page.wheel(place, -300)
    page.wait_until("document.querySelector('#cells.zoomed')")
    after = transforms(page)
    assert after[0][2] > 1.5 * before[0][2]
    assert after[0] == after[1] == after[2]
    assert after[3] == before[3]  # of another size
    # The pixel below the pointer stays there.
    for start, point, old, new in zip((left, top), place, before[1], after[1], strict=False):
        old_place = (point - start - old) / before[1][2]
        assert (point - start - new) / after[1][2] == pytest.approx(old_place, abs=0.01)
    page.wheel(place, 3000)
    page.wheel(place, 3000)
    page.wait_until("!document.querySelector('#cells.zoomed')")
    assert np.array(transforms(page)) == pytest.approx(np.array(before))


@pytest.mark.slow
def test_a_picture_that_fits_lets_the_wheel_scroll_the_page(show):
    page = show(height=300)
    page.wheel(middle_of(frame_box(page, 1)), 100)
    page.wait_until("scrollY > 50")
    assert page.evaluate("views.get(cells[0].group).zoom") == 1


@pytest.mark.slow
def test_dragging_moves_all_pictures_of_a_size(show):
    page = show()
    for _ in range(4):
        page.press("+")
    before = transforms(page)
    x, y = middle_of(frame_box(page, 1))
    page.drag((x, y), (x + 10, y + 5), (x + 30, y + 20))
    after = transforms(page)
    for number in range(3):
        moved = np.subtract(after[number], before[number])
        assert moved == pytest.approx([30, 20, 0], abs=0.01)
    assert shown(page) == list(CAPTIONS)  # it was no click
    for _ in range(3):  # no further than to the corner
        page.drag((x, y), (x + 200, y + 200), (1150, 700))
    assert transforms(page)[0][:2] == pytest.approx([0, 0], abs=0.01)


@pytest.mark.slow
def test_two_fingers_zoom_and_one_moves(show):
    page = show(touch=True)
    before = transforms(page)
    x, y = middle_of(frame_box(page, 1))
    page.touch([(x - 20, y), (x + 20, y)], [(x - 30, y), (x + 30, y)], [(x - 40, y), (x + 40, y)])
    zoomed = transforms(page)
    assert zoomed[0][2] == pytest.approx(2 * before[0][2], rel=0.05)
    assert zoomed[0] == zoomed[2]
    page.touch([(x, y)], [(x + 10, y)], [(x + 30, y)])
    assert np.subtract(transforms(page)[0], zoomed[0]) == pytest.approx([30, 0, 0], abs=0.5)
    assert shown(page) == list(CAPTIONS)


@pytest.mark.slow
def test_keys_zoom_move_and_fit(show):
    page = show()
    before = transforms(page)
    page.press("ArrowRight")
    assert transforms(page) == before  # what fits doesn't move
    page.press("+")
    page.press("+")
    zoomed = transforms(page)
    ratios = [new[2] / old[2] for new, old in zip(zoomed, before, strict=True)]
    assert ratios == pytest.approx([2] * 5, rel=1e-4)  # those of all sizes
    page.press("ArrowRight")
    page.press("ArrowDown")
    moved = np.subtract(transforms(page)[0], zoomed[0])
    _, _, width, height = frame_box(page, 1)
    assert moved == pytest.approx([-width / 8, -height / 8, 0], abs=0.1)
    page.press("-")
    assert transforms(page)[0][2] == pytest.approx(2**0.5 * before[0][2])
    page.press("0")
    assert np.array(transforms(page)) == pytest.approx(np.array(before))
    page.press("+")
    page.press("Escape")
    assert np.array(transforms(page)) == pytest.approx(np.array(before))


@pytest.mark.slow
def test_enlarged_pixels_are_squares(show):
    page = show()
    left, top, *_ = frame_box(page, 1)
    page.press("+")
    page.press("+")
    x, y, scale = transforms(page)[0]
    window = seen(page).astype(int)
    for row, column in ((15, 20), (20, 30), (25, 40)):
        for share in (0.2, 0.8):  # two corners of a pixel have its colour
            place = top + y + (row + share) * scale, left + x + (column + share) * scale
            found = window[int(place[0]), int(place[1])]
            assert np.abs(found - PICTURES[0][row, column]).max() <= 1


@pytest.mark.slow
def test_the_pointer_reads_the_pixel_in_every_picture_of_the_size(show):
    page = show()
    left, top, _, _ = frame_box(page, 2)
    x, y, scale = transforms(page)[1]
    row, column = 31, 7
    page.move((left + x + (column + 0.5) * scale, top + y + (row + 0.5) * scale))
    page.wait_until("document.querySelectorAll('.levels i').length == 4")
    wanted = [" ".join(map(str, pixels[row, column])) for pixels in PICTURES]
    wanted[3] = ""
    assert levels(page) == wanted
    assert page.evaluate("[find('row').value, find('column').value]") == [str(row), str(column)]
    page.move((5, 5))
    assert levels(page) == [""] * 5
    assert page.evaluate("find('row').value") == ""


@pytest.mark.slow
def test_fields_read_a_pixel_without_a_pointer_and_say_it(show):
    page = show()
    for name, digit in (("row", "4"), ("column", "9")):
        page.evaluate(f"find('{name}').focus()")
        page.call("Input.insertText", text=digit)
    page.wait_until("find('said').textContent")
    said = page.evaluate("find('said').textContent")
    numbers = ["{} {} {}".format(*pixels[4, 9]) for pixels in PICTURES[:3]]
    grey = str(PICTURES[4][4, 9, 0])
    names = [CAPTIONS[0], CAPTIONS[1], CAPTIONS[2], CAPTIONS[4]]
    assert said == "; ".join(map(": ".join, zip(names, [*numbers, grey], strict=True)))
    page.call("Input.insertText", text="999")
    page.wait_until("find('said').textContent == 'outside of the picture'")


# --- One picture ---


@pytest.mark.slow
def test_a_click_shows_a_picture_alone_and_escape_goes_back(show):
    page = show()
    small = frame_box(page, 2)
    page.click(middle_of(small))
    page.wait_until("document.querySelector('.alone')")
    assert shown(page) == [CAPTIONS[1]]
    assert frame_box(page, 2)[2] > 2 * small[2]
    text = page.evaluate("find('said').textContent")
    assert text == f"2 of 5, {CAPTIONS[1]}, PSNR 31.42 dB, SSIM 0.912"
    best = "document.querySelector('.current .note strong').textContent"
    assert page.evaluate(best) == "SSIM 0.912"
    assert page.evaluate("document.activeElement.textContent.includes('Median')")
    x, y = middle_of(frame_box(page, 2))
    page.click((x + 4, y + 4))  # reads the pixel, for fingers can't point
    assert page.evaluate("find('row').value") == str(HEIGHT // 2)
    page.press("Escape")
    assert shown(page) == list(CAPTIONS)
    assert page.evaluate("document.activeElement.textContent.includes('Median')")


@pytest.mark.slow
def test_keys_flip_between_pictures_in_place(show):
    page = show()
    show_alone(page, "3")
    assert shown(page) == [CAPTIONS[2]]
    page.press("+")
    page.press("ArrowRight", "Shift")
    place = transforms(page)
    for key, number in (("ArrowLeft", 1), ("ArrowUp", 0), ("ArrowUp", 0), ("ArrowDown", 1)):
        page.press(key)
        page.wait_until(f"current === cells[{number}]")
        assert shown(page) == [CAPTIONS[number]]
        assert transforms(page) == place
    page.press("ArrowDown")
    page.press("ArrowUp")  # before it is loaded, perhaps
    page.wait_until("current === cells[1] && !coming")
    page.press("9")  # there is no such picture
    assert shown(page) == [CAPTIONS[1]]
    show_alone(page, "5")
    page.press("ArrowRight")
    assert shown(page) == [CAPTIONS[4]]


@pytest.mark.slow
def test_everything_can_be_reached_with_the_keyboard(show):
    page = show()
    for _ in range(30):
        page.press("Tab")
        if page.evaluate("document.activeElement.textContent.includes('sigma 2')"):
            break
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.press("Enter")
    page.wait_until("document.querySelector('.alone')")
    assert shown(page) == ["Gaussian, sigma 2"]
    names = set()
    for _ in range(30):
        page.press("Tab")
        names.add(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
    assert {"back", "Picture", "Wipe", "Difference", "in", "out", "row", "column"} <= names


@pytest.mark.slow
def test_a_wipe_shows_one_picture_left_and_another_right_of_the_line(show):
    pictures = [
        np.full((HEIGHT, WIDTH, 3), colour, np.uint8) for colour in ((200, 0, 0), (0, 0, 200))
    ]
    page = show(make_scene(pictures, ["red", "blue"], [(), ()], 2))
    show_alone(page, "2")
    page.press("w")
    left, top, width, height = page.box("#stage")

    def colours(share):
        """Return the colours at both sides of a place along the stage."""
        row, column = int(top + height / 2), int(left + share * width)
        window = seen(page)
        return [tuple(window[row, column + step].tolist()) for step in (-5, 5)]

    assert colours(0.5) == [(200, 0, 0), (0, 0, 200)]
    assert page.evaluate("[find('left').innerText, find('right').innerText]") == ["red", "blue"]
    page.drag(
        (left + width / 2, top + 50), (left + width / 3, top + 50), (left + width / 4, top + 50)
    )
    assert colours(0.25) == [(200, 0, 0), (0, 0, 200)]
    assert colours(0.5) == [(0, 0, 200)] * 2
    page.evaluate("find('edge').focus()")
    page.press("ArrowRight")  # of the slider
    assert page.evaluate("find('edge').value") == "26"
    page.press("Escape")
    assert shown(page) == ["red", "blue"]


@pytest.mark.slow
@pytest.mark.parametrize("sign", ["signed", "absolute"])
def test_the_difference_is_amplified(show, sign):
    page = show()
    show_alone(page, "3")
    page.press("d")
    page.evaluate(
        f"""find('other').value = 1; find('other').dispatchEvent(new Event('change'));
        find('sign').value = '{sign}'; find('gain').value = 2;
        find('sign').dispatchEvent(new Event('change'))"""
    )
    difference = PICTURES[2].astype(int) - PICTURES[1]
    wanted = 128 + 2 * difference if sign == "signed" else 2 * np.abs(difference)
    wanted = np.clip(wanted, 0, 255)
    data = f"""[...find('map').querySelector('canvas').getContext('2d')
        .getImageData(0, 0, {WIDTH}, {HEIGHT}).data]"""
    page.wait_until("find('greatest').textContent")
    found = np.reshape(page.evaluate(data), (HEIGHT, WIDTH, 4))
    assert (found[..., :3] == wanted).all()
    assert page.evaluate("find('greatest').textContent") == f"greatest {np.abs(difference).max()}"


@pytest.mark.slow
def test_a_difference_is_not_shown_below_other_names(show):
    """While a picture is loaded, and if that fails."""
    page = show()
    show_alone(page, "3")
    page.press("d")
    page.wait_until("find('greatest').textContent")
    page.evaluate(
        "cells[1].context = null; cells[1].loading = new Promise((_, no) => fail = no); 0"
    )
    page.evaluate("find('other').value = 1; find('other').dispatchEvent(new Event('change'))")
    data = f"""Math.max(...find('map').querySelector('canvas').getContext('2d')
        .getImageData(0, 0, {WIDTH}, {HEIGHT}).data)"""
    assert page.evaluate(data) == 0
    assert page.evaluate("find('greatest').textContent") == ""
    page.evaluate("fail(new Error())")
    page.wait_until("find('greatest').textContent")
    assert page.evaluate("find('said').textContent") == "a picture can't be read"


@pytest.mark.slow
def test_only_pictures_of_a_size_are_compared(show):
    page = show()
    show_alone(page, "1")
    options = page.evaluate("[...find('other').options].map(option => option.text)")
    assert options == [f"{n} {CAPTIONS[n - 1]}" for n in (2, 3, 5)]
    show_alone(page, "4")
    assert page.evaluate("[...find('modes').children].map(one => one.disabled)") == [
        False,
        True,
        True,
    ]
    page.press("w")
    assert shown(page) == ["valid"]


# --- How it looks ---


def contrast(one, other):
    """Return the contrast of two colours as WCAG 2.2 defines it."""
    light = []
    for colour in (one, other):
        parts = np.array([int(number) for number in re.findall(r"\d+", colour)[:3]]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        light.append(linear @ [0.2126, 0.7152, 0.0722] + 0.05)
    return max(light) / min(light)


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True])
def test_texts_have_contrast_on_light_and_dark_pages(show, dark):
    page = show(make_scene(command="imgfilt"), dark=dark)
    style = "getComputedStyle(document.querySelector('{}')).{}".format
    ground = page.evaluate(style("body", "backgroundColor"))
    assert contrast(ground, "0, 0, 0" if dark else "255, 255, 255") < 1.4
    for part in (".caption", ".note", ".levels", "summary", "code", "#bar label", "#fit"):
        assert contrast(ground, page.evaluate(style(part, "color"))) >= 4.5
    assert contrast(ground, page.evaluate(style("#row", "borderColor"))) >= 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("background", "ink_is_light"), [((0, 0, 40), True), ((255, 240, 200), False)]
)
def test_a_background_holds_whatever_the_readers_scheme(show, background, ink_is_light):
    page = show(make_scene(background=background), dark=not ink_is_light)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == f"rgb{background}"
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert contrast(ink, str(background)) > 10


@pytest.mark.slow
def test_a_print_shows_all_pictures_as_they_fit(show):
    page = show(make_scene(title="Title"))
    page.press("+")
    show_alone(page, "2")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.call("Emulation.setEmulatedMedia", media="print")
    assert shown(page) == list(CAPTIONS)
    assert not page.evaluate("find('bar').offsetHeight")
    boxes = page.evaluate("""cells.map(cell => [cell.frame, cell.image].map(
        part => [part.getBoundingClientRect().width, part.getBoundingClientRect().height]))""")
    assert all(outer == pytest.approx(inner, abs=0.1) for outer, inner in boxes)


@pytest.mark.slow
def test_a_figure_without_cells_is_shown_as_it_is_drawn(show):
    scene = Scene(100.0, 50.0, 2.0, items=[Text("heat map", 10.0, 20.0, 9.0)])
    page = show(scene)
    assert page.evaluate("document.querySelector('main svg text').textContent") == "heat map"
    assert page.evaluate("find('bar').offsetHeight + find('keys').offsetHeight") == 0


@pytest.mark.slow
def test_a_colour_bar_stands_below_the_cells(show):
    scene = make_scene(PICTURES[:3])
    bar = Picture(Box(10, 250, 200, 10), PICTURES[1][:1], "scale of colours")
    scene.items += [Text("a caption", 10, 85, 9), bar, Text("0", 110, 270, 9, 0.5)]
    page = show(scene)
    drawn = "[...document.querySelectorAll('main > svg > *')].map(item => item.textContent)"
    assert page.evaluate(drawn) == ["scale of colours", "0"]
    assert page.box("main > svg")[1] > page.box(".frame")[1] + page.box(".frame")[3]
