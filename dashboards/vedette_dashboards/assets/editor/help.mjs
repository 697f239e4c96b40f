// What a word means: in a line for the word under the caret, and in a box for the one under the pointer.

import { el, put } from "./dom.mjs";
import { all, named } from "./words.mjs";

const WAIT_MS = 350; // how long a pointer rests before the box comes
const LEAVE_MS = 250; // how long it may be away, on its way into the box

const link = (name, text) =>
  el("a", { href: `/words?q=${encodeURIComponent(name)}`, target: "_blank", rel: "noopener", title: "Opens in a new tab" }, text);

const chip = (vocabulary) => el("span", { class: `v-ed-chip v-ed-${vocabulary}` }, vocabulary);

/** The line for the token under the caret. `word` is null when it is none that is known. */
export function helpLine(token, word) {
  if (word) {
    return [
      el("strong", { class: `v-ed-${word.vocabulary}` }, `:${word.name}`),
      chip(word.vocabulary),
      el("code", {}, word.signature),
      el("span", {}, word.summary),
      link(word.name, ["More ", el("span", { class: "v-unseen" }, `about :${word.name}, in a new tab`)]),
    ];
  }
  return [el("span", { class: token ? "v-ed-dim" : "v-ed-dim v-ed-keys" }, token ? said(token) : "Ctrl and Space show what fits here, Ctrl and Enter run it.")];
}

function said({ kind, list, text }) {
  if (kind === "comment") return "A comment: it does not run.";
  if (kind === "open" || kind === "close") return "The parentheses of a list, whose items are not run.";
  if (list) return `The text “${text}” in a list.`;
  if (kind === "text") return `The text “${text}”: a word that follows will use it.`;
  return text === ":" || !all().length ? "A word begins with a colon." : `No word is called ${text}.`;
}

/** The box that explains the word under the pointer. It stays while the pointer is in it, and Escape closes it. */
export class Hover {
  /** `at(x, y)` gives {word, rect} of the word at a point, or null. */
  constructor(field, root, at) {
    this.root = root;
    this.box = el("div", { class: "v-ed-hover", hidden: true });
    this.shown = null;
    field.addEventListener("pointermove", (event) => this.move(event, at));
    field.addEventListener("pointerleave", () => this.leave());
    field.addEventListener("input", () => this.close());
    this.box.addEventListener("pointerenter", () => clearTimeout(this.timer));
    this.box.addEventListener("pointerleave", () => this.leave());
  }

  move(event, at) {
    if (event.pointerType === "touch" || event.buttons) return this.close();
    const found = at(event.clientX, event.clientY);
    if (found && found.key === this.shown) return clearTimeout(this.timer);
    clearTimeout(this.timer);
    if (found) this.timer = setTimeout(() => this.show(found), this.shown === null ? WAIT_MS : LEAVE_MS);
    else if (this.shown !== null) this.leave();
  }

  leave() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.close(), LEAVE_MS);
  }

  show({ key, word, rect }) {
    this.shown = key;
    put(this.box, explain(word));
    this.box.hidden = false;
    const frame = this.root.getBoundingClientRect();
    const left = Math.max(0, Math.min(rect.left - frame.left, frame.width - this.box.offsetWidth));
    const up = window.innerHeight - rect.bottom < this.box.offsetHeight + 12 && rect.top > this.box.offsetHeight + 12;
    this.box.style.left = `${left}px`;
    this.box.style.top = up ? "auto" : `${rect.bottom - frame.top + 2}px`;
    this.box.style.bottom = up ? `${frame.bottom - rect.top + 2}px` : "auto";
  }

  /** Closes the box, and says whether it was open. */
  close() {
    clearTimeout(this.timer);
    const open = this.shown !== null;
    this.shown = null;
    this.box.hidden = true;
    return open;
  }
}

/** What an example leaves, where that is more than its own text. */
function left({ program, after }) {
  if (after[0] === program) return null;
  return [el("span", {}, "leaves"), el("code", {}, after.length ? after[0] : "an empty stack")];
}

function explain(word) {
  const same = named(word.name);
  const entry = same.find((one) => one.signature === word.signature && one.vocabulary === word.vocabulary) ?? same[0];
  const example = entry?.examples?.[0];
  const others = same.filter((one) => one !== entry);
  return [
    el("p", {}, el("strong", { class: `v-ed-${word.vocabulary}` }, `:${word.name}`), " ", chip(word.vocabulary)),
    el("p", {}, el("code", {}, word.signature)),
    el("p", {}, word.summary),
    example ? el("p", { class: "v-ed-example" }, el("span", {}, "For example"), el("code", {}, example.program), left(example)) : null,
    others.length ? el("p", { class: "v-ed-dim" }, "Also: ", others.map((one, i) => [i ? ", " : "", el("code", {}, one.signature)])) : null,
    el("p", {}, link(word.name, "All about it")),
  ];
}
