// All expressions of the page, in their order: A, B, C and so on.

import { sameRows } from "./address.mjs";
import { el, icon } from "./dom.mjs";
import { Row } from "./row.mjs";

/** `told` has changed() after anything that makes the rows other than those that are shown, and run(how). */
export class Rows {
  constructor({ editor, placeholder, told }) {
    this.given = { editor, placeholder, told: { changed: () => this.changed(), run: (_, how) => told.run(how), act: (name, row) => this.act(name, row) } };
    this.told = told;
    this.list = [];
    this.root = el("ol", { class: "x-rows", "aria-label": "Expressions" });
    this.adder = el("button", { type: "button", class: "x-add", id: "explore-add", onclick: () => this.add({ text: "", shown: true }).field.focus() }, icon("add"), "Expression");
  }

  /** The rows as the address has them. */
  get plain() { return this.list.map(({ text, shown }) => ({ text, shown })); }

  /** Takes other rows, in the elements that are there: what is open stays open. */
  take(rows) {
    const wanted = rows.length ? rows : [{ text: "", shown: true }];
    if (sameRows(wanted, this.plain) && this.list.length) return;
    wanted.forEach((given, place) => {
      const row = this.list[place];
      if (!row) return this.add(given, undefined, true);
      row.shown = given.shown;
      if (row.text.trim() !== given.text.trim()) {
        row.write(given.text);
        row.builder.follow(given.text);
      }
    });
    for (const row of this.list.splice(wanted.length)) row.root.remove();
    this.place();
  }

  add(given, at = this.list.length, quiet = false) {
    const row = new Row(given, this.given);
    this.root.insertBefore(row.root, this.root.children[at] ?? null);
    this.list.splice(at, 0, row);
    this.place();
    if (!quiet) this.changed();
    return row;
  }

  act(name, row) {
    const at = this.list.indexOf(row);
    if (name === "copy") this.add({ text: row.text, shown: row.shown }, at + 1).field.focus();
    else if (name === "anew") this.add({ text: "", shown: true }, at + 1).toggleBuilder(true);
    else if (name === "remove") this.remove(at);
    else this.move(at, name === "up" ? at - 1 : at + 1);
    if (name !== "anew") this.told.run("arranged");
  }

  remove(at) {
    const [row] = this.list.splice(at, 1);
    row.root.remove();
    if (!this.list.length) this.add({ text: "", shown: true });
    this.place();
    this.list[Math.min(at, this.list.length - 1)].field.focus();
    this.changed();
  }

  move(from, to) {
    const [row] = this.list.splice(from, 1);
    this.list.splice(to, 0, row);
    const focused = document.activeElement;
    this.root.insertBefore(row.root, this.root.children[from < to ? to + 1 : to] ?? null);
    this.place();
    if (row.root.contains(focused)) (focused.disabled ? row.field : focused).focus();
    this.changed();
  }

  place() {
    this.list.forEach((row, place) => row.place(place, this.list.length));
  }

  changed() {
    this.place();
    this.told.changed();
  }

  /** The rows that are asked for: shown, and with a text. */
  asked() {
    return this.list.filter((row) => row.shown && row.text.trim());
  }

  /** Shows what is wrong with each of the rows that were asked for. */
  complain(asked, errors) {
    for (const row of this.list) row.complain("");
    asked.forEach((row, place) => row.complain(errors[place]));
  }
}
