// The Explore page: rows of expressions, what came of them, and ways to keep and share them. The address is the state:
// "Show" writes the rows into it, and the page asks for what it says.

import { readRows, sameRows, writeRows } from "./address.mjs";
import { Away, Refusal, ask } from "./ask.mjs";
import { el, icon, settled } from "./dom.mjs";
import { History, historyButton, remember } from "./history.mjs";
import { Result } from "./result.mjs";
import { Rows } from "./rows.mjs";
import { Share } from "./share.mjs";
import { Start } from "./start.mjs";

const PLACEHOLDER = "as in name,ipc.server.call,:eq,statistic,count,:eq,:and,:sum,(,app,),:by";
const BUILDER = "vedette-explore-builder"; // whether this reader had the builder open on an empty page
const GREATEST = ",max,20,:topk";
let page = null;

/** Fills the element on first call; then follows the address, the clock and the zone. */
export function follow(root, given) {
  if (page?.root !== root) {
    page?.leave();
    page = new Explore(root);
  }
  page.follow(given);
}

class Explore {
  constructor(root) {
    this.root = root;
    this.search = null;
    this.trail = []; // the times before each zoom
    this.rows = new Rows({
      editor: root.dataset.editor, placeholder: PLACEHOLDER,
      told: { changed: () => this.changed(), run: (how) => this.run(how) },
    });
    this.result = new Result({
      zoomed: (s, e) => this.zoom(s, e), back: () => this.zoomBack(), times: (s) => this.times({ s, e: "now" }),
      values: (kind) => this.go((query) => window.vedette.put(query, "tick_labels", kind)), fewer: () => this.fewer(),
    });
    this.start = new Start({ choose: (q) => { this.rows.take([{ text: q, shown: true }]); this.run("chosen"); } });
    this.history = new History({ choose: (rows) => { this.rows.take(rows); this.run("chosen"); } });
    this.share = new Share({ asked: () => this.asked(), share: () => this.addresses ?? {} });
    this.show = el("button", { type: "button", class: "x-button x-show", id: "explore-run", onclick: () => this.run("shown") }, "Show");
    this.sharer = el("button", { type: "button", class: "x-button", id: "explore-share", disabled: true, onclick: () => this.share.open() }, icon("share"), "Share");
    this.soon = settled(350, () => this.run("settled"));
    root.replaceChildren(
      el("section", { class: "v-card v-pad", "aria-label": "Expressions", onkeydown: (event) => this.press(event) },
        this.rows.root,
        el("div", { class: "v-toolbar x-toolbar" }, this.rows.adder, this.show, el("span", { class: "x-gap" }), historyButton(() => this.history.open()), this.sharer)),
      this.start.root, this.result.root, this.history.root, this.share.root);
  }

  leave() {
    this.asking?.abort();
    this.soon.cancel();
  }

  /** `tick` of the clock, `zone` of the reader. The address is read here: what Dash tells of it may be an earlier one. */
  follow({ tick, zone }) {
    if (!zone || window.location.pathname !== "/explore") return;
    const { search } = window.location;
    const moved = search !== this.search || zone !== this.zone;
    const ticked = tick !== this.tick;
    [this.tick, this.zone] = [tick, zone];
    if (moved) this.look(search);
    if (moved || ticked) this.answer(moved);
  }

  look(search) {
    const rows = readRows(search), first = this.search === null;
    // What is being written outlives a change of times.
    if (first || !sameRows(rows, readRows(this.search))) this.rows.take(rows);
    this.search = search;
    this.changed();
    if (first && !rows.length) this.openBuilder();
  }

  openBuilder() {
    let wanted = false;
    try { wanted = localStorage.getItem(BUILDER) === "open"; } catch { /* nothing is kept here */ }
    const [row] = this.rows.list;
    if (wanted) row.toggleBuilder(true);
    row.build.addEventListener("click", () => {
      try { localStorage.setItem(BUILDER, row.builder.open ? "open" : "closed"); } catch { /* nothing is kept here */ }
    });
  }

  changed() {
    const waiting = !sameRows(this.rows.plain, readRows(this.search ?? ""));
    this.show.classList.toggle("x-waiting", waiting);
    this.show.title = waiting ? "Show what is written now (Ctrl and Enter)" : "Ask again";
  }

  press(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.run("shown");
  }

  /** Writes the rows into the address. What comes of a click in the builder takes the place of what was there. */
  run(how) {
    if (how === "built") return this.soon();
    this.soon.cancel();
    const before = this.search;
    this.go((query) => writeRows(window.vedette.write(query), this.rows.plain), how === "settled");
    if (this.search === before) this.answer(true); // the address said so already: ask again
  }

  go(change, quietly = false) {
    const { read, write } = window.vedette;
    const search = write(change(read(window.location.search)));
    if (search === window.location.search) return;
    window.history[quietly ? "replaceState" : "pushState"]({}, "", window.location.pathname + search);
    this.look(search);
    this.answer(true);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  asked() {
    const query = window.vedette.read(window.location.search), one = (name) => query.get(name) ?? "";
    return {
      rows: readRows(window.location.search).filter((row) => row.shown).map((row) => row.text.trim()),
      s: one("s"), e: one("e"), region: one("region"), tick_labels: one("tick_labels"), tz: this.zone,
      theme: document.documentElement.dataset.mantineColorScheme, width: Math.round(Math.min(1400, Math.max(300, this.root.clientWidth - 80))),
    };
  }

  async answer(anew) {
    const body = this.asked();
    this.asking?.abort();
    const { signal } = this.asking = new AbortController();
    this.sharer.disabled = !body.rows.length;
    this.start.show(!body.rows.length);
    if (!body.rows.length) {
      this.result.clear();
      this.rows.complain([], []);
      return this.tell({ age: null });
    }
    this.result.root.setAttribute("aria-busy", String(anew));
    try {
      const answer = await ask("answer", { body, signal });
      if (signal.aborted || !this.root.isConnected) return;
      this.addresses = answer.share;
      this.rows.complain(this.rows.asked(), answer.errors);
      this.tell({ age: answer.age, at: answer.now });
      if (anew && !answer.refused && !answer.errors.some(Boolean)) remember(readRows(window.location.search));
      await this.result.show(answer, { zone: body.tz, before: this.before(), values: body.tick_labels, several: body.rows.length > 1 });
    } catch (error) {
      if (error.name === "AbortError") return;
      if (error instanceof Refusal) this.rows.complain(this.rows.asked(), [error.message]);
      else if (error instanceof Away) this.tell({ age: null, away: error.message });
      else throw error;
    } finally {
      if (!signal.aborted) this.result.root.removeAttribute("aria-busy");
    }
  }

  /** Tells the frame how old the newest number is, and which tick of its clock was answered. */
  tell({ age, at = Date.now(), away = null }) {
    window.dash_clientside.set_props("pulse", { data: { at, age, away, beat: this.tick ?? null } });
  }

  times({ s, e }) {
    this.go((query) => window.vedette.put(window.vedette.put(query, "s", s), "e", e));
  }

  zoom(s, e) {
    const query = window.vedette.read(window.location.search);
    this.trail.push({ s: query.get("s") ?? "", e: query.get("e") ?? "", named: document.getElementById("range-text")?.textContent || "the times before", to: `${s}/${e}` });
    this.times({ s: String(s), e: String(e) });
  }

  zoomBack() {
    const before = this.trail.pop();
    if (before) this.times(before);
  }

  /** The name of the times before the zoom that is shown, or null: other times may have been chosen since. */
  before() {
    const query = window.vedette.read(window.location.search);
    const now = `${query.get("s")}/${query.get("e")}`;
    while (this.trail.length && this.trail.at(-1).to !== now) this.trail.pop();
    return this.trail.at(-1)?.named ?? null;
  }

  fewer() {
    for (const row of this.rows.asked()) if (!row.text.trim().endsWith(GREATEST)) row.write(row.text.trim() + GREATEST);
    this.run("shown");
  }
}
