// The still form: the same graph as SVG, for readers who want no motion and for machines that cannot draw it.
// Arrows instead of moving dots, and a number on every edge that has room for one; the rest is equal.

import { set, svg } from "./dom.mjs";
import { ringShares } from "./encoding.mjs";
import { severity } from "./model.mjs";
import { levelColour, mix } from "./palette.mjs";

export class Still {
  constructor(root) {
    this.root = root; // an <svg>
    this.edges = new Map();
    this.nodes = new Map();
    this.edgeLayer = svg("g");
    this.nodeLayer = svg("g");
    root.replaceChildren(this.edgeLayer, this.nodeLayer);
  }

  setPalette(palette) {
    this.palette = palette;
  }

  /** Draws everything; called when figures, places, camera, theme or emphasis have changed. */
  draw(graph, camera, emphasis) {
    keep(this.edges, this.edgeLayer, graph.edges, newEdge);
    keep(this.nodes, this.nodeLayer, graph.nodes, newNode);
    for (const edge of graph.edges) this.drawEdge(edge, camera, emphasis);
    for (const node of graph.nodes) this.drawNode(node, camera, emphasis);
  }

  clear() {
    for (const [kept, layer] of [
      [this.edges, this.edgeLayer],
      [this.nodes, this.nodeLayer],
    ]) {
      kept.clear();
      layer.replaceChildren();
    }
  }

  drawEdge(edge, camera, emphasis) {
    const { palette } = this;
    const [line, head] = this.edges.get(edge.id).children;
    const [a, c, b] = [edge.a, edge.c, edge.b].map((point) => camera.screen(...point));
    const thick = Math.max(1.1, edge.thick * camera.scale);
    const reach = Math.hypot(b[0] - c[0], b[1] - c[1]) || 1;
    const [ux, uy] = [(b[0] - c[0]) / reach, (b[1] - c[1]) / reach];
    const size = 5 + thick;
    const neck = [b[0] - ux * size, b[1] - uy * size];
    const fault = severity(edge);
    const lit = !emphasis.edges || emphasis.edges.has(edge);
    const colour = edge.stale
      ? palette.quiet
      : fault
        ? levelColour(palette, edge.level)
        : mix(palette.edge, palette.ok, 0.6);
    const opacity = emphasis.mark === edge || emphasis.chosen === edge ? 1 : lit ? 0.75 : fault ? 0.25 : 0.1;
    set(line, {
      d: `M${point(a)}Q${point(c)} ${point(neck)}`,
      stroke: colour,
      "stroke-width": thick.toFixed(2),
      opacity,
      "stroke-dasharray": edge.stale || edge.estimated ? "6 5" : null,
    });
    const [px, py] = [-uy * size * 0.62, ux * size * 0.62];
    set(head, {
      d: `M${point(b)}L${point([neck[0] + px, neck[1] + py])}L${point([neck[0] - px, neck[1] - py])}Z`,
      fill: colour,
      opacity,
    });
  }

  drawNode(node, camera, emphasis) {
    const { palette } = this;
    const group = this.nodes.get(node.id);
    const [halo, mark, fill, ok, warning, failed] = group.children;
    const [x, y] = camera.screen(node.x, node.y);
    const r = Math.max(4.5, node.r * camera.scale);
    const thick = Math.max(2, Math.min(r * 0.22, 3 + r * 0.07) * (node.hollow ? 0.55 : 1));
    const shares = ringShares(node);
    const middle = r - thick / 2;
    const lit = !emphasis.nodes || emphasis.nodes.has(node);
    set(group, { transform: `translate(${x.toFixed(1)},${y.toFixed(1)})` });
    const fault = severity(node);
    set(halo, {
      r: (r + (fault ? 7 : 0)).toFixed(1),
      fill: levelColour(palette, node.level),
      opacity: fault ? (fault > 1 ? 0.28 : 0.16) : 0,
    });
    set(mark, {
      r: (r + 4.5).toFixed(1),
      stroke: palette.text,
      opacity: emphasis.chosen === node ? 1 : emphasis.mark === node ? 0.6 : 0,
    });
    set(fill, {
      r: r.toFixed(1),
      fill: node.hollow || node.stale ? palette.page : mix(palette.page, palette.ok, 0.13),
    });
    const dim = lit ? 1 : fault ? 0.55 : 0.28;
    set(ok, {
      r: middle.toFixed(1),
      stroke: node.stale ? palette.quiet : mix(palette.page, palette.ok, 0.85),
      "stroke-width": thick.toFixed(2),
      "stroke-dasharray": node.stale ? "4 3" : null,
      opacity: dim,
    });
    set(warning, {
      d: arc(middle, shares.failed, shares.failed + shares.warning),
      stroke: palette.warning,
      opacity: dim,
    });
    set(failed, { d: arc(middle, 0, shares.failed), stroke: palette.danger, opacity: dim });
    for (const part of [warning, failed]) set(part, { "stroke-width": thick.toFixed(2) });
  }
}

function newEdge() {
  return svg("g", {}, svg("path", { fill: "none", "stroke-linecap": "butt" }), svg("path"));
}

function newNode() {
  const circle = (attributes) => svg("circle", attributes);
  return svg(
    "g",
    {},
    circle({}),
    circle({ fill: "none", "stroke-width": 1.6 }),
    circle({}),
    circle({ fill: "none" }),
    svg("path", { fill: "none" }),
    svg("path", { fill: "none" }),
  );
}

/** Makes the elements of a layer be those of the things, by id. */
function keep(kept, layer, things, make) {
  const gone = new Set(kept.keys());
  for (const { id } of things) {
    gone.delete(id);
    if (kept.has(id)) continue;
    kept.set(id, make());
    layer.append(kept.get(id));
  }
  for (const id of gone) {
    kept.get(id).remove();
    kept.delete(id);
  }
}

/** An arc of a circle, clockwise from the top; from and to are shares of the whole. */
function arc(r, from, to) {
  if (to - from <= 0) return "";
  const end = Math.min(to, from + 0.9999);
  const place = (share) => point([r * Math.sin(share * 2 * Math.PI), -r * Math.cos(share * 2 * Math.PI)]);
  return `M${place(from)}A${r.toFixed(2)} ${r.toFixed(2)} 0 ${end - from > 0.5 ? 1 : 0} 1 ${place(end)}`;
}

function point([x, y]) {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
