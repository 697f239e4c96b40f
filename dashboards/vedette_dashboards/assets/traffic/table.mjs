// The table twin of the graph: the same nodes and edges with the same numbers, to sort, to hear, to copy.

import { el, refill } from "./dom.mjs";
import { nameOf, stateOf } from "./figures.mjs";
import { exactRate, latency, percent } from "./format.mjs";
import { severity, worstFirst } from "./model.mjs";

// Key, title, what to sort by (numbers from the greatest: hence the minus), what to show.
const COLUMNS = [
  ["name", "name", nameOf, nameOf],
  ["state", "state", (t) => (t.stale ? 1 : -severity(t)), (t) => stateOf(t).text],
  ["rate", "calls", (t) => -t.rate, (t) => exactRate(t.rate)],
  ["normal", "ok", (t) => -t.normal, (t) => exactRate(t.normal)],
  ["warning", "slow / 4xx", (t) => -t.warning, (t) => exactRate(t.warning)],
  ["danger", "failed", (t) => -t.danger, (t) => exactRate(t.danger)],
  ["errors", "errors", (t) => -(t.errorPercent ?? -1), (t) => percent(t.errorPercent)],
  ["p50", "p50", (t) => -(t.p50 ?? -1), (t) => latency(t.p50)],
  ["p95", "p95", (t) => -(t.p95 ?? -1), (t) => latency(t.p95)],
  ["p99", "p99", (t) => -(t.p99 ?? -1), (t) => latency(t.p99)],
];

/** `told` has choose(thing). */
export class Table {
  constructor(root, told) {
    this.root = root;
    this.told = told;
    this.sorts = { nodes: null, edges: null };
  }

  show(graph, chosen) {
    if (this.root.hidden) return;
    this.state = { graph, chosen };
    const nodes = graph && this.table("nodes", graph.view.length ? "Services" : "Regions", graph.nodes, chosen);
    refill(this.root, graph ? [nodes, this.table("edges", "Calls", graph.edges, chosen)] : []);
  }

  table(kind, title, things, chosen) {
    const sort = this.sorts[kind];
    const rows = [...things].sort(sort ? byColumn(sort) : worstFirst);
    return el(
      "table",
      { "data-table": kind },
      el("caption", {}, `${title} (${things.length})${sort ? "" : ", worst first"}`),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          ...COLUMNS.map(([key, title_]) =>
            el(
              "th",
              { scope: "col", "aria-sort": sort?.key !== key ? "none" : sort.turned ? "descending" : "ascending" },
              el("button", { "data-key": `${kind}:sort:${key}`, onclick: () => this.sort(kind, key) }, title_),
            ),
          ),
        ),
      ),
      el(
        "tbody",
        {},
        ...rows.map((thing) =>
          el(
            "tr",
            { "aria-selected": String(thing === chosen) },
            ...COLUMNS.map(([key, , , text]) =>
              key === "name"
                ? el(
                    "th",
                    { scope: "row" },
                    el(
                      "button",
                      { "data-key": `${kind}:${thing.id}`, onclick: () => this.told.choose(thing) },
                      text(thing),
                    ),
                  )
                : el(
                    "td",
                    { "data-figure": key, class: key === "state" ? `traffic-${stateOf(thing).tone}` : null },
                    text(thing),
                  ),
            ),
          ),
        ),
      ),
    );
  }

  sort(kind, key) {
    const before = this.sorts[kind];
    this.sorts[kind] = { key, turned: before?.key === key ? !before.turned : false };
    this.show(this.state.graph, this.state.chosen);
  }
}

/** Names from A, numbers from the greatest; turned, the other way about. */
function byColumn({ key, turned }) {
  const [, , order] = COLUMNS.find(([name]) => name === key);
  return (a, b) => {
    const [x, y] = [order(a), order(b)];
    const sign = x < y ? -1 : x > y ? 1 : a.id < b.id ? -1 : 1;
    return turned ? -sign : sign;
  };
}
