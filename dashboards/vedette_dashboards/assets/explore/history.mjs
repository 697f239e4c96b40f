// The expressions of this browser: kept in its own storage, and sent nowhere.

import { el, icon, put, tool } from "./dom.mjs";

const KEY = "vedette-explore-history";
const MOST = 60; // entries that are not pinned

/** The kept entries, newest first: {rows, at, pinned}. */
export function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return found.filter((one) => Array.isArray(one?.rows) && one.rows.every((row) => typeof row?.text === "string"));
  } catch {
    return []; // nothing can be kept here, or what was kept is no longer readable
  }
}

function keep(entries) {
  try {
    localStorage.setItem(KEY, JSON.stringify(entries));
  } catch {
    // A browser that keeps nothing has no history.
  }
}

const same = (entry, rows) => JSON.stringify(entry.rows) === JSON.stringify(rows);

/** `entries` with one more on top; the same expressions are there once, and stay pinned. */
export function withEntry(entries, rows, at) {
  const before = entries.find((entry) => same(entry, rows));
  const rest = entries.filter((entry) => entry !== before);
  let loose = 0;
  return [{ rows, at, pinned: before?.pinned ?? false }, ...rest].filter((entry) => entry.pinned || ++loose <= MOST);
}

/** Entries that hold all words of a search, the pinned ones first. */
export function found(entries, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (entry) => entry.rows.map((row) => row.text).join(" ").toLowerCase();
  const kept = entries.filter((entry) => words.every((word) => text(entry).includes(word)));
  return [...kept.filter((entry) => entry.pinned), ...kept.filter((entry) => !entry.pinned)];
}

export function remember(rows) {
  keep(withEntry(kept(), rows, Date.now()));
}

/** The list in a window of its own. `told.choose(rows)` hears what was taken from it. */
export class History {
  constructor(told) {
    this.told = told;
    this.search = el("input", { type: "search", class: "x-input", placeholder: "Search", "aria-label": "Search the history", oninput: () => this.show() });
    this.list = el("ul", { class: "x-history", onkeydown: (event) => this.press(event) });
    this.all = el("button", { type: "button", class: "v-quiet-link", onclick: () => this.clear() });
    this.root = el("dialog", { class: "x-dialog", "aria-label": "History", onclick: (event) => { if (event.target === this.root) this.root.close(); } },
      el("div", { class: "x-dialog-body" },
        el("header", {}, el("h2", {}, "History"), tool("close", "Close", () => this.root.close())),
        el("p", { class: "v-note" }, "Expressions that were shown in this browser. They stay here: nothing of it is sent anywhere."),
        this.search, this.list, el("footer", {}, this.all)));
  }

  open() {
    this.search.value = "";
    this.show();
    this.root.showModal();
    this.search.focus();
  }

  show() {
    this.sure = false;
    const all = kept(), shown = found(all, this.search.value);
    put(this.list, shown.map((entry) => this.entry(entry)),
      shown.length ? null : el("li", { class: "v-nothing" }, all.length ? "Nothing in the history has all of that in it." : "Nothing has been shown yet."));
    this.all.textContent = "Delete all";
    this.all.hidden = !all.length;
  }

  entry(entry) {
    const change = (action) => () => { keep(action(kept())); this.show(); this.search.focus(); };
    const others = (entries) => entries.filter((one) => !same(one, entry.rows));
    const pinned = (entries) => entries.map((one) => same(one, entry.rows) ? { ...one, pinned: !one.pinned } : one);
    return el("li", { class: entry.pinned ? "x-pinned" : "" },
      el("button", { type: "button", class: "x-entry", onclick: () => { this.root.close(); this.told.choose(entry.rows); } },
        entry.rows.map((row) => el("code", { class: row.shown ? "" : "x-off" }, row.text)), el("small", {}, ago(Date.now() - entry.at))),
      tool("pin", entry.pinned ? "No longer keep on top" : "Keep on top", change(pinned), { "aria-pressed": String(Boolean(entry.pinned)) }),
      tool("remove", "Delete", change(others)));
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], at = event.target.closest("li");
    if (event.key === "Delete" && at) return at.querySelector(".x-tool:last-child")?.click();
    if (!step || !at) return;
    event.preventDefault();
    (step > 0 ? at.nextElementSibling : at.previousElementSibling)?.querySelector(".x-entry")?.focus();
  }

  clear() {
    if (this.sure) { keep([]); this.show(); this.search.focus(); return; }
    this.sure = true;
    this.all.textContent = `Really delete all ${kept().length}?`;
  }
}

/** How long ago, in words. */
export function ago(ms) {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "just now";
  for (const [size, one, many] of [[1440, "day", "days"], [60, "hour", "hours"], [1, "minute", "minutes"]]) {
    const count = Math.floor(minutes / size);
    if (count) return `${count} ${count === 1 ? one : many} ago`;
  }
  return "";
}

export const historyButton = (open) => el("button", { type: "button", class: "x-button", id: "explore-history", onclick: open }, icon("history"), "History");
