// What the marks mean, with the scale of the dots as it is now.

import { el, put } from "./dom.mjs";
import { travel } from "./encoding.mjs";
import { latency, rate } from "./format.mjs";

export class Legend {
  constructor() {
    this.root = el("div", { class: "traffic-legend" });
  }

  /** `scale`: dots a second for one call a second, or null in the still form. */
  show(scale, form) {
    const said = `${form}${scale}`;
    if (said === this.shown) return;
    this.shown = said;
    const marks = [key("ok", "ok"), key("warning", "slow / 4xx"), key("danger", "failed")];
    const lines = [...(form === "moving" ? moving(scale) : STILL), ...BOTH].map((line) => el("li", {}, line));
    put(this.root, marks, el("details", {}, el("summary", {}, "What the marks mean"), el("ul", {}, ...lines)));
  }
}

const STILL = ["Arrows point from caller to callee; the number is calls a second, then the share that failed."];
const BOTH = [
  "Width of a line, size of a node: √ of its calls. Ring: the share of each outcome, from the top, failed first.",
  "Hollow: reports nothing itself, known from its callers. Dashed: silent now, or estimated from spans.",
  "◆ and a glow: 5 % or more failed. ▲: 1 % or more, or an alert fires (the number is how many).",
  "Keys: arrows choose, Enter enters, Esc goes up, n next fault, / find, f fit, + − zoom, t table.",
];

function moving(scale) {
  const one = rate(1 / scale ** 2).replace("/s", "");
  const ways = [0.001, 0.1, 10].map((p95) => `${travel(p95).toFixed(1)} s at a p95 of ${latency(p95)}`);
  return [
    `Dots: one a second is ${one} calls a second, and twice the dots are four times the calls (√ scale). ` +
      "Each outcome that occurs shows at least one dot.",
    `Slow dots are slow calls: they travel ${ways.join(", ")}.`,
  ];
}

function key(tone, text) {
  return el("span", { class: "traffic-key" }, el("i", { class: `traffic-dot traffic-dot-${tone}` }), text);
}
