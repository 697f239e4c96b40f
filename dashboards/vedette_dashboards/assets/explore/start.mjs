// What stands on a page without an expression: examples of what is really stored, or how data gets here.

import { ask } from "./ask.mjs";
import { el, put } from "./dom.mjs";

/** `told.choose(text)` hears which example was chosen. */
export class Start {
  constructor(told) {
    this.told = told;
    this.root = el("section", { id: "explore-examples", hidden: true });
    this.asked = -Infinity;
  }

  /** Shows or hides itself; examples are asked for when they are first needed, and again while there are none. */
  async show(needed) {
    this.root.hidden = !needed;
    if (!needed || this.found?.length || performance.now() - this.asked < 4_000) return;
    this.asked = performance.now();
    try {
      this.found = await ask("examples");
    } catch {
      return; // the header says that the API is away
    }
    if (this.found.length) this.list(); else this.nothing();
  }

  list() {
    put(this.root, el("h2", {}, "Or begin with one of these"),
      el("ul", { class: "v-examples" }, this.found.map(({ text, q }) => el("li", {},
        el("button", { type: "button", onclick: () => this.told.choose(q) }, el("span", {}, text), el("code", {}, q))))));
  }

  nothing() {
    put(this.root, el("div", { class: "v-empty" }, el("h2", {}, "Nothing has been stored yet"),
      el("p", {}, "Send metrics to Vedette, or start it with its demo; examples of what is there then appear here."),
      el("pre", {}, el("code", {}, "vedette up --demo"))));
  }
}
