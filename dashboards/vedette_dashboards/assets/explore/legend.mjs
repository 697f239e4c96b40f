// The legend: a row for each line with its statistics; a click shows it alone, its colour hides it.

import { letter } from "./address.mjs";
import { el, set, write } from "./dom.mjs";

const COLUMNS = [["max", "Max"], ["min", "Min"], ["avg", "Avg"], ["last", "Last"], ["total", "Total"], ["count", "Count"]];
const WIDE = new Set(["max", "min", "total", "count"]);

/** `told` has seen() when other lines are to be seen. */
export class Legend {
  constructor(told) {
    this.told = told;
    this.lines = [];
    this.rows = new Map();
    this.hidden = new Set();
    this.only = null;
    this.order = { by: null, down: true };
    this.heads = new Map([["label", this.head("label", "Line", false)], ...COLUMNS.map(([by, text]) => [by, this.head(by, text, true)])]);
    this.here = el("th", { scope: "col", class: "v-num v-wide x-here" });
    this.body = el("tbody");
    this.root = el("div", { id: "explore-legend", class: "x-legend" },
      el("table", { class: "v-table v-data" },
        el("caption", { class: "v-unseen" }, "The lines and their statistics"),
        el("thead", {}, el("tr", {}, this.heads.get("label").cell, this.here, [...this.heads.values()].slice(1).map(({ cell }) => cell))), this.body));
  }

  head(by, text, numeric) {
    const button = el("button", { type: "button", class: "x-sort", onclick: () => this.sort(by) }, text);
    return { cell: el("th", { scope: "col", class: `${numeric ? "v-num" : ""} ${WIDE.has(by) ? "v-wide" : ""}`, "aria-sort": "none" }, button) };
  }

  /** Whether a line is seen. */
  sees(name) {
    return this.only ? this.only.has(name) : !this.hidden.has(name);
  }

  /** Shows lines; `lettered` puts the letter of its expression before each. */
  show(lines, lettered) {
    this.lines = lines;
    const names = new Set(lines.map(({ name }) => name));
    if (this.only && ![...this.only].some((name) => names.has(name))) this.only = null;
    for (const [name, row] of this.rows) if (!names.has(name)) { row.root.remove(); this.rows.delete(name); }
    for (const line of lines) {
      if (!this.rows.has(line.name)) this.rows.set(line.name, this.row(line.name));
      this.fill(this.rows.get(line.name), line, lettered);
    }
    this.arrange();
  }

  row(name) {
    const letter = el("span", { class: "x-from" });
    const swatch = el("button", { type: "button", class: "x-swatch", onclick: () => this.hide(name) }, el("span", { class: "v-swatch" }));
    const label = el("button", { type: "button", class: "x-line", onclick: (event) => this.alone(name, event.ctrlKey || event.metaKey || event.shiftKey) });
    const cells = COLUMNS.map(([by]) => el("td", { class: WIDE.has(by) ? "v-num v-wide" : "v-num", "data-statistic": by }));
    const here = el("td", { class: "v-num v-wide x-here" });
    const root = el("tr", {}, el("td", {}, el("span", { class: "v-legend-label" }, letter, swatch, label)), here, cells);
    return { root, letter, swatch, label, cells, here };
  }

  fill(row, line, lettered) {
    write(row.letter, lettered && line.row !== null ? letter(line.row) : "");
    row.letter.hidden = !lettered || line.row === null;
    row.swatch.firstChild.className = `v-swatch v-swatch-${line.dash}`;
    row.swatch.firstChild.style.setProperty("--swatch", line.colour);
    write(row.label, line.label || "(no label)");
    const tags = Object.entries(line.tags).map(([key, value]) => `${key}=${value}`).join(", ");
    set(row.label, { title: `${tags}\nClick: this line alone; with Ctrl: this one too` });
    COLUMNS.forEach(([by], at) => write(row.cells[at], line.statistics[by].text));
  }

  sort(by) {
    const { order } = this;
    if (order.by === by) this.order = order.down === (by !== "label") ? { by, down: !order.down } : { by: null, down: true };
    else this.order = { by, down: by !== "label" };
    this.arrange();
  }

  arrange() {
    const { by, down } = this.order;
    const worth = (line) => by === "label" ? line.label : line.statistics[by].value;
    const compare = (a, b) => {
      const [x, y] = [worth(a), worth(b)];
      if (x === null || y === null) return (x === null) - (y === null); // what is not there comes last, either way
      return (by === "label" ? x.localeCompare(y) : x - y) * (down ? -1 : 1);
    };
    const ordered = by ? [...this.lines].sort(compare) : this.lines;
    ordered.forEach((line, place) => {
      const { root } = this.rows.get(line.name);
      if (this.body.children[place] !== root) this.body.insertBefore(root, this.body.children[place] ?? null);
    });
    for (const [name, { cell }] of this.heads) set(cell, { "aria-sort": name !== by ? "none" : down ? "descending" : "ascending" });
    this.mark();
  }

  hide(name) {
    const set = this.only ?? this.hidden;
    if (set.has(name)) set.delete(name); else set.add(name);
    if (this.only && !this.only.size) this.only = null;
    this.mark();
    this.told.seen();
  }

  alone(name, too) {
    if (too && this.only) return this.hide(name);
    this.only = this.only?.size === 1 && this.only.has(name) ? null : new Set([name]);
    this.hidden.clear();
    this.mark();
    this.told.seen();
  }

  mark() {
    for (const { name, label } of this.lines) {
      const row = this.rows.get(name), seen = this.sees(name);
      row.root.classList.toggle("x-unseen", !seen);
      set(row.swatch, { "aria-pressed": String(seen), "aria-label": `${label} is drawn`, title: seen ? "Hide this line" : "Show this line" });
      set(row.label, { "aria-pressed": String(Boolean(this.only?.has(name))) });
    }
  }

  /** The values at one time beside the statistics; `time` empty: none. `value(name)` gives {value, suffix}. */
  at(time, value) {
    write(this.here, time);
    for (const [name, row] of this.rows) write(row.here, time ? spoken(value(name)) : "");
  }
}

function spoken({ value, suffix }) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  const [scale, prefix] = suffix || size < 1e4 ? [1, ""] : size < 1e6 ? [1e3, "k"] : size < 1e9 ? [1e6, "M"] : [1e9, "G"];
  return `${Number((value / scale).toPrecision(4))}${prefix}${suffix}`;
}
