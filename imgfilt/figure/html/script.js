"use strict";

// Places are rows and columns of pixels, from 0. Cells of a group show the same part: their view
// is its middle and its zoom (1 fits the picture into its frame).

const find = (id) => document.getElementById(id);
const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

const cells = [...document.querySelectorAll("#cells > li:not(.empty)")].map((item, index) => {
  const number = (name) => Number(item.dataset[name]);
  return {
    item,
    index,
    group: item.dataset.group,
    width: number("width"),
    height: number("height"),
    top: number("top"), // its first pixel, in rows and columns of its group
    left: number("left"),
    channels: number("channels"),
    reduction: number("reduction"), // of the image that the page opens with
    loading: null, // a promise of the whole picture
    hasFailed: false,
    name: item.querySelector(".caption").textContent,
    note: item.querySelector(".note")?.textContent ?? "",
    frame: item.querySelector(".frame"),
    layer: item.querySelector(".layer"),
    image: item.querySelector("img"),
    button: item.querySelector(".choose"),
    levels: item.querySelector(".levels"),
    mark: item.querySelector(".mark"),
    over: item.querySelector(".over"),
    context: null, // of a canvas with its picture, from which levels are read
  };
});

const views = new Map();
for (const cell of cells) {
  if (!views.has(cell.group)) views.set(cell.group, { zoom: 1, ...middle(cell), width: 0, height: 0 });
  const view = views.get(cell.group);
  view.width = Math.max(view.width, cell.width); // of the largest cell
  view.height = Math.max(view.height, cell.height);
}

let current = null; // the cell that is shown alone
let coming = null; // the cell that is being loaded, to be shown next
let other = null; // the cell that it is compared with
let mode = "picture";
let edge = 50; // of the wipe, in percent
let pixel = null; // { row, column, group } that is read
let pointed = cells[0]; // the cell below the pointer

// --- Places -----------------------------------------------------------------------------------

function middle(cell) {
  return { row: cell.top + cell.height / 2, column: cell.left + cell.width / 2 };
}

// Returns how a cell lies in its frame: screen pixels for each of its own, and its corner.
function geometry(cell) {
  const { width, height } = cell.frame.getBoundingClientRect();
  const view = views.get(cell.group);
  const largest = current ? view : cell; // frames in the grid are as large as their cells
  const fit = Math.min(width / largest.width, height / largest.height);
  const scale = fit * view.zoom;
  const x = width / 2 - (view.column - cell.left) * scale;
  const y = height / 2 - (view.row - cell.top) * scale;
  return { width, height, fit, scale, x, y };
}

// Returns the place in a picture that lies under a point of the window, with fractions.
function placeAt(cell, clientX, clientY) {
  const box = cell.frame.getBoundingClientRect();
  const { scale, x, y } = geometry(cell);
  return {
    row: cell.top + (clientY - box.top - y) / scale,
    column: cell.left + (clientX - box.left - x) / scale,
  };
}

const isShown = (cell) => cell.frame.clientWidth > 0;
const isInWindow = (cell) => {
  if (current && isShown(cell)) return true;
  const box = cell.item.getBoundingClientRect(); // of what is written, if it isn't shown
  return box.bottom > 0 && box.top < innerHeight;
};

// Returns the cells that keys act on: the one that is shown, or one of each group.
function activeCells() {
  if (current) return [current];
  return [...views.keys()].map((group) => cells.find((cell) => cell.group === group));
}

// --- Zooming and moving -----------------------------------------------------------------------

function zoomTo(cell, zoom, clientX, clientY) {
  const view = views.get(cell.group);
  const { fit } = geometry(cell);
  const full = 1 / (devicePixelRatio * fit);
  const box = cell.frame.getBoundingClientRect();
  clientX ??= box.left + box.width / 2;
  clientY ??= box.top + box.height / 2;
  const before = placeAt(cell, clientX, clientY);
  view.zoom = clamp(zoom, Math.min(1, full), Math.max(8, 64 / fit));
  const after = placeAt(cell, clientX, clientY);
  view.row += before.row - after.row;
  view.column += before.column - after.column;
  keepInside(cell);
  draw();
}

function zoomBy(factor) {
  for (const cell of activeCells()) zoomTo(cell, views.get(cell.group).zoom * factor);
}

// Moves the pictures by screen pixels.
function moveBy(cell, x, y) {
  const view = views.get(cell.group);
  const { scale } = geometry(cell);
  view.column -= x / scale;
  view.row -= y / scale;
  keepInside(cell);
  draw();
}

// A picture that is larger than its frame fills it; a smaller one lies in its middle.
function keepInside(cell) {
  const view = views.get(cell.group);
  const { width, height, scale } = geometry(cell);
  const keep = (place, first, length, shown) =>
    shown >= length
      ? first + length / 2
      : clamp(place, first + shown / 2, first + length - shown / 2);
  view.row = keep(view.row, cell.top, cell.height, height / scale);
  view.column = keep(view.column, cell.left, cell.width, width / scale);
}

function draw() {
  const shown = cells.filter(isShown).map((cell) => [cell, geometry(cell)]); // read, then written
  for (const [cell, { scale, x, y }] of shown) {
    const layers = cell === current ? [cell.layer, find("map").firstElementChild] : [cell.layer];
    for (const layer of layers) {
      layer.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
      layer.firstElementChild.classList.toggle("squares", scale * devicePixelRatio > 1);
    }
    if (needsWhole(cell, scale)) loadVisible();
    if (cell.over) {
      cell.over.style.inset = `${y}px auto auto ${x}px`;
      cell.over.style.width = `${cell.width * scale}px`;
      cell.over.style.height = `${cell.height * scale}px`;
    }
    drawMark(cell, scale, x, y);
  }
  const isZoomed = [...views.values()].some((view) => view.zoom > 1);
  find("cells").classList.toggle("zoomed", isZoomed);
  const [, { scale }] = shown.find(([cell]) => cell === current) ?? shown[0] ?? [null, { scale: 1 }];
  const percent = scale * devicePixelRatio * 100;
  find("zoom").textContent = `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

// --- Whole pictures, and the levels of a pixel ------------------------------------------------

// Large pictures are in the page twice: reduced, so that it opens fast, and whole in a template.
function load(cell) {
  cell.loading ??= loadWhole(cell);
  return cell.loading;
}

async function loadWhole(cell) {
  if (cell.reduction === 1) return cell.image.decode();
  const template = cell.item.querySelector("template");
  const whole = cell.image.cloneNode();
  whole.src = template.content.textContent;
  await whole.decode();
  cell.image.replaceWith(whole);
  template.remove();
  [cell.image, cell.reduction] = [whole, 1];
}

const needsWhole = (cell, scale) => cell.reduction * scale * devicePixelRatio > 1.25 && cell.reduction > 1;

const MOST_HELD = 128e6; // pixels on canvases, 4 bytes each

// Keeps the pixels of a cell, so that its levels can be read.
async function hold(cell) {
  await load(cell);
  if (cell.context) return;
  let held = cells.filter((one) => one.context).reduce((sum, one) => sum + one.width * one.height, 0);
  for (const one of cells) {
    if (held + cell.width * cell.height <= MOST_HELD) break;
    if (!one.context || one === current || one === other || isInWindow(one)) continue;
    one.context = null;
    held -= one.width * one.height;
  }
  const canvas = document.createElement("canvas");
  canvas.width = cell.width;
  canvas.height = cell.height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(cell.image, 0, 0);
  cell.context = context;
}

function isWanted(cell) {
  if (cell.hasFailed || !isInWindow(cell)) return false;
  const isRead = covers(cell, pixel) && !cell.context;
  return isRead || (isShown(cell) && needsWhole(cell, geometry(cell).scale));
}

// Loads what the window shows, one picture after the other: events come in between.
let isLoading = false;
async function loadVisible() {
  if (isLoading) return;
  isLoading = true;
  for (let cell; (cell = [pointed, ...cells].find(isWanted)); ) {
    const loaded = covers(cell, pixel) ? hold(cell) : load(cell);
    await loaded.catch(() => { cell.hasFailed = true; });
    showLevels(cell);
    draw();
  }
  isLoading = false;
}

function covers(cell, place) {
  if (!place || cell.group !== place.group) return false;
  const row = place.row - cell.top, column = place.column - cell.left;
  return row >= 0 && column >= 0 && row < cell.height && column < cell.width;
}

function levelsOf(cell) {
  const { row, column } = pixel;
  const data = cell.context.getImageData(column - cell.left, row - cell.top, 1, 1).data;
  return [...data.slice(0, cell.channels)];
}

function showLevels(cell) {
  cell.levels.replaceChildren();
  if (!covers(cell, pixel)) return;
  if (!cell.context) {
    cell.levels.textContent = "…";
    return;
  }
  const levels = levelsOf(cell);
  const swatch = document.createElement("i");
  swatch.style.background = `rgb(${levels.length > 1 ? levels : [levels[0], levels[0], levels[0]]})`;
  cell.levels.append(swatch, levels.join(" "));
}

function read(place) {
  pixel = place;
  if (document.activeElement !== find("row")) find("row").value = place ? place.row : "";
  if (document.activeElement !== find("column")) find("column").value = place ? place.column : "";
  cells.forEach(showLevels);
  draw();
  if (place) loadVisible();
}

function drawMark(cell, scale, x, y) {
  cell.mark.hidden = !covers(cell, pixel);
  if (cell.mark.hidden) return;
  const side = Math.max(scale, 5);
  const start = (place) => (place + 0.5) * scale - side / 2;
  cell.mark.style.left = `${x + start(pixel.column - cell.left)}px`;
  cell.mark.style.top = `${y + start(pixel.row - cell.top)}px`;
  cell.mark.style.width = cell.mark.style.height = `${side}px`;
}

// The fields can be used without a pointer; the levels are then spoken.
async function readFields() {
  const row = find("row").valueAsNumber, column = find("column").valueAsNumber;
  const group = (current ?? cells[0]).group;
  if (!Number.isInteger(row) || !Number.isInteger(column)) return;
  const place = { row, column, group };
  const inside = cells.filter((cell) => covers(cell, place));
  read(place);
  if (!inside.length) return say("outside of the picture");
  for (const cell of inside.filter(isInWindow)) await hold(cell).catch(() => {});
  if (pixel !== place) return;
  inside.forEach(showLevels);
  const spoken = (current ? [current] : inside).filter((cell) => cell.context);
  say(spoken.map((cell) => `${cell.name}: ${levelsOf(cell).join(" ")}`).join("; "));
}

function say(text) {
  find("said").textContent = text;
}

// --- One picture, and two of them -------------------------------------------------------------

const comparable = () =>
  cells.filter((cell) => cell !== current && cell.group === current.group &&
    cell.width === current.width && cell.height === current.height);

async function show(cell) {
  coming = cell;
  const wasAlone = current !== null;
  const hadFocus = cells.some((one) => one.button === document.activeElement);
  await load(cell).catch(() => {}); // so that nothing flickers
  if (coming !== cell) return;
  [current, coming] = [cell, null];
  const others = comparable();
  if (!others.includes(other)) other = others[0] ?? null;
  if (!other) mode = "picture";
  find("other").replaceChildren(
    ...others.map((one) => new Option(`${one.index + 1} ${one.name}`, one.index, false, one === other)),
  );
  arrange();
  if (hadFocus || !wasAlone) cell.button.focus({ preventScroll: true });
  cell.item.scrollIntoView({ block: "nearest" });
  say([`${cell.index + 1} of ${cells.length}`, cell.name, cell.note].filter(Boolean).join(", "));
}

function showAll() {
  if (!current) return;
  const last = current;
  [current, other, mode] = [null, null, "picture"];
  arrange();
  last.button.focus({ preventScroll: true });
  last.item.scrollIntoView({ block: "nearest" });
  say("all pictures");
}

function setMode(wanted) {
  if (!current || (wanted !== "picture" && !other)) return;
  mode = wanted;
  arrange();
  say(mode === "picture" ? current.name : `${mode}: ${other.name}, ${current.name}`);
}

// Shows what `current`, `other` and `mode` say.
function arrange() {
  document.body.classList.toggle("alone", current !== null);
  const isPair = current !== null && mode !== "picture";
  for (const name of ["wipe", "difference"]) {
    for (const element of [find("cells"), find("stage")]) element.classList.toggle(name, mode === name);
    find(name).hidden = mode !== name;
  }
  for (const cell of cells) {
    cell.item.classList.toggle("current", cell === current);
    cell.item.classList.toggle("other", isPair && cell === other);
    if (cell === current) cell.button.setAttribute("aria-current", "true");
    else cell.button.removeAttribute("aria-current");
  }
  find("back").hidden = find("modes").hidden = current === null;
  find("with").hidden = !isPair;
  for (const button of find("modes").children) {
    button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    button.disabled = current !== null && !other && button.dataset.mode !== "picture";
  }
  find("left").textContent = other?.name ?? "";
  find("right").textContent = current?.name ?? "";
  moveEdge(edge);
  place();
  if (mode === "difference") drawDifference();
  if (pixel) loadVisible();
}

// Fits the pictures to the window.
function place() {
  const top = document.querySelector("header").offsetHeight;
  document.body.style.setProperty("--top", `${top}px`);
  activeCells().filter(isShown).forEach(keepInside);
  draw();
}

function moveEdge(percent) {
  edge = clamp(percent, 0, 100);
  find("edge").value = edge;
  document.body.style.setProperty("--cut", `${edge}%`);
}

async function drawDifference() {
  const [one, two, sign, gain] = [current, other, find("sign").value, Number(find("gain").value)];
  const isWanted = () => one === current && two === other && mode === "difference";
  const canvas = find("map").querySelector("canvas");
  const { width, height } = one;
  [canvas.width, canvas.height] = [width, height]; // which empties it
  find("greatest").textContent = "";
  try {
    await Promise.all([hold(one), hold(two)]);
  } catch {
    if (isWanted()) say(find("greatest").textContent = "a picture can't be read");
    return;
  }
  if (!isWanted()) return;
  const [a, b] = [one, two].map((cell) => cell.context.getImageData(0, 0, width, height));
  let greatest = 0;
  for (let index = 0; index < a.data.length; index++) {
    if (index % 4 === 3) continue; // alpha
    const difference = a.data[index] - b.data[index];
    greatest = Math.max(greatest, Math.abs(difference));
    // What is assigned is clipped to 0..255.
    a.data[index] = sign === "signed" ? 128 + gain * difference : gain * Math.abs(difference);
  }
  canvas.getContext("2d").putImageData(a, 0, 0);
  find("greatest").textContent = greatest ? `greatest ${greatest}` : "equal";
  say(`difference of ${one.name} from ${two.name}: ${find("greatest").textContent}`);
}

// --- Pointer, wheel and fingers ---------------------------------------------------------------

const pointers = new Map(); // those that are down: id -> [x, y]
let hasMoved = false;

function onDown(cell, event) {
  if (event.button !== 0) return;
  cell.frame.setPointerCapture(event.pointerId); // so that it may leave the frame
  pointers.set(event.pointerId, [event.clientX, event.clientY]);
  if (pointers.size === 1) hasMoved = false;
}

function onMove(cell, event) {
  const { pointerId: id, clientX: x, clientY: y } = event;
  const from = pointers.get(id);
  if (!from) return readAt(cell, x, y);
  if (!hasMoved && pointers.size === 1 && Math.hypot(x - from[0], y - from[1]) < 4) return;
  hasMoved = true;
  document.body.classList.add("dragged");
  const before = [...pointers.values()];
  pointers.set(id, [x, y]);
  const after = [...pointers.values()];
  const [oldX, oldY] = mean(before), [newX, newY] = mean(after);
  moveBy(cell, newX - oldX, newY - oldY);
  if (after.length === 2) {
    const factor = distance(after) / Math.max(distance(before), 1);
    zoomTo(cell, views.get(cell.group).zoom * factor, newX, newY);
  }
}

function readAt(cell, clientX, clientY) {
  const { row, column } = placeAt(cell, clientX, clientY);
  const found = { row: Math.floor(row), column: Math.floor(column), group: cell.group };
  pointed = cell;
  read(covers(cell, found) ? found : null);
}

function onUp(event) {
  pointers.delete(event.pointerId);
  if (!pointers.size) document.body.classList.remove("dragged");
}

const mean = (points) => [0, 1].map((axis) => points.reduce((sum, p) => sum + p[axis], 0) / points.length);
const distance = ([one, two]) => Math.hypot(one[0] - two[0], one[1] - two[1]);

// A wheel that has begun to scroll the page goes on scrolling, over pictures, too; and a picture
// that fits lets the page scroll down.
let lastScroll = -Infinity;
addEventListener("scroll", () => {
  lastScroll = performance.now();
  draw();
  if (pixel) loadVisible();
}, { passive: true });

function onWheel(cell, event) {
  const view = views.get(cell.group);
  const isPinch = event.ctrlKey; // so do touchpads report it
  const scrolls = performance.now() - lastScroll < 400 || (event.deltaY > 0 && view.zoom <= 1);
  if (!current && !isPinch && scrolls) return;
  event.preventDefault();
  const lines = event.deltaMode === 1 ? 20 : event.deltaMode === 2 ? 400 : 1;
  const factor = Math.exp(-event.deltaY * lines * (isPinch ? 0.01 : 0.0025));
  const limit = event.deltaY > 0 && view.zoom > 1 ? 1 : 0; // stops where the picture fits
  zoomTo(cell, Math.max(view.zoom * clamp(factor, 0.5, 2), limit), event.clientX, event.clientY);
}

for (const cell of cells) {
  cell.frame.addEventListener("pointerdown", (event) => onDown(cell, event));
  cell.frame.addEventListener("pointermove", (event) => onMove(cell, event));
  cell.frame.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && read(null));
  for (const name of ["pointerup", "pointercancel"]) cell.frame.addEventListener(name, onUp);
  cell.frame.addEventListener("wheel", (event) => onWheel(cell, event), { passive: false });
  cell.frame.addEventListener("click", (event) => {
    if (hasMoved) return;
    if (current) readAt(cell, event.clientX, event.clientY); // fingers can't point
    else show(cell);
  });
  cell.frame.addEventListener("dragstart", (event) => event.preventDefault());
  cell.button.addEventListener("click", () => show(cell));
}

find("divider").addEventListener("pointerdown", (event) => event.target.setPointerCapture(event.pointerId));
find("divider").addEventListener("pointermove", (event) => {
  if (!event.target.hasPointerCapture(event.pointerId)) return;
  const box = find("stage").getBoundingClientRect();
  moveEdge((100 * (event.clientX - box.left)) / box.width);
});

// --- Keys -------------------------------------------------------------------------------------

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const MODES = { w: "wipe", d: "difference" };

function onArrow(event) {
  const [x, y] = STEPS[event.key];
  if (current && !event.shiftKey) {
    const next = cells[(coming ?? current).index + x + y];
    if (next) show(next);
    return true;
  }
  const zoomed = activeCells().filter((cell) => views.get(cell.group).zoom > 1);
  for (const cell of zoomed) moveBy(cell, (-x * cell.frame.clientWidth) / 8, (-y * cell.frame.clientHeight) / 8);
  return zoomed.length > 0;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    coming = null;
    return current ? showAll() : fit();
  }
  if (event.target.matches("input, select")) return;
  const cell = /^[1-9]$/.test(event.key) ? cells[event.key - 1] : null;
  if (event.key in STEPS) {
    if (onArrow(event)) event.preventDefault();
  } else if (cell) show(cell);
  else if (event.key === "+" || event.key === "=") zoomBy(Math.SQRT2);
  else if (event.key === "-") zoomBy(Math.SQRT1_2);
  else if (event.key === "0") fit();
  else if (event.key.toLowerCase() in MODES) {
    const wanted = MODES[event.key.toLowerCase()];
    setMode(mode === wanted ? "picture" : wanted);
  }
}
addEventListener("keydown", onKey);

// --- The bar ----------------------------------------------------------------------------------

function fit() {
  for (const cell of activeCells()) Object.assign(views.get(cell.group), { zoom: 1, ...middle(cell) });
  draw();
}

find("back").addEventListener("click", showAll);
find("fit").addEventListener("click", fit);
find("in").addEventListener("click", () => zoomBy(Math.SQRT2));
find("out").addEventListener("click", () => zoomBy(Math.SQRT1_2));
find("full").addEventListener("click", () => {
  for (const cell of activeCells()) zoomTo(cell, 1 / (devicePixelRatio * geometry(cell).fit));
});
for (const button of find("modes").children) {
  button.addEventListener("click", () => setMode(button.dataset.mode));
}
find("other").addEventListener("change", (event) => {
  other = cells[event.target.value];
  arrange();
});
find("edge").addEventListener("input", (event) => moveEdge(event.target.valueAsNumber));
for (const id of ["sign", "gain"]) find(id).addEventListener("change", drawDifference);
for (const id of ["row", "column"]) find(id).addEventListener("input", readFields);

addEventListener("beforeprint", showAll);
find("bar").hidden = find("keys").hidden = cells.length === 0;
document.body.classList.add("scripted");
arrange();
const observer = new ResizeObserver(place);
for (const element of [document.documentElement, document.querySelector("header")]) observer.observe(element);
