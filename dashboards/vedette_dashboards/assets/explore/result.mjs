// What came of the expressions: the graph and its legend, or the reason why there is none and what to do about it.

import { Chart } from "./chart.mjs";
import { el, icon, put } from "./dom.mjs";
import { choice } from "./fields.mjs";
import { Legend } from "./legend.mjs";

const LONGER = [["e-3h", "Last 3 hours"], ["e-1d", "Last day"], ["e-1w", "Last week"]];
const VALUES = [["", "Plain values"], ["binary", "Binary (Ki, Mi)"], ["duration", "Durations (seconds)"]];

/** `told` has zoomed(s, e), back(), times(s), values(kind) and fewer(). */
export class Result {
  constructor(told) {
    this.told = told;
    this.legend = new Legend({ seen: () => this.chart.redraw((name) => this.legend.sees(name)) });
    this.chart = new Chart({
      zoomed: told.zoomed,
      at: (place) => this.legend.at(this.chart.time(place), (name) => this.chart.value(name, place)),
    });
    this.back = el("button", { type: "button", class: "x-button", id: "explore-back", hidden: true, onclick: told.back });
    this.values = choice({ label: "How values are written", value: "", options: VALUES, told: told.values });
    this.step = el("span", { class: "v-note", id: "explore-step" });
    this.said = el("div", { class: "x-said", role: "status" });
    this.bar = el("div", { class: "x-bar" }, this.back, this.step, this.values);
    this.shown = el("div", {}, this.bar, this.chart.root, this.legend.root);
    this.root = el("section", { id: "explore-result", class: "v-card v-pad", "aria-label": "Graph", hidden: true }, this.said, this.shown);
  }

  /** Nothing is asked for. */
  clear() {
    this.root.hidden = true;
  }

  /** Shows an answer; `before` is the name of the times before a zoom, or null. */
  async show(answer, { zone, before, values, several }) {
    const { figure, lines, total, refused, errors, said, step } = answer;
    this.root.hidden = !figure && !refused && errors.some(Boolean);
    this.back.hidden = !before;
    put(this.back, icon("back"), `Back to ${before}`);
    this.values.value = values;
    this.step.textContent = step ? `One value each ${step}.` : "";
    this.shown.hidden = !figure && !before;
    this.chart.root.hidden = this.legend.root.hidden = this.values.hidden = !figure;
    put(this.said, this.sentences({ figure, refused, errors, said, total, count: lines.length }));
    if (!figure) return;
    this.legend.show(lines, several);
    await this.chart.draw(figure, zone, (name) => this.legend.sees(name));
  }

  sentences({ figure, refused, errors, said, total, count }) {
    const notes = said.map((text) => el("p", { class: "v-note" }, text));
    if (refused) return [el("div", { class: "x-problem" }, el("h2", {}, "This is more than can be shown"), el("p", {}, refused))];
    if (!figure && !errors.some(Boolean)) {
      return [el("div", { class: "x-problem" }, el("h2", {}, "Nothing matched in these times"),
        el("p", {}, "Check the names and values of the expression, or look at a longer time."),
        el("p", { class: "x-offers" }, LONGER.map(([s, text]) => el("button", { type: "button", class: "v-button", onclick: () => this.told.times(s) }, text)))),
      ...notes];
    }
    if (total > count) {
      notes.unshift(el("p", { class: "x-many" }, `${count} of ${total.toLocaleString("en")} lines are shown. `,
        el("button", { type: "button", class: "v-quiet-link", onclick: this.told.fewer }, "Keep the 20 greatest of each expression")));
    }
    return notes;
  }
}
