// The words on the graph, as SVG text above either form of it, with the alerts' badges.

import { set, svg, write } from "./dom.mjs";
import { placeLabels } from "./labels.mjs";

const LINE = 14;

export class Overlay {
  constructor(root) {
    this.root = root; // an <svg>
    this.shown = new Map();
    this.widths = new Map();
    this.pen = document.createElement("canvas").getContext("2d");
  }

  /** Writes what fits; `edges` are those that want their number shown. */
  draw(graph, camera, emphasis, edges) {
    const measure = (text, bold) => this.measure(text, bold);
    const labels = placeLabels(graph, camera, emphasis, { measure, edges });
    for (const node of graph.nodes) if (node.alerts > 0) labels.push(badge(node, camera));
    const gone = new Set(this.shown.keys());
    for (const label of labels) {
      gone.delete(label.id);
      this.show(label);
    }
    for (const id of gone) {
      this.shown.get(id).remove();
      this.shown.delete(id);
    }
  }

  show(label) {
    let group = this.shown.get(label.id);
    if (!group || group.childElementCount !== label.lines.length + (label.kind === "badge" ? 1 : 0)) {
      group?.remove();
      group = svg("g", { class: `traffic-label traffic-label-${label.kind}` });
      if (label.kind === "badge") group.append(svg("circle", { r: 8, cy: 8, class: "traffic-badge" }));
      for (const _ of label.lines) group.append(svg("text"));
      this.shown.set(label.id, group);
      this.root.append(group);
    }
    set(group, { transform: `translate(${label.x.toFixed(1)},${label.y.toFixed(1)})` });
    const texts = [...group.querySelectorAll("text")];
    label.lines.forEach((line, i) => {
      set(texts[i], {
        y: (label.size ?? 11.2) + i * (label.size ? label.size * 1.2 : LINE),
        "text-anchor": label.anchor,
        "font-size": label.size ? label.size - (line.bold ? 0 : 1.5) : null,
        class: `traffic-${line.tone}${line.bold ? " traffic-bold" : ""}`,
      });
      write(texts[i], line.text);
    });
  }

  measure(text, bold) {
    const key = `${bold ? 1 : 0}${text}`;
    let width = this.widths.get(key);
    if (width === undefined) {
      const family = getComputedStyle(this.root).fontFamily;
      this.pen.font = `${bold ? 600 : 400} 12px ${family}`;
      width = this.pen.measureText(text).width;
      if (this.widths.size > 5000) this.widths.clear();
      this.widths.set(key, width);
    }
    return width;
  }
}

function badge(node, camera) {
  const [x, y] = camera.screen(node.x + node.r * 0.75, node.y - node.r * 0.75);
  const text = node.alerts > 9 ? "9+" : String(node.alerts);
  return {
    id: `b:${node.id}`,
    kind: "badge",
    x,
    y: y - 8,
    anchor: "middle",
    lines: [{ text, bold: true, tone: "badge" }],
  };
}
