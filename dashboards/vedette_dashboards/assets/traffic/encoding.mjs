// How numbers become marks: the scales of the graph, all of them stated in its legend.

export const FASTEST_S = 1.4; // travel time of a dot at a p95 of 1 ms or less
export const DECADE_S = 1.1; // and how much longer for each ten times that
const UNKNOWN_S = 2.6;
const STEPS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 4];
const CROWD = 140; // dots on one edge: more of them are a line
const LEAST_ARC = 2.5; // layout units of a ring that an outcome gets when it occurs at all

/** The radius of a node: its area grows with its rate, between the least and the greatest radius of the view. */
export function radius(rate, busiest, [least, greatest]) {
  return Math.sqrt(least ** 2 + (greatest ** 2 - least ** 2) * Math.min(1, rate / busiest));
}

/** The width of an edge in layout units: 1.2 to 8, by the square root of its share of the busiest edge. */
export function width(rate, busiest) {
  return 1.2 + 6.8 * Math.sqrt(Math.min(1, rate / busiest));
}

/** How long a dot travels, in seconds: by the logarithm of the p95, so that a slow edge visibly crawls. */
export function travel(p95) {
  if (p95 === null || p95 === undefined) return UNKNOWN_S;
  return FASTEST_S + DECADE_S * Math.min(4, Math.max(0, Math.log10(p95 * 1000)));
}

/** Dots that leave each second, for a rate in calls per second: `scale` times its square root. */
export function release(rate, scale) {
  return scale * Math.sqrt(rate);
}

/** The largest of a fixed row of scales with which no edge is crowded and all need at most `budget` dots together. */
export function dotScale(edges, budget) {
  const needs = edges.map((edge) => release(edge.rate, 1) * travel(edge.p95));
  const [all, most] = [needs.reduce((sum, need) => sum + need, 0), Math.max(0, ...needs)];
  return STEPS.findLast((step) => step * all <= budget && step * most <= CROWD) ?? STEPS[0];
}

/** How many dots of each outcome are on an edge: [ok, warning, failed]; at least one of each that occurs at all. */
export function dots(edge, scale) {
  if (edge.rate <= 0) return [0, 0, 0];
  const all = release(edge.rate, scale) * travel(edge.p95);
  return [edge.normal, edge.warning, edge.danger].map((part) =>
    part > 0 ? Math.max(1, Math.round((all * part) / edge.rate)) : 0,
  );
}

/** The shares of a node's ring: failed and warning, each visible when it occurs at all, together at most the whole. */
export function ringShares(node) {
  if (node.rate <= 0) return { failed: 0, warning: 0 };
  const least = LEAST_ARC / (2 * Math.PI * node.r);
  const seen = (part) => (part > 0 ? Math.max(least, part / node.rate) : 0);
  const failed = Math.min(1, seen(node.danger));
  return { failed, warning: Math.min(1 - failed, seen(node.warning)) };
}
