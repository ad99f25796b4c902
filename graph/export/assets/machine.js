// The machine that the page shows: its data (viewer_data.h says how it is laid
// out), and quantities as people read them.
"use strict";

const machine = JSON.parse(document.getElementById("ui~machine").textContent);
const evidenceNames = ["measured", "firmware", "computed", "assumed"];
const evidenceMarks = ["!", "", "~", "?"];

const idOfKey = new Map(machine.vertices.map((vertex, id) => [vertex.key, id]));

// Links of each vertex, by index.
const linksOf = machine.vertices.map(() => []);
machine.links.forEach((link, index) => {
  linksOf[link[0]].push(index);
  if (link[1] !== link[0]) linksOf[link[1]].push(index);
});

function otherEnd(link, id) {
  return link[0] === id ? link[1] : link[0];
}

// What the link carries for somebody who comes from `id`.
function rateFrom(link, id) {
  const at = link[0] === id ? 0 : 6;
  const rates = link[4];
  return {
    bandwidth: rates[at] < 0 ? Infinity : rates[at],
    bandwidthFrom: { evidence: rates[at + 1], source: rates[at + 2] },
    latency: rates[at + 3],
    latencyFrom: { evidence: rates[at + 4], source: rates[at + 5] },
  };
}

// Of parallel links the one with the least latency, as the fastest path takes.
function fastestLink(from, to) {
  let best = -1;
  for (const index of linksOf[from]) {
    const link = machine.links[index];
    if (otherEnd(link, from) !== to) continue;
    if (best < 0 || rateFrom(link, from).latency <
        rateFrom(machine.links[best], from).latency) {
      best = index;
    }
  }
  return best;
}

// Three significant digits, as accel-topo prints them.
function scaled(amount, step, units) {
  let unit = 0;
  while (amount >= step - 0.5 && unit + 1 < units.length) {
    amount /= step;
    ++unit;
  }
  const decimals = amount < 9.995 ? 2 : amount < 99.95 ? 1 : 0;
  return Number(amount.toFixed(decimals)) + units[unit];
}

function bandwidthText(bandwidth) {
  if (bandwidth === Infinity) return "unlimited";
  return scaled(bandwidth, 1000, ["B/s", "kB/s", "MB/s", "GB/s", "TB/s"]);
}

function latencyText(latency) {
  return scaled(latency, 1000, ["ns", "us", "ms", "s"]);
}

function provenanceText(evidence, source) {
  const text = machine.texts[source];
  return evidenceNames[evidence] + (text ? ": " + text : "");
}
