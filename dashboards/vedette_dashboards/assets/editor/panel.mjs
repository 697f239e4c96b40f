// The stack, step by step: what each token left on it. A click on a step moves the caret there.

import { el, put, unique } from "./dom.mjs";

const KEPT = "vedette-editor-stack"; // "open" or "closed", as the reader left it
const WIDE = 900; // px of an editor that has room for the panel from the start

export class Panel {
  /** `go(token)` moves the caret behind a token. */
  constructor(root, go) {
    this.go = go;
    const id = unique("stack");
    this.steps = el("ol", { class: "v-ed-steps", "aria-label": "Steps" });
    this.title = el("h3", {});
    this.items = el("ol", { class: "v-ed-items" });
    this.foot = el("p", { class: "v-ed-dim" });
    this.root = el("section", { class: "v-ed-panel", id, "aria-label": "The stack, step by step" },
      this.steps, el("div", { class: "v-ed-stack" }, this.title, this.items, this.foot));
    this.button = el("button", { type: "button", class: "v-ed-button", "aria-controls": id, onclick: () => this.toggle() }, "Stack");
    this.steps.addEventListener("keydown", (event) => this.press(event));
    const first = document.querySelector(".v-editor") === root;
    const kept = localStorage.getItem(KEPT);
    this.open(kept ? kept === "open" && first : first && root.dataset.stack !== "closed" && root.offsetWidth >= WIDE);
  }

  toggle() {
    this.open(this.root.hidden);
    localStorage.setItem(KEPT, this.root.hidden ? "closed" : "open");
    this.redraw?.();
  }

  open(wish) {
    this.root.hidden = !wish;
    this.button.setAttribute("aria-expanded", String(wish));
  }

  /** Shows an inspection at a place. */
  show(found, caret) {
    if (this.root.hidden) return;
    const at = found.stepAt(caret);
    if (found !== this.found || this.drawn !== found.steps) this.list(found);
    this.at = at;
    [...this.steps.children].forEach((item, i) => {
      const here = i === at + 1;
      item.firstChild.tabIndex = here ? 0 : -1;
      if (here) item.firstChild.setAttribute("aria-current", "step");
      else item.firstChild.removeAttribute("aria-current");
      if (here) reveal(item, this.steps);
    });
    this.stack(found, at);
  }

  list(found) {
    this.found = found;
    this.drawn = found.steps;
    const start = this.step("start", "", -1);
    const steps = found.steps.map((step, i) => {
      const top = step.stack[0];
      return this.step(this.written(found, i), top && step.new ? top.type : `${step.size} on the stack`, step.token);
    });
    const failed = found.error && found.error.token !== null ? [this.failed(found)] : [];
    const focused = [...this.steps.children].findIndex((item) => item.contains(document.activeElement));
    put(this.steps, start, steps, failed);
    if (focused >= 0) (this.steps.children[focused] ?? this.steps.lastChild).firstChild.focus({ preventScroll: true });
  }

  /** The text of a step: a token, or a whole list. */
  written(found, i) {
    const last = found.tokens[found.steps[i].token];
    if (last.kind !== "close") return last.text;
    const first = found.tokens[(i ? found.steps[i - 1].token : -1) + 1];
    return found.text.slice(first.start, last.end);
  }

  step(text, leaves, token) {
    return el("li", {}, el("button", { type: "button", tabindex: "-1", "data-token": token, onclick: () => this.go(token) },
      el("code", {}, text), el("small", {}, leaves)));
  }

  failed(found) {
    const { token } = found.error;
    const item = this.step(found.tokens[token].text, "stops here", token);
    item.className = "v-ed-stops";
    return item;
  }

  stack(found, at) {
    const step = found.steps[at];
    const number = at + 1, count = found.steps.length;
    if (!step) {
      put(this.title, found.why ? "The stack is not known" : count ? "Before the first step" : "Nothing has run");
      put(this.items);
      put(this.foot, found.why ?? "The stack is empty.");
      return;
    }
    put(this.title, "After ", el("code", {}, this.written(found, at)), el("small", {}, ` step ${number} of ${count}`));
    put(this.items, step.stack.map((item, i) => this.item(item, i, step)));
    const below = step.size - step.stack.length;
    const said = [];
    if (!step.size) said.push("The stack is empty.");
    if (below > 0) said.push(`and ${below} more below.`);
    if (step.frozen) said.push(`${step.frozen} of them frozen: they lie aside.`);
    if (number === count && found.unfinished) said.push(`Not a graph yet: ${found.unfinished}.`);
    put(this.foot, said.join(" "));
  }

  item({ type, text, length }, i, step) {
    const fresh = i < step.new;
    return el("li", { class: fresh ? "v-ed-new" : null },
      el("span", { class: "v-ed-type" }, type),
      el("code", { title: length ? `${length} characters in all` : null }, length ? `${text}… (${length} characters)` : text),
      fresh ? el("small", {}, "new") : null);
  }

  press(event) {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const items = [...this.steps.children], now = items.findIndex((item) => item.contains(document.activeElement));
    const to = event.key === "Home" ? 0 : event.key === "End" ? items.length - 1 : now + (by ?? NaN);
    const button = items[to]?.firstChild;
    if (now < 0 || !button) return;
    event.preventDefault();
    this.go(Number(button.dataset.token), false);
    button.focus();
  }
}

/** Scrolls a list, and nothing around it, so that an item can be seen. */
function reveal(item, list) {
  const top = item.offsetTop; // in the list, which is positioned
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + item.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = top + item.offsetHeight - list.clientHeight;
}
