// Says aloud, to screen readers, which nodes have begun to fail and which no longer do.

import { el, write } from "./dom.mjs";

export class Herald {
  constructor() {
    this.root = el("div", { class: "traffic-hidden", "aria-live": "polite" });
    this.view = null;
    this.failing = new Set();
  }

  /** Compares a graph with what it was the last time; a view seen for the first time is no news. */
  announce(graph) {
    const failing = new Set(graph.nodes.filter((node) => node.level === "danger").map((node) => node.name));
    const view = graph.view.join("/");
    if (view === this.view) {
      const begun = [...failing].filter((name) => !this.failing.has(name)).map((name) => `${name} fails`);
      const ended = [...this.failing].filter((name) => !failing.has(name)).map((name) => `${name} no longer fails`);
      if (begun.length + ended.length) write(this.root, [...begun, ...ended].join(". "));
    }
    [this.view, this.failing] = [view, failing];
  }
}
