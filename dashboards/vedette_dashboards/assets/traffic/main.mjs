// The traffic page: wires address, feed, stage, panel, table and keys. `mount` is the one door.

import { readAddress, viewText, writeAddress } from "./address.mjs";
import { el, put } from "./dom.mjs";
import { Feed } from "./feed.mjs";
import { Herald } from "./herald.mjs";
import { listenToKeys } from "./keyboard.mjs";
import { Legend } from "./legend.mjs";
import { split } from "./links.mjs";
import { Graph } from "./model.mjs";
import { Notice } from "./notice.mjs";
import { readPalette } from "./palette.mjs";
import { Panel } from "./panel.mjs";
import { listenToPointers } from "./pointer.mjs";
import { Search } from "./search.mjs";
import { Stage } from "./stage.mjs";
import { Table } from "./table.mjs";
import { Toolbar } from "./toolbar.mjs";
import { Tooltip } from "./tooltip.mjs";

const KEPT_VIEWS = 12;

/** Builds the page inside an empty element. `navigate(href)` opens another page of the application (else links do). */
export async function mount(root, { navigate = null } = {}) {
  await dress();
  return root.isConnected ? new Page(root, navigate) : null;
}

/** Loads the page's style sheet, once: the stage takes its colours and its size from it. */
function dress() {
  const href = new URL("traffic.css", import.meta.url).href;
  const there = [...document.styleSheets].some((sheet) => sheet.href === href);
  if (there) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const link = el("link", {
      rel: "stylesheet",
      href,
      onload: resolve,
      onerror: () => reject(new Error("no traffic.css")),
    });
    document.head.append(link);
  });
}

class Page {
  constructor(root, navigate) {
    this.root = root;
    this.navigate = navigate;
    this.graphs = new Map(); // what is known of views, so that going back shows it at once
    this.state = readAddress(location.search);
    this.gap = null;
    this.connected = false;
    const told = {
      choose: (thing) => this.choose(thing),
      click: (thing) => this.click(thing),
      enter: (thing) => this.enter(thing),
      point: (thing, x, y) => this.point(thing, x, y),
      follow: (event) => this.follow(event),
      go: (view) => this.go({ view, selected: null }),
      up: () => this.up(),
      search: () => this.search.focus() ?? true,
      toggleTable: () => this.toggleTable(),
      table: () => this.toggleTable(),
      fit: () => this.stage.fit(),
      motion: (motion) => this.go({ motion }, false),
      palette: (palette) => this.go({ palette }, false),
      find: (asked) => this.find(asked),
      goto: ({ region, name }) => this.goto(region, name),
      leave: () => this.host.focus({ preventScroll: true }),
    };
    this.host = el("div", {
      class: "traffic-stage",
      tabindex: 0,
      role: "application",
      "aria-roledescription": "traffic graph",
      "aria-label":
        "Live traffic. Arrow keys choose, Enter enters, Escape goes up, n finds the next fault, t shows the table.",
    });
    this.herald = new Herald();
    this.search = new Search(told);
    this.toolbar = new Toolbar(this.search, told);
    this.legend = new Legend();
    this.panel = new Panel(el("aside", { class: "traffic-panel", "aria-label": "Details" }), told);
    this.table = new Table(el("div", { class: "traffic-table", hidden: true }), told);
    this.body = el("div", { class: "traffic-body" }, this.host, this.table.root, this.panel.root);
    root.classList.add("traffic");
    put(root, this.toolbar.root, this.body, this.legend.root, this.herald.root);
    this.tooltip = new Tooltip(this.host);
    this.notice = new Notice(this.host, told);
    this.stage = new Stage(this.host, {
      form: (form, reason) => this.showForm(form, reason),
      drawn: () => this.legend.show(this.stage.scene?.scale ?? null, this.stage.form),
    });
    this.feed = new Feed({
      topo: (topo) => this.takeTopo(topo),
      frame: (frame) => this.takeFrame(frame),
      gap: (gap) => this.takeGap(gap),
      index: ({ regions }) => {
        this.search.regions = regions;
      },
      state: (state) => {
        this.connected = state === "open";
        this.showAge();
      },
    });
    this.undo = [listenToPointers(this.stage, told), listenToKeys(root, this.stage, told), this.listen()];
    this.stage.setMotion(this.state.motion);
    this.recolour();
    this.openView();
  }

  /** Ends everything; called when the element has left the document, too. */
  destroy() {
    for (const stop of this.undo) stop();
    this.feed.destroy();
    this.stage.destroy();
    this.root.replaceChildren();
  }

  listen() {
    const { pathname } = location;
    const back = () => location.pathname === pathname && this.readAddress();
    const events = ["popstate", "_dashprivate_pushstate"];
    for (const name of events) addEventListener(name, back);
    const clock = setInterval(() => (this.root.isConnected ? this.showAge() : this.destroy()), 1000);
    const themes = new MutationObserver(() => this.recolour());
    themes.observe(document.documentElement, { attributeFilter: ["data-mantine-color-scheme"] });
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const recolour = () => this.recolour();
    scheme.addEventListener("change", recolour);
    const sizes = new ResizeObserver(() => this.measure());
    sizes.observe(document.body);
    this.measure();
    return () => {
      for (const name of events) removeEventListener(name, back);
      clearInterval(clock);
      themes.disconnect();
      sizes.disconnect();
      scheme.removeEventListener("change", recolour);
    };
  }

  /** Tells the style sheet where the page begins: it fills the rest of the window. */
  measure() {
    this.root.style.setProperty("--traffic-top", `${Math.round(this.root.getBoundingClientRect().top + scrollY)}px`);
  }

  // What comes from the feed.

  takeTopo(topo) {
    const key = viewText(topo.view);
    this.graphs.delete(key);
    this.graphs.set(key, new Graph(topo));
    if (this.graphs.size > KEPT_VIEWS) this.graphs.delete(this.graphs.keys().next().value);
    this.fresh = true;
  }

  takeFrame(frame) {
    const graph = this.graphs.get(viewText(this.state.view));
    if (!graph || frame.topo !== graph.version) return;
    graph.apply(frame);
    if (this.fresh || this.stage.graph !== graph) this.stage.show(graph);
    else this.stage.update();
    this.fresh = false;
    this.showAll();
    this.herald.announce(graph);
  }

  takeGap({ sentence }) {
    this.gap = sentence;
    this.showAll();
  }

  // What the reader does.

  choose(thing) {
    this.go({ selected: thing?.id ?? null }, Boolean(thing) && !this.state.selected);
    if (thing && !thing.source) this.stage.reveal(thing);
    return true;
  }

  /** A region of the global graph opens at once; anything else is chosen first. */
  click(thing) {
    return thing?.kind === "region" ? this.enter(thing) : this.choose(thing);
  }

  enter(thing) {
    if (!thing || thing.source || thing.kind === "entry") return false;
    const { view } = this.state;
    if (thing.kind === "region") this.go({ view: [thing.name], selected: null });
    else if (view.length && view.at(-1) !== thing.name) {
      const [name, region] = split(thing, view);
      this.go({ view: [region, name], selected: null });
    }
    return true;
  }

  up() {
    if (this.state.selected) return this.choose(null);
    if (!this.state.view.length) return false;
    this.go({ view: this.state.view.slice(0, -1), selected: null });
    return true;
  }

  point(thing, x = null, y = null) {
    this.stage.point(thing ?? null);
    this.host.classList.toggle("traffic-pointing", Boolean(thing));
    if (!thing || x === null) return this.tooltip.show(null);
    if (thing.source) return this.tooltip.show(thing, x, y);
    const { camera } = this.stage; // beside the node, so that it hides neither the node nor its name
    this.tooltip.show(thing, ...camera.screen(thing.x, thing.y), thing.r * camera.scale + 16);
  }

  find(asked) {
    const nodes = asked && this.stage.graph?.nodes.filter((node) => node.name.toLowerCase().includes(asked));
    this.stage.find(nodes && nodes.length ? new Set(nodes) : null);
  }

  goto(region, name) {
    const here = this.state.view[0] === region && this.stage.graph?.byName.has(name);
    this.go(here ? { selected: name } : { view: [region], selected: name });
    const node = this.stage.graph?.byName.get(name);
    if (here && node) this.stage.reveal(node);
  }

  toggleTable() {
    this.table.root.hidden = !this.table.root.hidden;
    this.body.classList.toggle("traffic-with-table", !this.table.root.hidden);
    this.showAll();
    return true;
  }

  follow(event) {
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!this.navigate || !plain) return;
    event.preventDefault();
    this.navigate(event.currentTarget.getAttribute("href"));
  }

  // The state: it is in the address, and everything shown follows from it.

  go(change, push = true) {
    const before = this.state;
    this.state = { ...before, ...change };
    const address = location.pathname + writeAddress(this.state, location.search) + location.hash;
    history[push ? "pushState" : "replaceState"]({}, "", address);
    this.apply(before);
  }

  readAddress() {
    const before = this.state;
    this.state = readAddress(location.search);
    if (JSON.stringify(before) !== JSON.stringify(this.state)) this.apply(before);
  }

  apply(before) {
    if (viewText(before.view) !== viewText(this.state.view)) this.openView();
    if (before.motion !== this.state.motion) this.stage.setMotion(this.state.motion);
    if (before.palette !== this.state.palette) this.recolour();
    this.showAll();
  }

  openView() {
    const key = viewText(this.state.view);
    const graph = this.graphs.get(key) ?? null;
    this.point(null);
    this.stage.show(graph);
    this.fresh = false;
    this.feed.open(this.state.view, Boolean(graph?.frame));
    this.toolbar.showView(this.state.view);
    this.host.classList.remove("traffic-arriving");
    requestAnimationFrame(() => this.host.classList.add("traffic-arriving"));
    this.showAll();
  }

  recolour() {
    this.root.dataset.palette = this.state.palette;
    this.stage.setPalette(readPalette(this.root));
  }

  // What is shown.

  showAll() {
    const { graph } = this.stage;
    const chosen = (this.state.selected && graph?.find(this.state.selected)) || null;
    if (this.stage.chosen !== chosen) this.stage.choose(chosen);
    this.tooltip.refresh();
    this.panel.show(graph, chosen, location.search);
    this.table.show(graph, chosen);
    this.notice.show(graph, this.state.view, this.gap);
    this.showForm(this.stage.form, this.reason);
    this.showAge();
  }

  showForm(form, reason) {
    this.reason = reason;
    this.toolbar?.showSwitches(this.state, form, reason, this.table && !this.table.root.hidden);
    if (form) this.legend.show(this.stage?.scene?.scale ?? 1, form);
  }

  showAge() {
    const frame = this.stage.graph?.frame;
    this.toolbar.showAge(frame ? this.feed.age(frame.t) : null, this.connected, this.gap);
  }
}
