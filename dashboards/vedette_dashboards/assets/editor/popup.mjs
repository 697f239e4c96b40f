// The list of suggestions under the caret. The focus stays in the field: the field says which option is the active one.

import { el, put, set, unique } from "./dom.mjs";

const SHOWN = 60; // options that are drawn; who needs another writes more of its name
const PAGE = 8; // options that PageUp and PageDown pass

export class Popup {
  /** `take(suggestion)` is called for what is chosen. */
  constructor(field, root, take) {
    this.field = field;
    this.root = root; // what the popup is placed in
    this.take = take;
    this.options = [];
    this.active = -1;
    this.list = el("ul", { role: "listbox", id: unique("list"), "aria-label": "What fits here" });
    this.foot = el("p", { class: "v-ed-foot" });
    this.box = el("div", { class: "v-ed-popup", hidden: true }, this.list, this.foot);
    this.box.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  }

  get open() {
    return !this.box.hidden;
  }

  /** Shows options at a place of the window. `first`: the first one is active, so that Enter takes it. */
  show(options, place, { first, note = "" }) {
    const kept = this.open && this.active >= 0 ? this.options[this.active]?.label : null;
    this.options = options.slice(0, SHOWN);
    this.more = options.length - this.options.length;
    this.note = note;
    const again = kept === null ? -1 : this.options.findIndex(({ label }) => label === kept);
    this.active = this.options.length ? (this.moved && again >= 0 ? again : first ? 0 : -1) : -1;
    if (!this.options.length && !note) return this.close();
    put(this.list, this.options.map((option, i) => this.draw(option, i)));
    this.list.hidden = !this.options.length;
    this.box.hidden = false;
    this.place(place);
    set(this.field, { role: "combobox", "aria-expanded": "true", "aria-controls": this.list.id, "aria-haspopup": "listbox" });
    this.mark();
  }

  draw({ label, kind, note }, i) {
    return el(
      "li",
      {
        role: "option", id: `${this.list.id}-${i}`, "aria-selected": "false", "data-kind": kind,
        onmousemove: () => { if (this.active !== i) { this.active = i; this.moved = true; this.mark(false); } },
        onclick: () => this.choose(i),
      },
      el("span", { class: `v-ed-label v-ed-${kind}` }, label),
      note ? el("code", {}, note) : null,
      el("small", {}, kind),
    );
  }

  /** Marks the active option, and tells about it below. */
  mark(scroll = true) {
    [...this.list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === this.active)));
    const chosen = this.list.children[this.active], option = this.options[this.active];
    set(this.field, { "aria-activedescendant": chosen?.id });
    if (chosen && scroll) chosen.scrollIntoView({ block: "nearest" });
    const more = this.more > 0 ? `and ${this.more} more: write to narrow` : "";
    const hint = this.options.length && this.active < 0 ? "↓ chooses" : "";
    put(this.foot, option?.word?.summary || this.note || [hint, more].filter(Boolean).join(" · "));
    this.foot.hidden = !this.foot.textContent;
  }

  /** Below the line if there is room in the window, else above it; as wide as the editor on a narrow screen. */
  place({ left, top, bottom }) {
    const frame = this.root.getBoundingClientRect(), width = Math.min(this.box.offsetWidth, frame.width);
    const below = window.innerHeight - bottom - 12, above = top - 12;
    const up = below < Math.min(240, this.box.scrollHeight) && above > below;
    this.box.style.maxHeight = `${Math.max(120, Math.min(320, up ? above : below))}px`;
    this.box.style.left = `${Math.max(0, Math.min(left - frame.left - 10, frame.width - width))}px`;
    this.box.style.top = up ? "auto" : `${bottom - frame.top + 4}px`;
    this.box.style.bottom = up ? `${frame.bottom - top + 4}px` : "auto";
  }

  move(by) {
    const count = this.options.length;
    if (!count) return;
    this.moved = true;
    if (Math.abs(by) > 1) this.active = Math.max(0, Math.min(count - 1, this.active + (by < 0 ? -PAGE : PAGE)));
    else this.active = this.active < 0 && by < 0 ? count - 1 : (this.active + by + count) % count;
    this.mark();
  }

  choose(i = this.active) {
    const option = this.options[i];
    if (!option) return;
    this.close();
    this.take(option);
  }

  close() {
    if (this.box.hidden) return;
    this.box.hidden = true;
    this.active = -1;
    this.moved = false;
    set(this.field, { role: null, "aria-expanded": null, "aria-controls": null, "aria-activedescendant": null, "aria-haspopup": null });
  }
}
