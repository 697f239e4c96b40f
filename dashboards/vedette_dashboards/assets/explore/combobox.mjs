// A text field with suggestions, for one value or several. Free text is as good as what is suggested.

import { el, icon, put, settled, set, unique } from "./dom.mjs";

const LISTED = 60;

/** The field. `source(written)` gives the suggestions; `told(values)` hears what was chosen, a list of texts. */
export class Combobox {
  constructor({ label, values = [], several = false, placeholder = "", source, told, key }) {
    Object.assign(this, { values: [...values], several, source, told, label, found: [], active: -1, seen: 0 });
    this.input = el("input", {
      type: "text", role: "combobox", "aria-label": label, "aria-autocomplete": "list", "aria-expanded": "false",
      autocomplete: "off", spellcheck: "false", placeholder, "data-key": key, class: "x-input",
      oninput: () => this.wrote(), onkeydown: (event) => this.press(event), onfocus: () => this.look(), onblur: () => this.leave(),
    });
    this.list = el("ul", { role: "listbox", id: unique("list"), class: "x-list", hidden: true, "aria-label": "Suggestions" });
    this.input.setAttribute("aria-controls", this.list.id);
    this.tokens = el("span", { class: "x-tokens" });
    this.root = el("div", { class: several ? "x-combobox x-several" : "x-combobox" }, this.tokens, this.input, this.list);
    this.ask = settled(120, () => this.fetch());
    if (several) this.showTokens(); else this.input.value = this.values[0] ?? "";
  }

  wrote() {
    if (!this.several) { this.values = this.input.value.trim() ? [this.input.value.trim()] : []; this.told(this.values); }
    this.look();
  }

  look() { this.ask(); }

  async fetch() {
    const turn = ++this.seen, written = this.input.value.trim();
    // What stands there already is no search: who comes back to a filled field wants to see what else there is.
    const found = await this.source(!this.several && written === this.values[0] && !this.typed ? "" : written).catch(() => []);
    if (turn !== this.seen || document.activeElement !== this.input) return;
    this.found = found.filter((text) => !this.several || !this.values.includes(text)).slice(0, LISTED);
    this.active = -1;
    this.open();
  }

  open() {
    put(this.list, this.found.map((text, place) => el("li", {
      role: "option", id: `${this.list.id}-${place}`, "aria-selected": String(place === this.active),
      onpointerdown: (event) => { event.preventDefault(); this.take(text); },
    }, text)));
    this.list.hidden = !this.found.length;
    set(this.input, {
      "aria-expanded": String(!this.list.hidden),
      "aria-activedescendant": this.active >= 0 ? `${this.list.id}-${this.active}` : null,
    });
    this.list.children[this.active]?.scrollIntoView({ block: "nearest" });
  }

  press(event) {
    const shown = !this.list.hidden;
    this.typed = true;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!shown) this.look();
      else {
        const count = this.found.length, step = event.key === "ArrowDown" ? 1 : -1;
        this.active = (this.active + step + count + (this.active < 0 && step < 0 ? 1 : 0)) % count;
        this.open();
      }
    } else if (event.key === "Enter") {
      if (event.ctrlKey || event.metaKey) return;
      if (shown && this.active >= 0) this.take(this.found[this.active]);
      else if (this.several && this.input.value.trim()) this.take(this.input.value.trim());
      else this.close();
    } else if (event.key === "Escape") {
      this.close(); // what is still on its way is no longer wanted either
      if (!shown) return;
      event.stopPropagation();
    }
    else if (event.key === "Backspace" && this.several && !this.input.value && this.values.length) this.drop(this.values.length - 1);
    else return;
    event.preventDefault();
  }

  take(text) {
    if (this.several) {
      if (!this.values.includes(text)) this.values.push(text);
      this.input.value = "";
      this.showTokens();
    } else {
      this.values = [text];
      this.input.value = text;
    }
    this.typed = false;
    this.close();
    this.told([...this.values]);
    if (this.several) this.look();
  }

  drop(place) {
    this.values.splice(place, 1);
    this.showTokens();
    this.told([...this.values]);
    this.input.focus();
  }

  showTokens() {
    put(this.tokens, this.values.map((text, place) => el("button", {
      type: "button", class: "x-token", "aria-label": `${this.label}: remove ${text}`, onclick: () => this.drop(place),
    }, el("span", {}, text), icon("close"))));
  }

  leave() {
    this.typed = false;
    if (this.several && this.input.value.trim()) this.take(this.input.value.trim());
    this.close();
  }

  close() {
    this.seen += 1;
    this.ask.cancel();
    this.list.hidden = true;
    set(this.input, { "aria-expanded": "false", "aria-activedescendant": null });
  }
}
