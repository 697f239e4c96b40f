// The side panel: what is chosen, with its callers and callees; or, when nothing is, how the view does as a whole.

import { el, refill } from "./dom.mjs";
import { figureList, kindOf, markOf, nameOf, stateOf } from "./figures.mjs";
import { exactRate, latency, percent, rate } from "./format.mjs";
import { linksOf } from "./links.mjs";
import { severity, worstFirst } from "./model.mjs";

const LISTED = 12;

/** `told` has choose(thing), enter(thing), point(thing), follow(event). */
export class Panel {
  constructor(root, told) {
    this.root = root;
    this.told = told;
  }

  /** Shows the chosen thing of a graph; or, where none is, the service of a service's view, or the graph. */
  show(graph, chosen, search) {
    const shown = chosen ?? (graph?.view.length === 2 ? graph.byName.get(graph.view[1]) : null);
    if (!graph?.nodes.length) refill(this.root, []);
    else refill(this.root, shown ? this.thing(graph, shown, search, Boolean(chosen)) : this.whole(graph));
  }

  whole(graph) {
    const inflow = total(graph);
    const nodes = [...graph.nodes].filter((node) => node.kind !== "entry").sort(worstFirst);
    const faults = nodes.filter((node) => severity(node) > 0).length;
    const title = graph.view.at(-1) ?? "All regions";
    const things = graph.view.length ? "services" : "regions";
    const state = faults
      ? `${faults} of ${nodes.length} ${things} with faults`
      : `${nodes.length} ${things}, all healthy`;
    return [
      el("header", {}, el("h2", {}, title), el("p", { class: faults ? "traffic-warning" : "traffic-ok" }, state)),
      figureList(inflow, ["rate", "normal", "warning", "danger", "errors"]),
      this.list(
        graph.view.length ? "Services, worst first" : "Regions, worst first",
        nodes.map((node) => [node, node]),
      ),
    ];
  }

  thing(graph, chosen, search, closable) {
    const state = stateOf(chosen);
    const links = linksOf(chosen, graph.view, search);
    const lists = chosen.source
      ? [this.list("From", [[chosen.source, chosen.source]]), this.list("To", [[chosen.target, chosen.target]])]
      : [
          this.list(
            "Callers",
            [...chosen.callers].sort(worstFirst).map((edge) => [edge.source, edge]),
          ),
          this.list(
            "Calls",
            [...chosen.callees].sort(worstFirst).map((edge) => [edge.target, edge]),
          ),
        ];
    return [
      el(
        "header",
        {},
        closable ? this.close() : null,
        el("h2", {}, nameOf(chosen)),
        el("p", {}, kindOf(chosen)),
        el("p", { class: `traffic-${state.tone} traffic-bold` }, state.text),
      ),
      figureList(chosen),
      this.doors(graph, chosen, links),
      ...lists,
    ];
  }

  close() {
    const close = () => this.told.choose(null);
    return el(
      "button",
      { class: "traffic-close", "data-key": "close", title: "Close (Esc)", "aria-label": "Close", onclick: close },
      "×",
    );
  }

  doors(graph, chosen, links) {
    const enterable = ["region", "service", "peer"].includes(chosen.kind) && graph.view.at(-1) !== chosen.name;
    const open =
      enterable &&
      el(
        "button",
        { "data-key": "enter", class: "traffic-primary", onclick: () => this.told.enter(chosen) },
        `Enter ${chosen.label}`,
      );
    return el(
      "nav",
      { class: "traffic-doors", "aria-label": "Look further" },
      open || null,
      ...links.map(({ text, href }) => el("a", { href, "data-key": `link:${text}`, onclick: this.told.follow }, text)),
    );
  }

  /** Rows of [node to go to, thing whose numbers are shown]. */
  list(title, rows) {
    const shown = rows.slice(0, LISTED);
    const more = rows.length - shown.length;
    return el(
      "section",
      {},
      el("h3", {}, title, el("span", {}, String(rows.length))),
      rows.length
        ? el(
            "table",
            {},
            el(
              "thead",
              {},
              el("tr", {}, ...["name", "calls", "errors", "p95"].map((name) => el("th", { scope: "col" }, name))),
            ),
            el("tbody", {}, ...shown.map(([node, figures]) => this.row(node, figures))),
          )
        : el("p", { class: "traffic-dim" }, "none"),
      more > 0 ? el("p", { class: "traffic-dim" }, `and ${more} more, in the table (t)`) : null,
    );
  }

  row(node, figures) {
    const tone = figures.stale ? "faint" : severity(figures) ? figures.level : "";
    const point = (thing) => () => this.told.point(thing);
    return el(
      "tr",
      { class: tone && `traffic-row-${tone}`, onpointerenter: point(figures), onpointerleave: point(null) },
      el(
        "td",
        {},
        el(
          "button",
          { "data-key": `node:${node.id}`, onclick: () => this.told.choose(node) },
          markOf(figures) + node.label,
        ),
      ),
      el("td", { title: exactRate(figures.rate) }, figures.stale ? "silent" : rate(figures.rate)),
      el("td", { class: figures.danger > 0 && tone && `traffic-${tone}` }, percent(figures.errorPercent)),
      el("td", {}, latency(figures.p95)),
    );
  }
}

/** What flows into a view: the calls of its entry, else those that reach a node that nobody in the view calls. */
export function total(graph) {
  const entry = graph.byName.get(graph.entry);
  const edges = entry ? entry.callees : graph.edges.filter((edge) => edge.source.callers.length === 0);
  const sum = { rate: 0, normal: 0, warning: 0, danger: 0, alerts: 0, level: "normal", stale: false };
  for (const edge of edges) for (const key of ["rate", "normal", "warning", "danger"]) sum[key] += edge[key];
  return { ...sum, errorPercent: sum.rate > 0 ? (100 * sum.danger) / sum.rate : 0 };
}
