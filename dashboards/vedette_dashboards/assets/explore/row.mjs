// One expression: its letter, its editor, its tools, and the builder below.

import { letter } from "./address.mjs";
import { Builder } from "./builder.mjs";
import { el, set, tool, write } from "./dom.mjs";

/**
 * A row. `told` has changed(row), run(row, how), and the tools' act(name, row): duplicate, up, down, remove, anew.
 * The editor is a plain text field, which the editor's own modules (`assets/editors.js`) make more of.
 */
export class Row {
  constructor({ text, shown }, { editor, placeholder, told }) {
    this.told = told;
    this.shown = shown;
    this.error = el("p", { class: "v-refused", role: "alert" });
    this.field = el("textarea", {
      class: "x-textarea", rows: 2, spellcheck: "false", autocapitalize: "off", autocomplete: "off", placeholder,
      oninput: () => this.edited(),
    });
    this.field.value = text;
    this.builder = new Builder({
      wrote: (q, whole) => { this.write(q); this.told.changed(this); if (whole) this.told.run(this, "built"); },
      anew: () => this.told.act("anew", this),
    });
    this.letter = el("button", { type: "button", class: "x-letter", onclick: () => this.toggle() });
    this.build = el("button", { type: "button", class: "x-build", "aria-expanded": "false", onclick: () => this.toggleBuilder() }, "Build");
    this.tools = ["copy", "up", "down", "remove"].map((name) => tool(name, "", () => this.told.act(name, this)));
    this.root = el("li", { class: "x-row" },
      this.letter,
      el("div", { class: "x-main" },
        el("div", { class: "v-editor", "data-modules": editor, "data-stack": "closed" },
          el("div", { class: "v-editor-field v-expression" }, el("div", { class: "v-editor-paint", "aria-hidden": "true" }), this.field),
          el("div", { class: "v-editor-below" })),
        this.error),
      el("div", { class: "x-tools" }, this.build, this.tools),
      this.builder.root);
    this.fit();
  }

  get text() { return this.field.value; }

  /** Sets the text without telling anybody. */
  write(text) {
    if (text !== this.field.value) this.field.value = text; // the editor's modules hear of it
    this.fit();
  }

  edited() {
    this.fit();
    this.builder.follow(this.text);
    this.told.changed(this);
  }

  fit() {
    this.field.rows = Math.min(12, Math.max(2, this.text.split("\n").length));
  }

  toggle() {
    this.shown = !this.shown;
    this.told.changed(this);
    this.told.run(this, "toggled");
  }

  toggleBuilder(open = !this.builder.open) {
    set(this.build, { "aria-expanded": String(open) });
    this.root.classList.toggle("x-building", open);
    return this.builder.toggle(open, this.text);
  }

  /** Names the row's parts by its place among all of them. */
  place(place, count) {
    const name = letter(place);
    write(this.letter, name);
    set(this.letter, {
      "aria-pressed": String(this.shown), title: this.shown ? `Hide expression ${name}` : `Show expression ${name}`,
      "aria-label": `Expression ${name} is shown`,
    });
    this.root.classList.toggle("x-off", !this.shown);
    const blank = !this.text.trim();
    write(this.build, blank ? "Build by clicking" : "Build");
    this.build.classList.toggle("x-invites", blank && !this.builder.open);
    set(this.field, { "aria-label": `Expression ${name}`, id: place === 0 ? "explore-q" : `explore-q-${place}` });
    set(this.build, { "aria-label": `Build expression ${name} by clicking` });
    const labels = { copy: "Duplicate", up: "Move up", down: "Move down", remove: "Remove" };
    Object.entries(labels).forEach(([key, label], at) => {
      const button = this.tools[at];
      set(button, { title: `${label} ${name}`, "aria-label": `${label} expression ${name}` });
      button.hidden = (key === "up" || key === "down") && count < 2;
      button.disabled = (key === "up" && place === 0) || (key === "down" && place === count - 1);
    });
  }

  /** What is wrong with it, or an empty text. */
  complain(said) {
    write(this.error, said ?? "");
  }
}
