// The panel: what is known of one vertex, or of the path between two. All text
// is set as text, never as markup.
"use strict";

const details = document.getElementById("ui~details");
const status_ = document.getElementById("ui~status");

function say(text) {
  status_.textContent = text;
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// A key that leads to its vertex.
function keyButton(id) {
  const button = element("button", "key", machine.vertices[id].key);
  button.type = "button";
  button.addEventListener("click", () => showVertex(id));
  return button;
}

function section(title) {
  const heading = element("h3", "", title);
  details.append(heading);
}

function attributeTable(attributes) {
  const table = element("table", "attributes");
  for (const [name, value, evidence, source] of attributes) {
    const row = table.insertRow();
    row.append(element("th", "", name));
    const cell = row.insertCell();
    cell.append(element("span", "value", machine.texts[value]));
    cell.append(element("small", "", provenanceText(evidence, source)));
  }
  return table;
}

function rateText(rate) {
  const marked = (text, from) => text + evidenceMarks[from.evidence];
  const latency = marked(latencyText(rate.latency), rate.latencyFrom);
  if (rate.bandwidth === Infinity) return latency;
  return latency + ", " +
      marked(bandwidthText(rate.bandwidth), rate.bandwidthFrom);
}

// "pcie 16GT/s x16, 150ns, 31.5GB/s", and where the numbers come from.
function linkWords(link, from) {
  const rate = rateFrom(link, from);
  const words = element("span", "words");
  const width = machine.texts[link[3]];
  words.append(`${link[2]} ${width ? width + ", " : ""}${rateText(rate)}`);
  const { bandwidthFrom: b, latencyFrom: l } = rate;
  let text = provenanceText(l.evidence, l.source);
  if (rate.bandwidth !== Infinity &&
      (b.evidence !== l.evidence || b.source !== l.source)) {
    text = `latency ${text}; bandwidth ` + provenanceText(b.evidence, b.source);
  }
  words.append(element("small", "", text));
  return words;
}

function linkList(id) {
  const list = element("ul", "links");
  for (const index of linksOf[id]) {
    const link = machine.links[index];
    const item = element("li");
    item.append(keyButton(otherEnd(link, id)), linkWords(link, id));
    list.append(item);
  }
  return list;
}

function relationList(id) {
  const list = element("ul", "links");
  for (const [from, to, kind, evidence, source, attributes] of
       machine.relations) {
    if (from !== id && to !== id) continue;
    const item = element("li");
    item.append(from === id ? kind + " " : "is what ",
                keyButton(from === id ? to : from),
                from === id ? "" : ` is ${kind}`,
                element("small", "", provenanceText(evidence, source)));
    if (attributes.length) item.append(attributeTable(attributes));
    list.append(item);
  }
  return list;
}

// The siblings that one box stands for.
function alikeList(id) {
  const box = machine.vertices[id].box;
  const list = element("p", "alike");
  machine.vertices.forEach((vertex, other) => {
    if (vertex.box === box && other !== id) list.append(keyButton(other), " ");
  });
  return list;
}

function describeVertex(id) {
  const vertex = machine.vertices[id];
  details.replaceChildren(element("h2", "", vertex.key),
                          element("p", "kind", vertex.kind));
  const alike = alikeList(id);
  if (alike.childNodes.length) {
    section("Folded into the same box");
    details.append(alike);
  }
  if (vertex.attributes.length) {
    section("Attributes");
    details.append(attributeTable(vertex.attributes));
  }
  const links = linkList(id);
  if (links.childNodes.length) {
    section("Links");
    details.append(links);
  }
  const relations = relationList(id);
  if (relations.childNodes.length) {
    section("Relations");
    details.append(relations);
  }
}

function stepItem(step) {
  const item = element("li", step.isWeakest ? "weakest" : "");
  if (step.link < 0) {
    item.append(element("span", "words", "part of the same device"));
  } else {
    item.append(linkWords(machine.links[step.link], step.from));
    if (step.isWeakest) item.append(element("b", "", "weakest link"));
  }
  item.append(keyButton(step.to));
  return item;
}

function describePath(from, to, route, steps) {
  const heading = element("h2");
  heading.append(keyButton(from), " \u2192 ", keyButton(to));
  details.replaceChildren(heading);
  if (!route) {
    details.append(element("p", "", "No path leads from one to the other."));
    return;
  }
  const table = element("table", "summary");
  const add = (name, value, id) => {
    const row = table.insertRow();
    row.append(element("th", "", name));
    const cell = row.insertCell();
    cell.id = id;
    cell.textContent = value;
  };
  add("latency", latencyText(route.latency), "ui~latency");
  add("bandwidth", bandwidthText(route.bandwidth), "ui~bandwidth");
  add("hops", String(route.hops), "ui~hops");
  details.append(table);
  if (route.isStated) {
    details.append(element("p", "", "Firmware states this pair; that stands " +
                                        "above what the links add up to."));
  }
  section("The fastest path");
  const list = element("ol", "steps");
  const start = element("li");
  start.append(keyButton(from));
  list.append(start, ...steps.map(stepItem));
  details.append(list);
}
