// The expression editor: a text field with colours behind it and help around it. `mount` is the one door.

import { ask, Refusal } from "./ask.mjs";
import { el, put, unique } from "./dom.mjs";
import { listenToValue, replace } from "./edit.mjs";
import { helpLine, Hover } from "./help.mjs";
import { inspect, uninspected } from "./inspection.mjs";
import { listenToKeys } from "./keyboard.mjs";
import { Message } from "./message.mjs";
import { Paint } from "./paint.mjs";
import { Panel } from "./panel.mjs";
import { Popup } from "./popup.mjs";
import { fitted, suggest, tagsFor } from "./suggestions.mjs";
import { loadWords } from "./words.mjs";

const PAUSE_MS = 80; // after the last key, before the text is asked about

/** Makes an editor of a `.v-editor` element (`parts/editor.py`). */
export async function mount(root) {
  await dress();
  return root.isConnected ? new Editor(root) : null;
}

/** Loads the editor's style sheet, once. */
function dress() {
  const href = new URL("editor.css", import.meta.url).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const failed = () => reject(new Error("no editor.css"));
    document.head.append(el("link", { rel: "stylesheet", href, onload: resolve, onerror: failed }));
  });
}

class Editor {
  constructor(root) {
    this.root = root;
    this.field = root.querySelector("textarea");
    this.found = uninspected(this.field.value);
    const below = root.querySelector(".v-editor-below");
    this.paint = new Paint(root.querySelector(".v-editor-paint"), this.field);
    this.message = new Message(this.field, (start, end, text) => this.edit(start, end, text));
    this.message.changed = () => this.draw();
    this.popup = new Popup(this.field, root, (suggestion) => this.accept(suggestion));
    this.hover = new Hover(this.field, root, (x, y) => this.wordAt(x, y));
    this.panel = new Panel(root, (token, focus) => this.go(token, focus));
    this.panel.redraw = () => this.follow();
    this.help = el("div", { class: "v-ed-help", id: unique("help") });
    const normal = el("button", { type: "button", class: "v-ed-button", title: "Write it as Atlas would", onclick: () => this.normalize() }, "Normalise");
    const said = el("div", { class: "v-ed-said" }, this.message.root, this.help);
    const line = el("div", { class: "v-ed-line" }, said, el("div", { class: "v-ed-buttons" }, normal, this.panel.button));
    put(below, line, this.panel.root, this.popup.box, this.hover.box);
    this.listen();
    root.dataset.on = "";
    this.paint.fit();
    this.change();
  }

  listen() {
    const { field } = this;
    for (const [name, value] of [["spellcheck", "false"], ["autocapitalize", "off"], ["autocorrect", "off"], ["autocomplete", "off"], ["aria-autocomplete", "list"], ["aria-describedby", this.help.id]]) {
      field.setAttribute(name, value);
    }
    field.addEventListener("input", (event) => this.typed(event));
    listenToValue(field, () => queueMicrotask(() => { if (field.value !== this.found.text) this.change(); }));
    const follow = () => { if (document.activeElement === field) this.follow(); };
    for (const event of ["keyup", "pointerup", "focus", "select"]) field.addEventListener(event, follow);
    const selected = () => { if (this.root.isConnected) follow(); else document.removeEventListener("selectionchange", selected); };
    document.addEventListener("selectionchange", selected);
    field.addEventListener("focus", () => loadWords().then(() => this.draw()));
    field.addEventListener("blur", () => this.popup.close());
    field.addEventListener("compositionend", () => this.offer(false));
    listenToKeys(field, {
      popup: this.popup,
      open: () => this.offer(true),
      dismiss: () => {
        const open = this.popup.open;
        this.popup.close();
        this.offering = null;
        return this.hover.close() || open;
      },
    });
  }

  get caret() {
    return this.field.selectionEnd;
  }

  typed(event) {
    const writes = ["insertText", "insertCompositionText"].includes(event.inputType);
    const erases = event.inputType?.startsWith("deleteContent");
    const offers = !this.editing && !event.isComposing && (writes || (erases && this.popup.open));
    this.change(offers);
    if (!offers) this.popup.close();
    else if (this.offering && this.covers(this.offering)) this.list(this.offering, false);
  }

  /** The text has changed: shows what can be known at once, and asks for the rest. */
  change(offers = false) {
    this.found = uninspected(this.field.value).inherit(this.found);
    delete this.root.dataset.known;
    this.draw();
    this.follow();
    clearTimeout(this.timer);
    this.pending?.abort();
    if (!this.field.value.trim()) return this.tell();
    this.timer = setTimeout(() => (offers ? this.offer(false) : this.inspect(null)), PAUSE_MS);
  }

  /** Asks what the text means; with a place, also what fits there. Gives null when something newer was asked. */
  async inspect(at) {
    clearTimeout(this.timer);
    this.pending?.abort();
    const asking = (this.pending = new AbortController());
    const text = this.field.value;
    let found;
    try {
      [found] = await Promise.all([inspect(text, at, asking.signal), loadWords()]);
    } catch (error) {
      if (!(error instanceof Refusal)) return null;
      found = uninspected(text, error.message);
    }
    if (asking !== this.pending || this.field.value !== text) return null;
    this.found = found;
    this.draw();
    if (found.why) this.message.note(found.why);
    else this.tell();
    this.follow();
    this.root.dataset.known = text; // what is shown is about this text
    return found;
  }

  /** Tells what fails; later, when it is what is being written. */
  tell() {
    const { error, text } = this.found;
    const within = () => document.activeElement === this.field && error.start < this.caret && this.caret <= error.end;
    this.message.tell(error, text, (paused = false) => within() && (!paused || this.popup.open));
  }

  draw() {
    const { found } = this, here = this.here;
    const bad = found.error && this.message.shown ? found.error : null;
    this.paint.show(found.text, found.tokens, (token, number) => {
      const word = found.word(number);
      const name = word ? `v-ed-${word.vocabulary}` : `v-ed-${token.kind}`;
      return number === here ? `${name} v-ed-here` : name;
    }, bad);
  }

  /** The caret has moved: shows the stack there, and what its word means. */
  follow() {
    const { found, caret } = this, focused = document.activeElement === this.field;
    const token = found.tokens.findLastIndex(({ start, end }) => start < caret && caret <= end);
    const here = focused && token >= 0 ? token : -1;
    if (here !== this.here) {
      this.here = here;
      this.draw();
    }
    const key = `${token} ${found.tokens[token]?.text} ${found.word(token)?.signature}`;
    if (key !== this.helped) {
      this.helped = key;
      put(this.help, helpLine(found.tokens[token], found.word(token)));
    }
    this.panel.show(found, caret);
    if (this.popup.open && this.offering && !this.covers(this.offering)) this.popup.close();
  }

  /** Moves the caret behind a token. */
  go(token, focus = true) {
    const end = this.found.tokens[token]?.end ?? 0;
    if (focus) this.field.focus();
    this.field.setSelectionRange(end, end);
    this.follow();
  }

  wordAt(x, y) {
    const key = this.paint.tokenAt(x, y), word = key === null ? null : this.found.word(key);
    return word && { key, word, rect: spread(this.paint, this.found.tokens[key]) };
  }

  /** Offers what fits at the caret. `asked`: by a key of its own, not by the way. */
  async offer(asked) {
    const found = await this.inspect(this.caret);
    const complete = found?.complete;
    if (!complete) {
      if (found) this.popup.close();
      return;
    }
    const offering = { complete, before: found.text.slice(0, complete.start), tags: null, note: "" };
    this.offering = offering;
    const { popup } = this, tags = tagsFor(complete, this.prefix(offering));
    if (tags === null) return this.list(offering, asked);
    if (asked || popup.open) this.list({ ...offering, note: "Asking which there are…" }, asked);
    try {
      offering.tags = await tags;
    } catch (error) {
      offering.note = error.message;
    }
    if (this.offering === offering && this.covers(offering)) this.list(offering, asked);
  }

  /** Whether the caret is still in the token that suggestions were made for. */
  covers({ complete, before }) {
    const { text } = this.found, { caret } = this;
    return caret >= complete.start && text.startsWith(before) && !/[,()]/.test(text.slice(complete.start, caret));
  }

  prefix({ complete }) {
    return this.found.text.slice(complete.start, this.caret).trimStart();
  }

  list(offering, asked) {
    if (document.activeElement !== this.field) return;
    const prefix = this.prefix(offering);
    const all = suggest(offering.complete, prefix, offering.tags);
    const whole = all.some(({ insert }) => insert === prefix); // who has written a word to its end wants no other
    const options = asked ? all : all.filter(({ insert }) => insert !== prefix);
    const note = offering.note || (asked && !options.length ? "Nothing that is known fits here." : "");
    if (!asked && !options.length) return this.popup.close();
    this.popup.show(options, this.paint.rect(offering.complete.start), { first: asked || (prefix !== "" && !whole), note });
  }

  /** Changes the text for the writer, who can undo it; nothing is offered for what he has not written. */
  edit(start, end, text) {
    this.editing = true;
    replace(this.field, start, end, text);
    this.editing = false;
  }

  accept(suggestion) {
    const { text } = this.found, { start } = this.offering.complete;
    const token = this.found.tokens.find((one) => one.kind !== "comment" && one.start === start && one.end >= this.caret);
    const end = token && this.caret > start ? token.end : this.caret;
    const fit = fitted(text, start, end, suggestion);
    this.offering = null;
    this.edit(start, end, fit.text);
    this.field.setSelectionRange(fit.caret, fit.caret);
    if (suggestion.goOn) this.offer(false);
    else this.popup.close();
  }

  /** Writes the text in its normal form; undo takes that back. */
  async normalize() {
    const { field } = this, text = field.value;
    try {
      const normal = (await ask("normalize", { q: text })).join(",");
      if (field.value !== text) return;
      if (!normal) return this.message.note("There is no expression to normalise yet.");
      if (normal === text) return this.message.note("It is in its normal form.");
      this.edit(0, text.length, normal);
      const lost = text.includes("/*") ? " Comments are left out." : "";
      this.message.note(`Written in its normal form.${lost} Ctrl and Z bring back what stood there.`);
    } catch (error) {
      this.message.note(`It cannot be normalised: ${error.message}`);
    }
  }
}

/** Where a token is in the window; of one over several lines, its first. */
function spread(paint, { start, end }) {
  const first = paint.rect(start), last = paint.rect(Math.max(start, end - 1));
  return { left: first.left, top: first.top, bottom: last.bottom };
}
