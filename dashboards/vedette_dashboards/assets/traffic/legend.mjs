// What the marks mean, with the scale of the dots as it is now.

import { el, put } from "./dom.mjs";
import { travel } from "./encoding.mjs";
import { rate } from "./format.mjs";

export class Legend {
  constructor() {
    this.root = el("div", { class: "traffic-legend" });
  }

  /** `scale`: dots a second for one call a second, or null in the still form. */
  show(scale, form) {
    const key = `${form}${scale}`;
    if (key === this.shown) return;
    this.shown = key;
    const dot = (tone, text) => el("span", { class: "traffic-key" }, el("i", { class: `traffic-dot traffic-dot-${tone}` }), text);
    const moving = form === "moving";
    put(this.root, dot("ok", "ok"), dot("warning", "slow / 4xx"), dot("danger", "failed"),
      el("details", {}, el("summary", {}, "What the marks mean"), el("ul", {},
        moving ? el("li", {}, `Dots: one a second is ${rate(1 / scale ** 2).replace("/s", "")} calls a second, and twice the dots are four times the calls (√ scale). Each outcome that occurs shows at least one dot.`) : null,
        moving ? el("li", {}, `Slow dots are slow calls: ${[0.001, 0.1, 10].map((p95) => `${travel(p95).toFixed(1)} s of way at a p95 of ${p95 * 1000 >= 1000 ? `${p95} s` : `${p95 * 1000} ms`}`).join(", ")}.`) : el("li", {}, "Arrows point from caller to callee; the number is calls a second, then the share that failed."),
        el("li", {}, "Width of a line: √ of its calls. Ring: the share of each outcome, from the top, failed first. Size: √ of the node's calls."),
        el("li", {}, "Hollow: reports nothing itself, known from its callers. Dashed: silent now, or estimated from spans."),
        el("li", {}, "◆ and a glow: 5 % or more failed. ▲: 1 % or more, or an alert fires (the number is how many)."),
        el("li", {}, "Keys: arrows choose, Enter enters, Esc goes up, n next fault, / find, f fit, + − zoom, t table."))));
  }
}
