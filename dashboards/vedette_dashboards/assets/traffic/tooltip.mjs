// What is under the pointer, in exact numbers.

import { el, put } from "./dom.mjs";
import { figureList, kindOf, nameOf } from "./figures.mjs";

export class Tooltip {
  constructor(host) {
    this.host = host;
    this.box = el("div", { class: "traffic-tooltip", role: "tooltip", hidden: true });
    host.append(this.box);
    this.thing = null;
  }

  /** Shows a thing at a place of the stage, `gap` pixels beside it; null hides. */
  show(thing, x, y, gap = 18) {
    this.thing = thing;
    this.box.hidden = !thing;
    if (!thing) return;
    this.refresh();
    const { offsetWidth: w, offsetHeight: h } = this.box;
    const { clientWidth, clientHeight } = this.host;
    const left = x + gap + w > clientWidth ? x - gap - w : x + gap;
    const top = Math.max(6, Math.min(clientHeight - h - 6, y - h / 2));
    this.box.style.transform = `translate(${Math.round(Math.max(6, left))}px, ${Math.round(top)}px)`;
  }

  /** Takes over new figures of what is shown. */
  refresh() {
    if (!this.thing) return;
    put(this.box, el("strong", {}, nameOf(this.thing)), el("small", {}, kindOf(this.thing)), figureList(this.thing));
  }
}
