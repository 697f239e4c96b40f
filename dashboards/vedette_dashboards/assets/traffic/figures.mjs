// The exact numbers of a node or an edge, as the tooltip, the panel and the table show them.

import { el } from "./dom.mjs";
import { exactRate, latency, percent } from "./format.mjs";
import { severity } from "./model.mjs";

/** Rows of [key, term, value, tone]. */
export function figureRows(thing) {
  if (thing.stale) return [["state", "state", "silent: nothing was measured in the newest window", "faint"]];
  return [
    ["rate", "calls", exactRate(thing.rate)],
    ["normal", "ok", exactRate(thing.normal), "ok"],
    ["warning", "slow / 4xx", exactRate(thing.warning), thing.warning > 0 ? "warning" : null],
    ["danger", "failed", exactRate(thing.danger), thing.danger > 0 ? "danger" : null],
    ["errors", "errors", percent(thing.errorPercent), severity(thing) ? thing.level : null],
    ["p50", "p50", latency(thing.p50)],
    ["p95", "p95", latency(thing.p95)],
    ["p99", "p99", latency(thing.p99)],
  ];
}

/** The rows as a list of terms; `only` names the keys to show. */
export function figureList(thing, only = null) {
  const rows = figureRows(thing).filter(([key]) => !only || only.includes(key));
  return el(
    "dl",
    { class: "traffic-figures" },
    ...rows.map(([key, term, value, tone]) =>
      el(
        "div",
        { "data-figure": key },
        el("dt", {}, term),
        el("dd", { class: tone ? `traffic-${tone}` : null }, value),
      ),
    ),
  );
}

/** One line that says what a thing is. */
export function kindOf(thing) {
  if (thing.source) {
    const facts = [
      thing.protocol,
      thing.estimated ? "estimated from spans" : null,
      thing.virtual ? "seen by the caller only" : null,
    ];
    return ["calls", ...facts.filter(Boolean)].join(" · ");
  }
  const kinds = {
    entry: "callers from outside",
    region: "region",
    peer: "service of another region",
    service: "service",
  };
  const facts = [thing.virtual && thing.kind === "service" ? "reports nothing itself" : null];
  if (thing.instances) facts.push(`${thing.instances} instance${thing.instances === 1 ? "" : "s"}`);
  if (thing.alerts) facts.push(`${thing.alerts} alert${thing.alerts === 1 ? "" : "s"} firing`);
  return [kinds[thing.kind] ?? thing.kind, ...facts.filter(Boolean)].join(" · ");
}

/** The name of a thing for people. */
export function nameOf(thing) {
  return thing.source ? `${thing.source.label} → ${thing.target.label}` : thing.label;
}

/** The shape that goes with a fault's colour, so that it is told to those as well who do not see the colour. */
export function markOf(thing) {
  if (thing.stale) return "";
  return thing.level === "danger" ? "◆ " : thing.level === "warning" ? "▲ " : "";
}

/** The word for a thing's state, with its shape. */
export function stateOf(thing) {
  if (thing.stale) return { text: "○ silent", tone: "faint" };
  if (thing.level === "danger") return { text: "◆ failing", tone: "danger" };
  if (thing.level === "warning") return { text: "▲ degraded", tone: "warning" };
  if (thing.alerts > 0) return { text: "▲ alert firing", tone: "warning" };
  return { text: "● healthy", tone: "ok" };
}
