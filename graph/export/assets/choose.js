// What is chosen and what is lit: one vertex, the path between two, the matches
// of the filter, the kinds that the legend hides.
"use strict";

const boxes = new Map();  // by vertex: its own box, or that which it is folded in
const wires = new Map();  // by link
const chosen = { from: -1, to: -1 };
const filter = document.getElementById("ui~filter");
let matches = [];  // elements

function indexElements() {
  const own = new Map();
  for (const box of picture.querySelectorAll("[data-vertex]")) {
    own.set(Number(box.dataset.vertex), box);
  }
  machine.vertices.forEach((vertex, id) => {
    if (own.has(vertex.box)) boxes.set(id, own.get(vertex.box));
  });
  for (const wire of picture.querySelectorAll("[data-link]")) {
    wires.set(Number(wire.dataset.link), wire);
  }
}

function clearLights() {
  for (const lit of picture.querySelectorAll(".chosen, .on-path, .weakest")) {
    lit.classList.remove("chosen", "on-path", "weakest");
    lit.removeAttribute("aria-selected");
  }
  picture.classList.remove("has-path");
}

function light(id, className) {
  const box = boxes.get(id);
  if (!box) return;
  box.classList.add(className);
  if (className === "chosen") box.setAttribute("aria-selected", "true");
}

// A box that stands in the other has no wire to it: it is lit itself.
function lightStep(step) {
  const wire = wires.get(step.link);
  if (wire) {
    wire.classList.add("on-path");
    if (step.isWeakest) wire.classList.add("weakest");
    wire.parentNode.append(wire);  // above those that share its lane
    return;
  }
  if (!step.isWeakest) return;
  const area = (id) => {
    const box = boxes.get(id).querySelector("rect");
    return box.width.baseVal.value * box.height.baseVal.value;
  };
  light(area(step.from) < area(step.to) ? step.from : step.to, "weakest");
}

function showVertex(id) {
  clearLights();
  chosen.from = id;
  chosen.to = -1;
  light(id, "chosen");
  describeVertex(id);
  say(`${machine.vertices[id].key}. Choose another for the path.`);
}

function showPath(from, to) {
  clearLights();
  chosen.from = from;
  chosen.to = to;
  const route = routeBetween(from, to);
  const steps = route ? stepsOf(route.path) : [];
  describePath(from, to, route, steps);
  light(from, "chosen");
  light(to, "chosen");
  const names = `${machine.vertices[from].key} to ${machine.vertices[to].key}`;
  if (!route) return say(`${names}: no path`);
  picture.classList.add("has-path");
  for (const id of route.path) light(id, "on-path");
  for (const step of steps) lightStep(step);
  say(`${names}: ${latencyText(route.latency)}, ` +
      `${bandwidthText(route.bandwidth)}, ${route.hops} hops`);
}

// The first choice shows a vertex, the second the path to it, the third starts
// anew.
function choose(id) {
  const isSecond = chosen.from >= 0 && chosen.to < 0 && chosen.from !== id;
  if (isSecond) {
    showPath(chosen.from, id);
  } else {
    showVertex(id);
  }
}

function clearChoice() {
  clearLights();
  chosen.from = chosen.to = -1;
  details.replaceChildren();
  say("Click a box to see what is known of it; click another for the path.");
}

// Everything that can be searched for, by vertex.
const searched = machine.vertices.map(
    (vertex) => [vertex.key, vertex.kind,
                 ...vertex.attributes.map(([name, value]) =>
                     `${name}=${machine.texts[value]}`)]
                    .join("\n").toLowerCase());

function applyFilter() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Set();
  machine.vertices.forEach((_, id) => {
    const isMatch = words.every((word) => searched[id].includes(word));
    if (isMatch && boxes.has(id)) found.add(boxes.get(id));
  });
  picture.classList.toggle("is-filtered", words.length > 0);
  for (const box of boxes.values()) {
    box.classList.toggle("match", words.length > 0 && found.has(box));
  }
  matches = words.length > 0 ? [...found] : [];
  if (words.length > 0) {
    say(`${found.size} of ${new Set(boxes.values()).size} boxes match`);
  } else {
    say("");
  }
}

let lastMatch = -1;
function nextMatch() {
  if (!matches.length) return;
  lastMatch = (lastMatch + 1) % matches.length;
  focusBox(matches[lastMatch]);
}

filter.addEventListener("input", () => {
  lastMatch = -1;
  applyFilter();
});
document.getElementById("ui~clear").addEventListener("click", () => {
  filter.value = "";
  applyFilter();
  clearChoice();
});

function addLegendEntry([words, selector, isLink, classes]) {
  const button = element("button", "entry");
  button.type = "button";
  button.setAttribute("aria-pressed", "true");
  button.title = "Show or hide";
  const namespace = "http://www.w3.org/2000/svg";
  const sample = document.createElementNS(namespace, "svg");
  sample.setAttribute("viewBox", "0 0 24 14");
  sample.setAttribute("class", "picture");
  const group = document.createElementNS(namespace, "g");
  group.setAttribute("class", (isLink ? "link " : "box ") + classes);
  const shape = document.createElementNS(namespace, isLink ? "path" : "rect");
  const attributes = isLink ? { d: "M1 7H23" } :
                              { x: 1, y: 1, width: 22, height: 12, rx: 3 };
  for (const [name, value] of Object.entries(attributes)) {
    shape.setAttribute(name, value);
  }
  group.append(shape);
  sample.append(group);
  button.append(sample, words);
  button.addEventListener("click", () => {
    const isShown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isShown));
    for (const shown of picture.querySelectorAll(selector)) {
      shown.classList.toggle("hidden", !isShown);
    }
  });
  document.getElementById("ui~legend").append(button);
}
