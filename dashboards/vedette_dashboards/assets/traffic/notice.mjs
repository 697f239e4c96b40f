// What stands on the stage when there is no graph: why, and what to do about it.

import { el, put } from "./dom.mjs";

/** `told` has go(view). */
export class Notice {
  constructor(host, told) {
    this.told = told;
    this.root = el("div", { class: "traffic-notice", role: "status", hidden: true });
    this.band = el("div", { class: "traffic-band", role: "alert", hidden: true });
    host.append(this.root, this.band);
  }

  /** Chooses what to say from the graph (null before the first), the view and the feed's gap. */
  show(graph, view, gap) {
    const empty = !graph || graph.nodes.length === 0;
    this.root.hidden = !empty;
    this.band.hidden = empty || !gap;
    if (!this.band.hidden) put(this.band, gap);
    if (!empty) return;
    const key = JSON.stringify([Boolean(graph), view, gap]);
    if (key === this.said) return;
    this.said = key;
    put(
      this.root,
      gap
        ? away(gap)
        : !graph
          ? el("p", {}, "Asking for the live traffic…")
          : view.length
            ? this.unknown(view)
            : noTraffic(),
    );
  }

  unknown(view) {
    const where = view.length > 1 ? `a service ${view[1]} in ${view[0]}` : `a region ${view[0]}`;
    const up = view.slice(0, -1);
    return [
      el("h2", {}, `There is no traffic of ${where}`),
      el("p", {}, "It made and received no calls in the last minutes, or it has another name."),
      el("button", { onclick: () => this.told.go(up) }, `Back to ${up.at(-1) ?? "all regions"}`),
    ];
  }
}

function noTraffic() {
  return [
    el("h2", {}, "No traffic yet"),
    el("p", {}, "Calls between services appear here within about 20 seconds of the first one."),
    el(
      "ul",
      {},
      el("li", {}, "To see it work, start the demo: ", el("code", {}, "vedette up --demo")),
      el(
        "li",
        {},
        "To see your own, add one line to a service: ",
        el("code", {}, 'vedette_agent.start(app="checkout")'),
      ),
      el("li", {}, "Or send OpenTelemetry spans to port 4318; calls are found in them."),
    ),
  ];
}

function away(sentence) {
  return [
    el("h2", {}, "No data"),
    el("p", {}, sentence),
    el("p", { class: "traffic-dim" }, "This page asks again by itself."),
  ];
}
