// The page's ear: server-sent events of one view (see traffic/messages.py), with the clock's difference taken out.

import { viewText } from "./address.mjs";

const RETRY_MS = 5000;
const HIDDEN_MS = 60_000; // a page that nobody sees for this long stops listening

/** `told` has topo(topo), frame(frame), index(regions), gap(gap), state("open" | "waiting"). */
export class Feed {
  constructor(told) {
    this.told = told;
    this.last = new Map();
    this.skew = 0; // the server's clock minus this browser's
    this.view = null;
    this.onHide = () => this.hide();
    document.addEventListener("visibilitychange", this.onHide);
  }

  /** Listens to another view. `known` says that its topology and newest frame are still held. */
  open(view, known = false) {
    this.view = view;
    this.close();
    const key = viewText(view);
    const last = known ? this.last.get(key) : null;
    const source = new EventSource(`/feed/traffic?view=${encodeURIComponent(key)}${last ? `&last=${last}` : ""}`);
    this.source = source;
    const hear = (name, action) =>
      source.addEventListener(name, (event) => {
        if (event.lastEventId) this.last.set(key, event.lastEventId);
        action(JSON.parse(event.data));
      });
    hear("hello", ({ now }) => {
      this.skew = now - Date.now();
      this.told.gap({ sentence: null }); // one that still holds comes right after this
      this.told.state("open");
    });
    for (const name of ["index", "topo", "frame", "gap"]) hear(name, (data) => this.told[name](data));
    source.onerror = () => {
      this.told.state("waiting");
      // The browser comes back by itself unless it was refused; then we ask again.
      if (source.readyState === EventSource.CLOSED) this.retry = setTimeout(() => this.open(view), RETRY_MS);
    };
  }

  /** How old a moment of the server's clock is, in milliseconds. */
  age(moment) {
    return Date.now() + this.skew - moment;
  }

  close() {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = null;
  }

  destroy() {
    this.close();
    clearTimeout(this.sleep);
    document.removeEventListener("visibilitychange", this.onHide);
  }

  hide() {
    clearTimeout(this.sleep);
    if (document.visibilityState === "hidden") this.sleep = setTimeout(() => this.close(), HIDDEN_MS);
    else if (!this.source && this.view) this.open(this.view);
  }
}
