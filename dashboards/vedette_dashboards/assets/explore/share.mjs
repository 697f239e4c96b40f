// Taking a graph along: addresses to copy, files to download, and a command line.

import { fetchFile } from "./ask.mjs";
import { el, put, tool } from "./dom.mjs";

const TAKEN = [
  ["page", "Page address", "This page, with all its expressions and times."],
  ["png", "Picture address", "A picture that is drawn anew each time it is asked for: for a wiki, a chat or a README."],
  ["json", "API address", "The numbers as JSON."],
  ["command", "Command line", "The same in a terminal."],
];

/** The window. `told` has asked(), what the page asks for, and share(), the addresses of the last answer. */
export class Share {
  constructor(told) {
    this.told = told;
    this.body = el("div", { class: "x-dialog-body" });
    this.root = el("dialog", { class: "x-dialog", "aria-label": "Share", onclick: (event) => { if (event.target === this.root) this.root.close(); }, onclose: () => this.forget() }, this.body);
  }

  open() {
    const asked = this.told.asked(), taken = { page: window.location.href, ...this.told.share() };
    this.picture = el("div", { class: "x-picture", "aria-busy": "true" });
    put(this.body,
      el("header", {}, el("h2", {}, "Share"), tool("close", "Close", () => this.root.close())),
      TAKEN.map(([name, title, note]) => this.line(name, title, note, taken[name])),
      el("div", { class: "x-files" },
        el("button", { type: "button", class: "v-button", onclick: (event) => this.download("png", asked, event.target) }, "Download picture"),
        el("button", { type: "button", class: "v-button", onclick: (event) => this.download("csv", asked, event.target) }, "Download CSV"),
        this.said = el("span", { class: "v-refused", role: "alert" })),
      this.picture);
    this.root.showModal();
    this.preview(asked);
  }

  line(name, title, note, value) {
    const id = `explore-share-${name}`;
    return el("div", { class: "x-share" },
      el("label", { for: id }, title), el("small", {}, note),
      el("div", { class: "x-copy" },
        el("input", { id, class: "x-input", readonly: true, value, onfocus: (event) => event.target.select() }),
        el("button", { type: "button", class: "v-button", "data-copy": value, "aria-label": `Copy ${title.toLowerCase()}` }, "Copy"),
        name === "png" || name === "json" ? el("a", { href: value, target: "_blank", rel: "noreferrer", class: "v-button", "aria-label": `Open ${title.toLowerCase()}` }, "Open") : null));
  }

  async preview(asked) {
    const place = this.picture;
    try {
      this.url = URL.createObjectURL(await fetchFile("png", asked));
      put(place, el("img", { src: this.url, alt: "The picture as it looks now" }));
    } catch (error) {
      put(place, el("p", { class: "v-note" }, `There is no picture to show now: ${error.message}.`));
    }
    place.removeAttribute("aria-busy");
  }

  async download(format, asked, button) {
    button.disabled = true;
    this.said.textContent = "";
    try {
      const url = URL.createObjectURL(await fetchFile(format, asked));
      el("a", { href: url, download: `graph.${format}` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    } catch (error) {
      this.said.textContent = error.message;
    }
    button.disabled = false;
  }

  forget() {
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = null;
  }
}
