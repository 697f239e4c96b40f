// Finds a service by a part of its name, in this view and in every region.

import { el, put } from "./dom.mjs";

const LISTED = 8;

/** `told` has find(names or null), goto(hit), leave(). A hit is {name, region}. */
export class Search {
  constructor(told) {
    this.told = told;
    this.regions = {};
    this.active = -1;
    this.input = el("input", {
      type: "search",
      placeholder: "Find a service  /",
      "aria-label": "Find a service",
      role: "combobox",
      autocomplete: "off",
      "aria-expanded": "false",
      "aria-controls": "traffic-hits",
      spellcheck: "false",
      oninput: () => this.look(),
      onkeydown: (event) => this.press(event),
      onfocus: () => this.look(),
      onblur: () => setTimeout(() => this.fold(), 150),
    });
    this.hits = el("ul", { id: "traffic-hits", role: "listbox", hidden: true });
    this.root = el("div", { class: "traffic-search" }, this.input, this.hits);
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  look() {
    const asked = this.input.value.trim().toLowerCase();
    this.told.find(asked || null);
    this.found = asked ? this.matches(asked) : [];
    this.active = this.found.length ? 0 : -1;
    this.list(asked);
  }

  /** Services whose name holds the text; those that begin with it first. */
  matches(asked) {
    const all = Object.entries(this.regions).flatMap(([region, names]) => names.map((name) => ({ region, name })));
    const place = (hit) => hit.name.toLowerCase().indexOf(asked);
    return all
      .filter((hit) => place(hit) >= 0)
      .sort((a, b) => place(a) - place(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  list(asked) {
    const shown = this.found.slice(0, LISTED);
    put(
      this.hits,
      shown.map((hit, i) =>
        el(
          "li",
          {
            role: "option",
            id: `traffic-hit-${i}`,
            "aria-selected": String(i === this.active),
            onmousedown: () => this.take(hit),
          },
          el("span", {}, hit.name),
          el("small", {}, hit.region),
        ),
      ),
      asked && !shown.length ? el("li", { class: "traffic-dim" }, `No service has “${asked}” in its name.`) : null,
    );
    this.hits.hidden = !asked;
    this.input.setAttribute("aria-expanded", String(Boolean(asked)));
    if (this.active >= 0) this.input.setAttribute("aria-activedescendant", `traffic-hit-${this.active}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  press(event) {
    const count = Math.min(LISTED, this.found?.length ?? 0);
    if (event.key === "Escape") {
      event.stopPropagation();
      this.clear();
      this.told.leave();
    } else if (event.key === "Enter" && this.active >= 0) this.take(this.found[this.active]);
    else if (event.key === "ArrowDown" && count) this.active = (this.active + 1) % count;
    else if (event.key === "ArrowUp" && count) this.active = (this.active + count - 1) % count;
    else return;
    event.preventDefault();
    if (event.key.startsWith("Arrow")) this.list(this.input.value.trim());
  }

  take(hit) {
    this.clear();
    this.told.leave();
    this.told.goto(hit);
  }

  clear() {
    this.input.value = "";
    this.look();
  }

  fold() {
    this.hits.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }
}
