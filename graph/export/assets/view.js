// What part of the picture is seen: zoom by wheel, buttons and keys, moving by
// dragging. The view box always has the shape of the window.
"use strict";

const picture = document.getElementById("ui~picture");
const stage = document.getElementById("ui~stage");
const wholeWidth = Number(picture.dataset.width);
const wholeHeight = Number(picture.dataset.height);
// Of the window's upper left corner. While nobody has moved it, the whole fits.
const view = { x: 0, y: 0, scale: 1, isFitted: true };

function showView() {
  const width = stage.clientWidth / view.scale;
  const height = stage.clientHeight / view.scale;
  picture.setAttribute("viewBox", `${view.x} ${view.y} ${width} ${height}`);
}

function fitView() {
  const margin = 12;
  const scale = Math.min((stage.clientWidth - 2 * margin) / wholeWidth,
                         (stage.clientHeight - 2 * margin) / wholeHeight);
  view.scale = Math.min(Math.max(scale, 0.01), 1.5);
  view.x = (wholeWidth - stage.clientWidth / view.scale) / 2;
  view.y = Math.min(-margin / view.scale,
                    (wholeHeight - stage.clientHeight / view.scale) / 2);
  view.isFitted = true;
  showView();
}

// `x`, `y`: the point of the window that stays where it is.
function zoomAt(factor, x, y) {
  const scale = Math.min(Math.max(view.scale * factor, 0.01), 20);
  view.x += x / view.scale - x / scale;
  view.y += y / view.scale - y / scale;
  view.scale = scale;
  view.isFitted = false;
  showView();
}

function zoom(factor) {
  zoomAt(factor, stage.clientWidth / 2, stage.clientHeight / 2);
}

function moveView(dx, dy) {
  view.x += dx / view.scale;
  view.y += dy / view.scale;
  view.isFitted = false;
  showView();
}

// Moves as little as brings the element into sight.
function bringIntoSight(element) {
  const box = element.getBoundingClientRect();
  const window_ = stage.getBoundingClientRect();
  const margin = 20;
  let dx = 0;
  let dy = 0;
  if (box.right > window_.right - margin) dx = box.right - window_.right + margin;
  if (box.left - dx < window_.left + margin) dx = box.left - window_.left - margin;
  if (box.bottom > window_.bottom - margin) {
    dy = box.bottom - window_.bottom + margin;
  }
  if (box.top - dy < window_.top + margin) dy = box.top - window_.top - margin;
  if (dx || dy) moveView(dx, dy);
}

// A press that moves drags; one that does not is a click (see main.js).
const drag = { pointer: null, x: 0, y: 0, isMoving: false };

function startDrag(event) {
  if (event.button !== 0) return;
  drag.pointer = event.pointerId;
  drag.x = event.clientX;
  drag.y = event.clientY;
  drag.isMoving = false;
}

function continueDrag(event) {
  if (event.pointerId !== drag.pointer) return;
  const dx = event.clientX - drag.x;
  const dy = event.clientY - drag.y;
  if (!drag.isMoving && Math.abs(dx) + Math.abs(dy) < 4) return;
  if (!drag.isMoving) stage.setPointerCapture(drag.pointer);
  drag.isMoving = true;
  drag.x = event.clientX;
  drag.y = event.clientY;
  moveView(-dx, -dy);
}

function endDrag(event) {
  if (event.pointerId === drag.pointer) drag.pointer = null;
}

stage.addEventListener("pointerdown", startDrag);
stage.addEventListener("pointermove", continueDrag);
stage.addEventListener("pointerup", endDrag);
stage.addEventListener("pointercancel", endDrag);
stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  const box = stage.getBoundingClientRect();
  const lines = event.deltaMode === 1 ? 16 : 1;
  zoomAt(Math.exp(-event.deltaY * lines * 0.0015), event.clientX - box.left,
         event.clientY - box.top);
}, { passive: false });
new ResizeObserver(() => view.isFitted ? fitView() : showView())
    .observe(stage);
window.addEventListener("beforeprint", fitView);
document.getElementById("ui~in").addEventListener("click", () => zoom(1.3));
document.getElementById("ui~out").addEventListener("click", () => zoom(1 / 1.3));
document.getElementById("ui~fit").addEventListener("click", fitView);
