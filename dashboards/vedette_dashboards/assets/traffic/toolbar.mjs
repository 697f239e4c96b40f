// The strip above the graph: where one is, how old the data are, and the switches.

import { el, put, write } from "./dom.mjs";
import { age } from "./format.mjs";

const OLD_MS = 45_000; // three steps of 10 s and the time they take to arrive
const MOTIONS = { auto: "on", on: "off", off: "auto" };

/** `told` has go(view), fit(), motion(next), palette(next), table(). */
export class Toolbar {
  constructor(search, told) {
    this.told = told;
    this.crumbs = el("nav", { class: "traffic-crumbs", "aria-label": "View" });
    this.fresh = el("span", { class: "traffic-fresh", role: "status" });
    const button = (text, title, action) => el("button", { title, onclick: action }, text);
    this.motion = button("", "Moving dots, or arrows that stand still", () => told.motion(MOTIONS[this.wish]));
    this.palette = button("", "Which colours tell the outcomes", () =>
      told.palette(this.chosen === "safe" ? "classic" : "safe"),
    );
    this.table = button("Table", "The same numbers as a table (t)", () => told.table());
    this.root = el(
      "div",
      { class: "traffic-bar" },
      this.crumbs,
      this.fresh,
      el("span", { class: "traffic-space" }),
      search.root,
      el(
        "span",
        { class: "traffic-buttons" },
        button("Fit", "See the whole graph (f)", () => told.fit()),
        this.motion,
        this.palette,
        this.table,
      ),
    );
  }

  showView(view) {
    const steps = [["Global", []], ...view.map((name, i) => [name, view.slice(0, i + 1)])];
    put(
      this.crumbs,
      steps.map(([name, path], i) => [
        i ? el("span", { "aria-hidden": "true" }, "/") : null,
        i === steps.length - 1
          ? el("h1", { "aria-current": "page" }, name)
          : el("button", { onclick: () => this.told.go(path) }, name),
      ]),
    );
  }

  showSwitches({ motion, palette }, form, reason, table) {
    this.wish = motion;
    this.chosen = palette;
    write(this.motion, `Motion ${motion}`);
    this.motion.title = reason ? `Standing still: ${reason}` : "Moving dots, or arrows that stand still";
    this.motion.dataset.form = form;
    write(this.palette, palette === "safe" ? "Colours safe" : "Colours classic");
    this.table.setAttribute("aria-pressed", String(table));
  }

  /** `asOf` is the age in milliseconds, or null when nothing has come yet. */
  showAge(asOf, connected, gap) {
    const old = asOf !== null && asOf > OLD_MS;
    const text = asOf === null ? (connected ? "waiting for data" : "connecting…") : `data ${age(asOf)} old`;
    write(this.fresh, gap ? `${text} · no answer` : connected || asOf === null ? text : `${text} · reconnecting`);
    this.fresh.dataset.state = gap || old ? "old" : connected ? "live" : "waiting";
  }
}
