// Pointer and keyboard, tooltips, and the start of it all.
"use strict";

const tooltip = document.getElementById("ui~tooltip");
const tooltips = new Map();  // by element
let focused = null;          // box

// A <title> would pop up besides ours; screen readers get the first line.
function takeTitles() {
  for (const title of picture.querySelectorAll("title")) {
    const owner = title.parentNode;
    tooltips.set(owner, title.textContent);
    owner.setAttribute("aria-label",
                       title.textContent.split("\n").slice(0, 2).join(", "));
    if (owner.dataset.vertex) {
      owner.setAttribute("role", "option");
    } else {
      owner.setAttribute("aria-hidden", "true");
    }
    title.remove();
  }
  picture.setAttribute("role", "listbox");
  picture.setAttribute("aria-label", document.title);
}

function shownAt(target) {
  return target instanceof Element ? target.closest("#ui\\~picture > g > g") :
                                     null;
}

// The panel shows the rest.
const longestTooltip = 12;

function showTooltip(event) {
  const isDragging = drag.isMoving && drag.pointer !== null;
  const owner = isDragging ? null : shownAt(event.target);
  const text = owner && tooltips.get(owner);
  tooltip.hidden = !text;
  if (!text) return;
  const lines = text.split("\n");
  const more = lines.length - longestTooltip;
  tooltip.textContent = lines.slice(0, longestTooltip).join("\n") +
      (more > 0 ? `\n\u2026 ${more} more: click` : "");
  const width = tooltip.offsetWidth;
  const height = tooltip.offsetHeight;
  const left = Math.min(event.clientX + 14, window.innerWidth - width - 8);
  const top = event.clientY + 18 + height > window.innerHeight ?
      event.clientY - height - 10 : event.clientY + 18;
  tooltip.style.left = `${Math.max(left, 4)}px`;
  tooltip.style.top = `${Math.max(top, 4)}px`;
}

function focusBox(box) {
  if (focused) focused.classList.remove("focused");
  focused = box;
  box.classList.add("focused");
  picture.setAttribute("aria-activedescendant", box.id);
  bringIntoSight(box);
}

// The box `step` places on in reading order, past hidden ones.
function stepFocus(step) {
  const all = [...picture.querySelectorAll("[data-vertex]:not(.hidden)")];
  if (!all.length) return;
  const at = focused ? all.indexOf(focused) : -1;
  const to = at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1);
  focusBox(all[to]);
}

function rectOf(box) {
  return box.querySelector("rect").getBoundingClientRect();
}

function holds(outer, inner) {
  const a = rectOf(outer);
  const b = rectOf(inner);
  return outer !== inner && a.left <= b.left && a.top <= b.top &&
      a.right >= b.right && a.bottom >= b.bottom;
}

// Boxes follow what holds them, so the nearest before is the smallest around.
function focusOuter() {
  let box = focused && focused.previousElementSibling;
  while (box && !holds(box, focused)) box = box.previousElementSibling;
  if (box) focusBox(box);
}

function focusInner() {
  const box = focused && focused.nextElementSibling;
  if (box && holds(focused, box)) focusBox(box);
}

const pictureKeys = {
  ArrowDown: () => stepFocus(1),
  ArrowUp: () => stepFocus(-1),
  ArrowRight: focusInner,
  ArrowLeft: focusOuter,
  Enter: () => focused && choose(Number(focused.dataset.vertex)),
  " ": () => focused && choose(Number(focused.dataset.vertex)),
};
const shiftKeys = {
  ArrowDown: () => moveView(0, 60),
  ArrowUp: () => moveView(0, -60),
  ArrowRight: () => moveView(60, 0),
  ArrowLeft: () => moveView(-60, 0),
};
const anyKeys = {
  "+": () => zoom(1.3),
  "=": () => zoom(1.3),
  "-": () => zoom(1 / 1.3),
  "0": fitView,
  "/": () => filter.focus(),
};

function clearAll() {
  filter.value = "";
  applyFilter();
  clearChoice();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return clearAll();
  if (event.target === filter) {
    if (event.key === "Enter") nextMatch();
    return;
  }
  const onPicture = event.target === picture;
  const action = (onPicture && event.shiftKey && shiftKeys[event.key]) ||
      (onPicture && pictureKeys[event.key]) || anyKeys[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function onClick(event) {
  if (drag.isMoving) return;
  tooltip.hidden = true;
  const owner = shownAt(event.target);
  if (!owner) return clearChoice();
  if (!owner.dataset.vertex) return;
  focusBox(owner);
  choose(Number(owner.dataset.vertex));
}

indexElements();
takeTitles();
machine.legend.forEach(addLegendEntry);
stage.addEventListener("click", onClick);
stage.addEventListener("pointermove", showTooltip);
stage.addEventListener("pointerleave", () => { tooltip.hidden = true; });
picture.addEventListener("focus", () => {
  if (!focused && picture.matches(":focus-visible")) stepFocus(1);
});
document.addEventListener("keydown", onKey);
fitView();
clearChoice();

// For scripts and the console: what lies between two keys.
window.accelTopo = {
  keys: () => machine.vertices.map((vertex) => vertex.key),
  distance(fromKey, toKey) {
    const from = idOfKey.get(fromKey);
    const to = idOfKey.get(toKey);
    if (from === undefined || to === undefined) return null;
    const route = routeBetween(from, to);
    return route && { latency: route.latency, bandwidth: route.bandwidth,
                      hops: route.hops,
                      path: route.path.map((id) => machine.vertices[id].key) };
  },
};
