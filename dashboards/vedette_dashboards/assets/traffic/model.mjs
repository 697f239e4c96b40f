// The graph of one view as the page holds it: topology from a `topo` message, figures from `frame` messages.
// No drawing and no DOM here: every form of the page (moving, still, table, panel) reads these same objects.

import { radius } from "./encoding.mjs";

const SILENT = ["normal", 0, 0, 0, null, null, null];

/** One view. `nodes` and `edges` keep the order of the topology, which frames refer to. */
export class Graph {
  constructor(topo) {
    this.version = topo.version;
    this.view = topo.view;
    this.entry = topo.entry;
    this.radii = topo.radius;
    this.nodes = topo.nodes.map((node, index) => ({
      ...node,
      index,
      id: node.name,
      hollow: node.virtual || node.kind === "entry",
      place: topo.pos[index],
      x: 0,
      y: 0,
      r: topo.radius[0],
      callers: [],
      callees: [],
    }));
    this.edges = topo.edges.map((edge, index) => {
      const source = this.nodes[edge.source];
      const target = this.nodes[edge.target];
      return { ...edge, index, source, target, id: edgeId(source.name, target.name) };
    });
    for (const edge of this.edges) {
      edge.target.callers.push(edge);
      edge.source.callees.push(edge);
    }
    this.byName = new Map(this.nodes.map((node) => [node.name, node]));
    this.byId = new Map(this.edges.map((edge) => [edge.id, edge]));
    this.frame = null;
    this.apply(null);
  }

  /** Takes in the figures of a frame; null (no frame yet) makes everything silent. */
  apply(frame) {
    this.frame = frame;
    this.nodes.forEach((node, index) => {
      const figures = frame?.nodes[index] ?? null;
      const [level, rate, normal, warning, danger, p50, p95, p99, instances, alerts] = figures ?? [
        "normal",
        0,
        0,
        0,
        0,
        null,
        null,
        null,
        null,
        0,
      ];
      Object.assign(node, { level, rate, normal, warning, danger, p50, p95, p99, instances, alerts });
      finish(node, figures === null && frame !== null);
    });
    this.edges.forEach((edge, index) => {
      const figures = frame?.edges[index] ?? null;
      const [level, normal, warning, danger, p50, p95, p99, estimated] = figures ?? [...SILENT, 0];
      Object.assign(edge, { level, normal, warning, danger, p50, p95, p99, estimated: Boolean(estimated) });
      edge.rate = normal + warning + danger;
      finish(edge, figures === null && frame !== null);
    });
    const busiest = Math.max(...this.nodes.map((node) => node.rate), 1e-9);
    for (const node of this.nodes) node.r = radius(node.rate, busiest, this.radii);
    this.busiest = Math.max(...this.edges.map((edge) => edge.rate), 1e-9);
  }

  /** The node or the edge of an id (a node's name, or `source→target`), or null. */
  find(id) {
    return this.byName.get(id) ?? this.byId.get(id) ?? null;
  }

  /** The nodes with faults, worst first. */
  faults() {
    return this.nodes.filter((node) => severity(node) > 0).sort(worstFirst);
  }
}

/** How an edge is called: its two ends. Never parsed, only looked up, so names may hold any character. */
export function edgeId(source, target) {
  return `${source}→${target}`;
}

/** 0 fine, 1 warning, 2 danger. An alert that fires makes a node at least a warning. */
export function severity(thing) {
  if (thing.level === "danger") return 2;
  return thing.level === "warning" || thing.alerts > 0 ? 1 : 0;
}

/** Orders by severity, then by failing calls, then by all calls, then by id. */
export function worstFirst(a, b) {
  return severity(b) - severity(a) || b.danger - a.danger || b.rate - a.rate || (a.id < b.id ? -1 : 1);
}

function finish(thing, stale) {
  thing.stale = stale;
  thing.errorPercent = thing.rate > 0 ? (100 * thing.danger) / thing.rate : stale ? null : 0;
}
