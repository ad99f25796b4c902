// Paths between vertices, over the same edges as graph/routes.h: traffic does
// not pass through accelerators, engines, memories, NICs and storage. Latency is
// that of the fastest path, bandwidth that of the widest; what firmware states
// of a pair stands above both.
"use strict";

const routes = machine.routes;

// Edges that leave each node: indices of their first number.
const edgesFrom = routes.vertex.map(() => []);
for (let at = 0; at < routes.edges.length; at += 5) {
  edgesFrom[routes.edges[at]].push(at);
}

const stated = new Map(machine.stated.map(
    ([from, to, latency, bandwidth]) =>
        [from * machine.vertices.length + to, { latency, bandwidth }]));

// The unsettled node that `isBetter` puts before all others; -1 for none. A
// machine has few nodes: looking at all of them is as good as a heap.
function next(isReached, isSettled, isBetter) {
  let best = -1;
  for (let node = 0; node < isReached.length; ++node) {
    if (!isReached[node] || isSettled[node]) continue;
    if (best < 0 || isBetter(node, best)) best = node;
  }
  return best;
}

// Visits nodes in order; `relax(node, edge)` says whether the edge improves
// the node that it leads to.
function search(source, isBetter, relax) {
  const isReached = routes.vertex.map(() => false);
  const isSettled = routes.vertex.map(() => false);
  isReached[source] = true;
  let node;
  while ((node = next(isReached, isSettled, isBetter)) >= 0) {
    isSettled[node] = true;
    for (const at of edgesFrom[node]) {
      const to = routes.edges[at + 1];
      if (!isSettled[to] && relax(node, at)) isReached[to] = true;
    }
  }
  return isReached;
}

// From one vertex to all: by node, the least latency, over the fewest links
// among those, and the node before it.
function fastestFrom(source) {
  const latency = routes.vertex.map(() => Infinity);
  const hops = routes.vertex.map(() => Infinity);
  const before = routes.vertex.map((_, node) => node);
  latency[source] = hops[source] = 0;
  const isLess = (la, ha, lb, hb) => la < lb || (la === lb && ha < hb);
  const isReached = search(
      source, (a, b) => isLess(latency[a], hops[a], latency[b], hops[b]),
      (node, at) => {
        const to = routes.edges[at + 1];
        const l = latency[node] + routes.edges[at + 2];
        const h = hops[node] + routes.edges[at + 4];
        if (!isLess(l, h, latency[to], hops[to])) return false;
        latency[to] = l;
        hops[to] = h;
        before[to] = node;
        return true;
      });
  return { latency, hops, before, isReached };
}

// By node, the bandwidth of the widest path.
function widestFrom(source) {
  const width = routes.vertex.map(() => 0);
  width[source] = Infinity;
  search(source, (a, b) => width[a] > width[b], (node, at) => {
    const to = routes.edges[at + 1];
    const bandwidth = routes.edges[at + 3];
    const w = Math.min(width[node], bandwidth < 0 ? Infinity : bandwidth);
    if (w <= width[to]) return false;
    width[to] = w;
    return true;
  });
  return width;
}

const rows = new Map();
function rowOf(from) {
  if (!rows.has(from)) {
    const source = routes.exit[from];
    rows.set(from,
             { fastest: fastestFrom(source), width: widestFrom(source) });
  }
  return rows.get(from);
}

// {latency, bandwidth, hops, path}, the path as vertices with both ends; null
// where no path leads from one to the other.
function routeBetween(from, to) {
  if (from === to) {
    return { latency: 0, bandwidth: Infinity, hops: 0, path: [from] };
  }
  const { fastest, width } = rowOf(from);
  const pair = stated.get(from * machine.vertices.length + to);
  const end = routes.entry[to];
  const isLinked = fastest.isReached[end];
  if (!isLinked && !(pair && pair.latency >= 0 && pair.bandwidth >= 0)) {
    return null;
  }
  const path = [to];
  for (let node = end; isLinked && fastest.before[node] !== node;) {
    node = fastest.before[node];
    path.push(routes.vertex[node]);
  }
  if (path[path.length - 1] !== from) path.push(from);
  return {
    latency: pair && pair.latency >= 0 ? pair.latency : fastest.latency[end],
    bandwidth: pair && pair.bandwidth >= 0 ? pair.bandwidth : width[end],
    hops: isLinked ? fastest.hops[end] : 0,
    path: path.reverse(),
    isStated: Boolean(pair),
  };
}

// The steps of a path: {from, to, link, rate, isWeakest}; link -1 where the
// two are parts of one device.
function stepsOf(path) {
  const steps = [];
  for (let i = 0; i + 1 < path.length; ++i) {
    const link = fastestLink(path[i], path[i + 1]);
    const rate = link < 0 ? null : rateFrom(machine.links[link], path[i]);
    steps.push({ from: path[i], to: path[i + 1], link, rate });
  }
  let weakest = null;
  for (const step of steps) {
    if (step.rate && (!weakest ||
                      step.rate.bandwidth < weakest.rate.bandwidth)) {
      weakest = step;
    }
  }
  // One link alone is not weaker than any other.
  if (weakest && steps.length > 1) weakest.isWeakest = true;
  return steps;
}
