"""Bad input: one line that says what was found and what was wanted, and nothing touched."""

import os
import re
import shlex

import numpy as np
import pytest

from imgfilt.kernel.preset_table import list_preset_names

from ..cli_support import files, invoke, posix, refused, save

LONG = 300 * "x"
WORDS = {
    "LONG": LONG,
    "PRESETS": ", ".join(list_preset_names()),
}

KERNELS = {
    "ragged.txt": "# of edges\n1 2 3\n4 5\n",
    "words.txt": "1 2\n3 four\n",
    "nan.txt": "1 nan\n",
    "infinite.txt": "1 -inf\n",
    "beyond.txt": "1 1e999\n",
    "zero.txt": "1/0 1\n",
    "gap.txt": "1,,2\n",
    "empty.txt": "",
    "comment.txt": "# nothing but words\n",
    "late.txt": "1 2\nscale 1/2\n",
    "twice.txt": "scale 2\nscale 2\n1\n",
    "scale.txt": "scale 1 18\n1\n",
    "origin.txt": "origin 1\n1 2\n",
    "outside.txt": "origin 0 2\n1 2\n",
}

TABLE = r"""
# Inputs
1 blur missing.png
    missing.png: no such file
1 blur ''
    '': no such file
1 blur missing -o folder/
    missing: no such file
1 blur missing --size 3,5 -o folder/
    missing: no such file
1 blur empty.png
    empty.png: is empty
1 blur words.png
    words.png: is no picture of a known format (...
1 blur words.txt
    words.txt:2:3: 'four' is not a number or a fraction a/b; letters work in imgfilt border only
1 blur ragged.csv
    ragged.csv:2: 1 number, but the rows above have 2
1 blur broken.png
    broken.png: truncated or broken PNG...
1 blur cut.png
    cut.png: truncated PNG
1 blur cut.jpg -o o.jpg
    cut.jpg: truncated or broken JPEG...
1 blur cut.npy
    cut.npy: is truncated
1 blur file.png/a.png
    file.png/a.png: ...
1 blur a.png --frame 1
    a.png: has no frame 1: it has 1, counted from 0
1 blur a.png --max-pixels 29
    a.png: 6 x 5 is more than 29 pixels; --max-pixels allows it
1 blur a.png -s 7 --border valid
    a.png: a picture of 6 x 5 has no pixel where a window of 7 x 7 fits whole, and the
    border is 'valid'
1 blur a.png --region 2,0,5,5
    a.png: region: 2,0,5,5 does not lie inside the picture of 6 x 5
1 blur a.png --mask whole.npy
    a.png: the mask is 9 x 9, the picture 6 x 5
1 blur a.png --size 3,5 --mask whole.npy
    a.png: the mask is 9 x 9, the picture 6 x 5
1 blur a.png --border constant --border-value 1,2
    a.png: border-value: 2 numbers for a picture of 3 channels; wanted 1, or one a channel
1 blur a.png --border constant --border-value 256
    a.png: border-value: 256 is outside the picture's range 0..255
1 blur a.png --border constant --border-value=-1
    a.png: border-value: -1 is outside the picture's range 0..255
1 blur a.png --border constant --border-value .5
    a.png: border-value: 0.5, but a picture of whole levels wants whole numbers
1 blur a.png --border constant --border-value 1e300
    a.png: border-value: 1e+300 is outside the picture's range 0..255
2 convolve a.png -k sobel-x --values raw --depth 16
    values: 'raw' needs a float output, and depth is 16
1 convolve a.png -k sobel-x --values raw
    a.png: --values: 'raw' needs a float output; --depth float makes it one
1 blur deep.png -o o.jpg
    deep.png: JPEG can't hold 16-bit grey; PNG, TIFF, JPEG 2000, PPM, PGM, .npy, .csv ...
1 blur a.png --depth float
    a.png: PNG can't hold float RGB; TIFF, PFM and .npy can; --depth 16 holds levels of 0 to 1
1 blur a.png -o o.txt
    a.png: .txt can't hold 8-bit RGB; PNG, JPEG, TIFF, WebP, AVIF, JPEG 2000, BMP, ...
1 blur alpha.png -o o.jpg
    alpha.png: JPEG can't hold alpha; --background COLOUR removes it
1 median deep.png -s 7 --engine opencv
    deep.png: OpenCV can't do this: its median takes uint16 only up to size 5; --engine
    numpy can
1 bilateral deep.png -d 27 --engine opencv
    deep.png: OpenCV can't do this: its bilateral filter has float32 sums, too coarse for uint16
    from diameter 27 up; --engine numpy can
1 nlmeans deep.png --engine opencv
    deep.png: OpenCV can't do this: its non-local means takes uint8 pictures, not uint16;
    --engine numpy can
1 median alpha.png --engine opencv
    alpha.png: OpenCV can't do this: it doesn't support transparency; --engine numpy can
1 blur a.png -s 3,5 --zoom 0,0,7,1
    a.png: --zoom 0,0,7,1 does not lie inside the picture of 6 x 5
1 blur a.png -s 3,5 --inset 5x6+2+0
    a.png: --inset 2,0,5,6 does not lie inside the picture of 6 x 5
1 blur a.png -s 3,5 --inset 0,0,6,5
    a.png: --inset 0,0,6,5 can't be enlarged below a cell of 6 x 5 pixels: give a smaller part
    or a larger --cell-width
1 blur a.png -s 3,5 --max-pixels 99
    a.png: the figure would be 232 x 66 pixels, more than --max-pixels 99: give a smaller
    --cell-width or other --columns
1 blur a.png -s 3,5 --reference large.png
    a.png: --reference: 40 x 40 pixels, but the picture to compare with it has 6 x 5
1 compare missing.png blur
    missing.png: no such file
1 compare a.png missing.png blur
    missing.png: no such file
# Outputs
1 blur a.png -o LONG.png
    LONG.png: File name too long
1 blur a.png -o missing/o.png
    missing/o.png: there is no folder missing; mkdir -p missing makes it
1 blur a.png -o file.png/o.png
    file.png/o.png: there is no folder file.png...
1 blur a.png -o file.png/made/
    file.png/made: Not a directory
1 blur a.png -o 'file.png/{stem}.png'
    file.png...
2 blur a.png -o o
    o: a suffix is missing; wanted such as o.png or, for a folder, o/
2 blur a.png -o ''
    -o '': wanted a file, a folder, a template or -
2 blur a.png -o '{stem}'
    {stem}: a suffix is missing; wanted such as '{stem}.png' or, for a folder, '{stem}/'
2 blur a.png -o '{stem}-blur{ext}'
    {stem}-blur{ext}: {ext} has no dot; wanted '{stem}-blur.{ext}'
2 blur a.png -o jpg:-
    -o jpg:-: is no file; -f jpeg -o - writes to stdout
2 blur a.png -o o.pngg
    o.pngg: unknown picture format .pngg; did you mean .png?
2 blur a.png -o o.eps
    o.eps: unknown picture format .eps; for print wanted .pdf or .svg
2 blur a.png -o o.heic
    o.heic: unknown picture format .heic; known are png, jpeg, tiff, webp, ...
2 blur a.png -o 'o.{filter}'
    ...
2 blur a.png -f foo
    -f foo: wanted one of png, jpeg, tiff, webp, avif, jp2, bmp, gif, ppm, pgm, pfm, npy, csv, ...
2 blur a.png -f tiff
    o.png: its suffix says PNG, but -f says TIFF
2 blur a.png -o a.png
    a.png: the output is one of the inputs
2 blur a.png -o '{size}{sigma}.png'
    -o: unknown word {sigma}; known are {stem}, {ext}, {parent}, {index}, {frame}, {size}, {filter}
2 blur a.png -o '{name}.png'
    -o: unknown word {name}; did you mean {stem}?
2 blur a.png -o '{n:04}.png'
    -o: unknown word {n:04}; did you mean {index:04}?
2 blur a.png missing.png -o o.png
    missing.png: no such file; a.png would have the same output, o.png
2 blur a.png a.jpg -o o.png
    a.png and a.jpg would have the same output, o.png; name a folder, such as out/,
    or a template: '{stem}-o.png'
2 blur a.png a.jpg -o %04d.png
    a.png and a.jpg would have the same output, %04d.png; name a folder, such as out/,
    or a template: '{index:04}.png'
2 blur a.png a.jpg -o missing/%04d.png
    a.png and a.jpg would have the same output, missing/%04d.png; name a folder, such as out/,
    or a template: 'missing/{index:04}.png'
# Parameters and options
2 median a.png --size 4
    --size: 4 is even; odd are 3 and 5
2 gaussian a.png --size 16382
    --size: 16382 is even; odd are 16381 and 16383
2 bilateral a.png -d 2
    --diameter: 2 is even; odd are 1 and 3
2 nlmeans a.png --patch 6
    --patch: 6 is even; odd are 5 and 7
2 nlmeans a.png --search 1025
    --search: 1025 is not an odd number from 1 to 1023
2 gaussian a.png --sigma -1
    --sigma: -1 is not a number from 0 to 2000
2 gaussian a.png --sigma nan
    --sigma: 'nan' is not a number from 0 to 2000
2 gaussian a.png --sigma inf
    --sigma: 'inf' is not a number from 0 to 2000
2 gaussian a.png --sigma 1e999
    --sigma: '1e999' is not a number from 0 to 2000
2 gaussian a.png --sigma 1e9
    --sigma: 1000000000 is not a number from 0 to 2000
2 bilateral a.png --sigma-space 1e308
    --sigma-space: 1e+308 is not a number from 0 to 1000000
2 blur a.png --size 99999999999999999999999999999999999999999
    --size: 1e+41 is not a whole number from 1 to 16383
2 gaussian a.png --sigma ''
    --sigma: '' is not a number from 0 to 2000
2 gaussian a.png --sigma ١
    --sigma: '١' is not a number from 0 to 2000
2 gaussian a.png --sigma 1/3
    --sigma: '1/3' is not a number from 0 to 2000
2 median a.png --size 1_1
    --size: '1_1' is not an odd number from 1 to 16383
2 median a.png --size 0x11
    --size: 0 is not an odd number from 1 to 16383
2 median a.png --size 5x4
    --size: 4 is even; odd are 3 and 5
2 bilateral a.png --diameter 0x11
    --diameter: '0x11' is not an odd number from 1 to 1023
2 median a.png --size 5.0
    --size: '5.0' is not an odd number from 1 to 16383
2 median a.png --size $'5\n7'
    --size: '5\n7' is not an odd number from 1 to 16383
2 blur a.png --size 1_0
    --size: '1_0' is not a whole number from 1 to 16383
2 blur a.png --size 0x10
    --size: ...
2 blur a.png --size 0
    --size: 0 is not a whole number from 1 to 16383
2 blur a.png --size 1000000000
    --size: 1000000000 is not a whole number from 1 to 16383
2 blur a.png --size 5x16384
    --size: 16384 is not a whole number from 1 to 16383
2 blur a.png --size 5x
    --size: '5x' ...
2 blur a.png --size 5,
    --size: '' is not a whole number from 1 to 16383
2 blur a.png --size 5:1:1
    --size: the step of '5:1:1' does not lead from start to stop
2 blur a.png --size 1:5:0
    --size: the step of '1:5:0' does not lead from start to stop
2 blur a.png --size 1:5
    --size: '1:5': a range has a step, such as 1:5:2
2 gaussian a.png --sigma 1:2
    --sigma: '1:2': a range has a step, such as 1:2:1
2 gaussian a.png --sigma 0.5:2
    --sigma: '0.5:2': a range has a step, such as 0.5:2:0.5
2 blur a.png --size 1..5
    --size: '1..5' is no number; a list is 1,5, a range 1:5:2
2 gaussian a.png --sigma 1-4
    --sigma: '1-4' is no number; a list is 1,4, a range 1:4:1
2 blur a.png --size 31px
    --size: '31px' has a unit; wanted 31 without one
2 bilateral a.png --sigma-color 40px
    --sigma-color: '40px' has a unit; wanted 40 without one
2 nlmeans a.png --strength 3px,5px
    --strength: '3px,5px' has a unit; wanted 3,5 without one
2 blur a.png --size 5%
    --size: '5%' has a unit; wanted a number without one
2 blur a.png --size 1:401:1
    --size: '1:401:1' has more than 400 values
2 blur a.png --size 3x3:9x9:2
    --size: '3x3:9x9:2' is not a range START:STOP:STEP of numbers
2 bilateral a.png -d 1:41:2 --sigma-color 1:20:1
    more than 400 combinations of the values given
2 bilateral a.png --sigma-space -3
    --sigma-space: -3 is not a number from 0 to 1000000
2 nlmeans a.png --strength x
    --strength: 'x' is not a number from 0 to 1e+150, or auto
2 blur a.png --border-value x
    --border-value: 'x' is not a number or a fraction a/b
2 blur a.png --border-value 1,,2
    --border-value: '' is not a number or a fraction a/b
2 blur a.png --region 0,0,1
    --region: '0,0,1' is not LEFT,TOP,WIDTH,HEIGHT: 4 whole numbers
2 blur a.png --region 1x1
    --region: '1x1' is not LEFT,TOP,WIDTH,HEIGHT: 4 whole numbers
2 blur a.png --region 1x1-1+0
    --region: '1x1-1+0' is not LEFT,TOP,WIDTH,HEIGHT: 4 whole numbers
1 blur a.png --region 0,0,1,1 --region 5x5+2+0
    a.png: region: 2,0,5,5 does not lie inside the picture of 6 x 5
2 blur missing.png --region 0,0,1,1 --region 0x1+0+0
    region: 0,0,0,1 is empty; wanted a WIDTH and HEIGHT from 1
2 blur missing.png --region 0,0,0,1
    region: 0,0,0,1 is empty; wanted a WIDTH and HEIGHT from 1
2 blur missing.png --region 0,0,1,0
    region: 0,0,1,0 is empty; wanted a WIDTH and HEIGHT from 1
2 blur a.png --region -1,0,1,1
    --region: ...
2 blur a.png --region 0,0,2,2 --border valid
    a region can't go with the border 'valid'
2 blur missing.png --size 3,5 --region 0,0,2,2 --border valid
    a region can't go with the border 'valid'
2 blur a.png --mask a.png --border valid
    a mask can't go with the border 'valid'
2 convolve a.png -k 1 --mask a.png --border full
    a mask can't go with the border 'full'
2 convolve a.png -k 1 --region 0,0,2,2 --border full
    a region can't go with the border 'full'
2 convolve a.png -k 1 --border-value 7 --border full
    --border-value goes with --border constant
2 blur missing.png --size 3,5 --mask missing.png --border valid
    a mask can't go with the border 'valid'
2 blur a.png --mask missing.png
    --mask missing.png: no such file
2 blur a.png --mask words.png
    --mask words.png: is no picture of a known format (...
2 blur a.png --mask cut.png
    --mask cut.png: truncated PNG
2 blur a.png --mask a.png
    --mask a.png: it has colour; a mask is a grey picture
2 blur a.png --mask large.png --max-pixels 99
    --mask large.png: 40 x 40 is more than 99 pixels; --max-pixels allows it
2 blur a.png --frame -1
    --frame: -1 is not a whole number from 0 ...
2 blur a.png --quality 101
    --quality: 101 is not a whole number from 1 to 100
2 blur a.png --compression 10
    --compression: 10 is not a whole number from 0 to 9
2 blur a.png --jobs 0
    --jobs: 0 is not a whole number from 1 to 1024
2 blur a.png --max-pixels 0
    --max-pixels: 0 is not a whole number from 1 ...
2 blur a.png --background grue
    'grue' is no colour; one is a name such as white, #rrggbb, rgb(...) or hsl(...)
2 blur a.png --background '#ff000080'
    '#ff000080' is transparent; a background is opaque
2 blur a.png --background $'a\nb'
    'a...
# Kernels
2 convolve a.png -k ragged.txt
    ragged.txt:3: 2 numbers, but the rows above have 3
2 convolve a.png -k words.txt
    words.txt:2:3: 'four' is not a number or a fraction a/b
2 convolve a.png -k nan.txt
    nan.txt:1:3: 'nan' is not a number or a fraction a/b
2 convolve a.png -k infinite.txt
    infinite.txt:1:3: '-inf' is not a number or a fraction a/b
2 convolve a.png -k beyond.txt
    beyond.txt:1:3: '1e999' is too large for float64
2 convolve a.png -k zero.txt
    zero.txt:1:1: the denominator of 1/0 is zero
2 convolve a.png -k gap.txt
    gap.txt:1:3: a number is missing
2 convolve a.png -k empty.txt
    empty.txt:1: no row of numbers found
2 convolve a.png -k comment.txt
    comment.txt:2: no row of numbers found
2 convolve a.png -k late.txt
    late.txt:2:1: 'scale' must stand before the rows
2 convolve a.png -k twice.txt
    twice.txt:2:1: 'scale' is said twice
2 convolve a.png -k scale.txt
    scale.txt:1:9: 'scale' wants one number, 2 found
2 convolve a.png -k origin.txt
    origin.txt:1:8: 'origin' wants a row and a column, found '1'
2 convolve a.png -k outside.txt
    outside.txt:1:8: the origin 0,2 is outside the kernel of 1 x 2: rows are 0 to 0, columns 0
    to 1
2 convolve a.png -k a.png
    a.png:1:1: not a text in UTF-8, found the byte 0x89
2 convolve a.png -k folder
    ...
2 convolve a.png -k missing.txt
    --kernel missing.txt: no such file
2 convolve a.png -k sobel
    no preset or kernel file is called 'sobel'; sobel-x and sobel-y are, and the filter edges has
    their magnitude
2 convolve a.png -k edge
    no preset or kernel file is called 'edge'; the filter edges shows edges, and laplacian is a
    preset
2 convolve a.png -k Gauss
    no preset or kernel file is called 'Gauss'; did you mean gaussian?
2 convolve a.png -k avrage:5
    no preset or kernel file is called 'avrage'; did you mean average?
2 convolve a.png -k average
    the preset 'average' is written average:SIZE; found average alone; wanted such as average:5
2 convolve a.png -k average:3,4
    the preset 'average' is written average:SIZE; found 'average:3,4'; wanted such as average:5
2 convolve a.png -k average:0
    average's size: 0 is not a whole number from 1 to 1000
2 convolve a.png -k gaussian:4
    gaussian's size: 4 is even; odd are 3 and 5
2 convolve a.png -k gaussian:5,-1
    gaussian's sigma: -1 is not a number from 0 to 2000
2 convolve a.png -k sobel-x:3
    the preset 'sobel-x' takes no arguments, found '3'
2 convolve a.png -k ''
    kernel:1: no row of numbers found
2 convolve a.png -k '1 2; 3'
    kernel:2: 1 number, but the rows above have 2
2 convolve a.png -k '1 x'
    kernel:1:3: 'x' is not a number or a fraction a/b
2 convolve a.png -k sobel-x -s 3
    a size was given beside the kernel 'sobel-x'; ...
2 convolve a.png -k fine.txt -s 3
    a size goes with a preset that is named without its arguments
2 convolve a.png -k '1 2; 3 4' --origin 2,0
    the origin 2,0 is outside the kernel of 2 x 2: rows are 0 to 1, columns 0 to 1
2 convolve a.png -k '1 2' --origin 1
    --origin: '1' is not ROW,COL: 2 whole numbers
2 convolve a.png -k '1 2' --origin -1,0
    --origin: ...
2 convolve a.png -k '1' -k '1' --origin 0,0
    an origin goes with one kernel; several have 'origin' lines
2 convolve a.png -k '1 -1' --normalize
    the kernel's weights sum to 0, so it can't be normalized
2 convolve a.png -k 1 --scale 1/0
    --scale: '1/0' is not a number or a fraction a/b
# Figures
2 compare a.png
    compare: no SPEC was given, such as 'gaussian --size 35'
2 compare blur
    compare: no INPUT was given
2 compare a.png 'blur --size 0'
    'blur --size 0': --size: 0 is not a whole number from 1 to 16383
2 compare a.png 'median --size 4'
    'median --size 4': --size: 4 is even; odd are 3 and 5
2 compare a.png 'blur --size'
    'blur --size': ...
2 compare a.png 'blur --sigma 3'
    'blur --sigma 3': ...
2 compare a.png 'X=blur more'
    'X=blur more': ...
2 compare a.png 'blur -o x.png'
    'blur -o x.png': ...
2 compare a.png 'blur --border-value 3'
    'blur --border-value 3': ...
2 compare a.png 'convolve'
    'convolve': ...
2 compare a.png "blur 'x"
    "blur 'x": wanted every quotation mark closed, and no backslash at the end
2 compare a.png $'blur\n--nope'
    'blur\n--nope': ...
2 compare a.png 'convolve -k nope'
    'convolve -k nope': no preset or kernel file is called 'nope'; presets are PRESETS
2 compare a.png blur -o a.png
    a.png: the output is one of the inputs
2 compare a.png blur --zoom 0,0,0,1
    --zoom 0,0,0,1: wanted a LEFT and TOP from 0, a WIDTH and HEIGHT from 1
2 compare x=a.png a.png y=a.png blur
    y=a.png: this input is there already, and is taken once
2 compare a.png blur --inset 0,0,1,0
    --inset 0,0,1,0: wanted a LEFT and TOP from 0, a WIDTH and HEIGHT from 1
2 compare a.png blur --inset nowhere
    --inset: 'nowhere' is not LEFT,TOP,WIDTH,HEIGHT: 4 whole numbers
2 compare a.png blur --columns 0
    --columns: 0 is not a whole number from 1 to 400
2 compare a.png blur --reference missing.png
    --reference missing.png: no such file
2 compare a.png blur --reference words.png
    --reference words.png: is no picture of a known format (...
2 blur a.png --columns 2
    --columns goes with a figure: several values for a parameter
2 blur a.png --no-original
    --no-original goes with a figure: several values for a parameter
2 blur a.png --title x
    --title goes with a figure: several values for a parameter
2 blur a.png --cell-width 9
    --cell-width goes with a figure: several values for a parameter
2 blur a.png --zoom 0,0,1,1
    --zoom goes with a figure: several values for a parameter
2 blur a.png --reference a.png
    --reference goes with a figure: several values for a parameter
2 blur a.png --size 3,5 --title x -o '{size}.png'
    --title goes with a figure: several values for a parameter
1 compare a.png blur --cell-width 65535
    a.png: the figure would ...
2 compare missing.png blur -o o.txt
    o.txt: .txt can't hold a figure, which is 8-bit RGB; PNG, JPEG, TIFF, WebP, AVIF,
    JPEG 2000, BMP, GIF, PPM, .npy, SVG, PDF and HTML can
2 compare a.png blur -o - -f pfm
    stdout: PFM can't hold a figure, which is 8-bit RGB; PNG, ...
2 blur a.png --size 3,5 -o o.pgm
    o.pgm: PGM can't hold a figure, which is 8-bit RGB; PNG, ...
2 blur a.png --size 3,5 -o o.csv --dry-run
    o.csv: .csv can't hold a figure, which is 8-bit RGB; PNG, ...
1 blur whole.txt --size 3,5 -o folder/
    whole.txt: .txt can't hold a figure, which is 8-bit RGB; PNG, ...
2 blur missing.png --size 1:400:1
    o.png: a figure of 401 cells; at most 400
2 compare missing.png 'blur --size 1:400:1' blur --no-original
    o.png: a figure of 401 cells; at most 400
2 compare missing.png a.png a.jpg 'blur --size 1:133:1'
    o.png: a figure of 402 cells; at most 400
2 kernel save sobel-x -o o.PNG
    o.PNG: a kernel is saved as .txt, .csv, .mat or .npy; imgfilt kernel plot draws it
2 kernel plot sobel-x -o o.pfm
    o.pfm: PFM can't hold a figure, which is 8-bit RGB; PNG, ...
"""


def rows():
    """Return the exit code, the words and the line of each row of the table."""
    for row in re.split(r"\n(?=[#\d])", TABLE.strip()):
        if not row.startswith("#"):
            command, *line = row.replace("$'", "'").split("\n")
            code, *words = shlex.split(command)
            words = [word.replace(r"\n", "\n").replace("LONG", LONG) for word in words]
            words += [] if "-o" in words else ["-o", "o.png"]
            line = " ".join(map(str.strip, line))
            for word, meaning in WORDS.items():
                line = line.replace(word, meaning)
            yield pytest.param(int(code), words, line, id=command)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of good and bad pictures and kernels; what is refused leaves it as it is."""
    made = tmp_path_factory.mktemp("errors")
    for name in ("a.png", "a.jpg", "file.png"):
        save(made / name, 5, 6, 3)
    save(made / "large.png", 40, 40, 3)
    save(made / "alpha.png", 5, 6, 4)
    save(made / "deep.png", 5, 6, 1, dtype="uint16")
    for name, text in KERNELS.items():
        (made / name).write_text(text)
    (made / "fine.txt").write_text("1 2\n3 4\n")
    (made / "whole.txt").write_text("1 2\n3 4\n")
    (made / "ragged.csv").write_text("1,2\n3\n")
    (made / "words.png").write_text("no picture\n")
    (made / "empty.png").touch()
    png, jpeg = (made / "large.png").read_bytes(), (made / "a.jpg").read_bytes()
    (made / "cut.png").write_bytes(png[: len(png) // 2])
    (made / "cut.jpg").write_bytes(jpeg[: -len(jpeg) // 4])
    (made / "broken.png").write_bytes(png[:900] + bytes(40) + png[940:])
    np.save(made / "whole.npy", np.zeros((9, 9), np.uint8))
    (made / "cut.npy").write_bytes((made / "whole.npy").read_bytes()[:-1])
    (made / "folder").mkdir()
    return made


@pytest.mark.slow
@pytest.mark.parametrize(("code", "words", "line"), list(rows()))
def test_one_line(code, words, line, folder, monkeypatch):
    monkeypatch.chdir(folder)
    refused(line, *words, code=code)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("blr a.png -o o.png", "blr"),
        ("blur -o o.png", "no INPUT was given"),
        ("blur a.png", "no output is named: -o is missing"),
        ("blur a.png -o", "-o"),
        ("blur a.png -o o.png --sigma 3", "--sigma"),
        ("blur a.png -o o.png --border around", "around"),
        ("blur a.png -o o.png --engine cuda", "cuda"),
        ("blur a.png -o o.png --depth 12", "12"),
        ("convolve a.png -o o.png", "--kernel"),
        ("convolve a.png -o o.png -k 1 --values all", "all"),
        ("median a.png -o o.png --values abs", "--values"),
        ("compare -o o.png", "no INPUT... SPEC... was given"),
        ("compare a.png blur -o o.png --border zero", "--border"),
        ("compare a.png blur", "no output is named: -o is missing"),
    ],
)
def test_usage(words, found, folder, monkeypatch):
    monkeypatch.chdir(folder)
    before = files()
    result = invoke(*words.split())
    assert result.exit_code == 2
    assert result.stdout == ""
    line, *below = result.stderr.splitlines()
    assert line.startswith("imgfilt: ")
    assert found in line
    assert not below or (len(below) == 1 and below[0].startswith("  imgfilt "))
    assert files() == before


def test_a_bad_command_touches_no_input(folder, monkeypatch):
    """What is wrong with the command is said even where the inputs are, too."""
    monkeypatch.chdir(folder)
    line = "--size: 4 is even; odd are 3 and 5"
    refused(line, "median", "missing.png", "--size", "4", "-o", "missing/o.png")


def test_an_old_output_outlives_a_failure(folder, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "o.png").write_text("old")
    for name in ("missing.png", "cut.png", "broken.png", "words.png"):
        refused("...", "blur", folder / name, "-o", "o.png", code=1)


@posix
@pytest.mark.parametrize(
    ("name", "make", "kind"),
    [
        ("fifo.png", lambda name: os.mkfifo(name), "a FIFO"),
        ("zero.png", lambda name: os.symlink("/dev/zero", name), "a device"),
        ("folder.png", os.mkdir, "a folder"),
    ],
)
def test_what_is_no_regular_file(name, make, kind, folder, monkeypatch, tmp_path):
    """None of them hangs the command."""
    monkeypatch.chdir(tmp_path)
    make(name)
    picture = folder / "a.png"
    line = f"{name}: is {kind}, not a regular file"
    refused(f"--kernel {line}", "convolve", picture, "--kernel", name, "-o", "o.png")
    if kind != "a folder":
        refused(line, "blur", name, "-o", "o.png", code=1)
        refused(line, "blur", picture, "-o", name, code=1)


@posix
def test_without_permission(folder, in_folder):
    save("secret.png", 5, 6, 3)
    (in_folder / "locked").mkdir()
    (in_folder / "locked").chmod(0o500)
    if os.access("locked", os.W_OK):
        pytest.skip("root may write anywhere")
    (in_folder / "kept.png").write_text("old")
    (in_folder / "kept.png").chmod(0o400)
    refused("locked/o.png: ...", "blur", folder / "a.png", "-o", "locked/o.png", code=1)
    refused("kept.png: is write-protected", "blur", folder / "a.png", "-o", "kept.png", code=1)
    (in_folder / "secret.png").chmod(0)
    result = invoke("blur", "secret.png", "-o", "o.png")
    assert (result.exit_code, result.stderr) == (1, "imgfilt: secret.png: permission denied\n")
