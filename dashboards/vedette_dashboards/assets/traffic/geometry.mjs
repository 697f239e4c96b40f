// The shapes of edges: a quadratic curve from ring to ring, bowed so that it passes few nodes it does not belong to.
// Both the moving and the still form, the labels and the pointer use these same curves.

import { width } from "./encoding.mjs";

const BOWS = [0.07, 0.14, -0.05, 0.22, -0.14, 0.3, -0.24];
const SAMPLES = 14;
const GAP = 2; // layout units between a ring and the end of an edge

/** Gives every edge its curve: `a`, `b` (ends on the rings), `c` (control point), `length`, `thick`. */
export function shape(graph) {
  for (const edge of graph.edges) {
    if (edge.bow === undefined) edge.bow = chooseBow(edge, graph);
    bend(edge, edge.bow);
    edge.thick = width(edge.rate, graph.busiest);
  }
}

/** Chooses all bows anew: to be called when the nodes' places have changed. */
export function forgetBows(graph) {
  for (const edge of graph.edges) edge.bow = undefined;
}

/** The point of an edge's curve at t from 0 to 1. */
export function at(edge, t) {
  const s = 1 - t;
  return [
    s * s * edge.a[0] + 2 * s * t * edge.c[0] + t * t * edge.b[0],
    s * s * edge.a[1] + 2 * s * t * edge.c[1] + t * t * edge.b[1],
  ];
}

/** The distance from a point to an edge's curve, in layout units. */
export function distance(edge, x, y) {
  let nearest = Infinity;
  let [px, py] = edge.a;
  for (let i = 1; i <= SAMPLES; i++) {
    const [qx, qy] = at(edge, i / SAMPLES);
    nearest = Math.min(nearest, segmentDistance(x, y, px, py, qx, qy));
    [px, py] = [qx, qy];
  }
  return nearest;
}

/** The least box about all nodes, with room for their rings: [left, top, right, bottom]. */
export function bounds(nodes) {
  if (!nodes.length) return [-1, -1, 1, 1];
  return [
    Math.min(...nodes.map((n) => n.x - n.r)),
    Math.min(...nodes.map((n) => n.y - n.r)),
    Math.max(...nodes.map((n) => n.x + n.r)),
    Math.max(...nodes.map((n) => n.y + n.r)),
  ];
}

function bend(edge, bow) {
  const { source, target } = edge;
  const dx = target.x - source.x;
  const dy = target.y - source.y;
  const reach = Math.hypot(dx, dy) || 1;
  edge.c = [(source.x + target.x) / 2 - dy * bow, (source.y + target.y) / 2 + dx * bow];
  edge.a = towards(source, edge.c);
  edge.b = towards(target, edge.c);
  edge.length = reach;
}

function towards(node, [x, y]) {
  const reach = Math.hypot(x - node.x, y - node.y) || 1;
  const share = Math.min(0.9, (node.r + GAP) / reach);
  return [node.x + (x - node.x) * share, node.y + (y - node.y) * share];
}

/** The first bow that comes too near to no foreign node; else the one that comes near to the fewest. */
function chooseBow(edge, graph) {
  const [left, right] = [edge.source.x, edge.target.x].sort((p, q) => p - q);
  const [top, bottom] = [edge.source.y, edge.target.y].sort((p, q) => p - q);
  const margin = 60 + 0.16 * Math.hypot(right - left, bottom - top);
  const foreign = graph.nodes.filter(
    (node) =>
      node !== edge.source &&
      node !== edge.target &&
      node.x > left - margin &&
      node.x < right + margin &&
      node.y > top - margin &&
      node.y < bottom + margin,
  );
  let best = BOWS[0];
  let fewest = Infinity;
  for (const bow of BOWS) {
    bend(edge, bow);
    const hits = foreign.filter((node) => distance(edge, node.x, node.y) < node.r + 7).length;
    if (hits < fewest) [best, fewest] = [bow, hits];
    if (hits === 0) break;
  }
  return best;
}

function segmentDistance(x, y, px, py, qx, qy) {
  const [dx, dy] = [qx - px, qy - py];
  const t = Math.max(0, Math.min(1, ((x - px) * dx + (y - py) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - px - t * dx, y - py - t * dy);
}
