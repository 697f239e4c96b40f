// The line under the field: what fails, and where. It waits while the failing token is still being written.

import { el, put, set, unique } from "./dom.mjs";

const PATIENCE_MS = 700;

export class Message {
  /** `fix(start, end, text)` puts a word that was meant in place of one that nobody knows. */
  constructor(field, fix) {
    this.field = field;
    this.fix = fix;
    // The region is there before its text, or a screen reader would not tell of it.
    this.root = el("p", { class: "v-ed-message", id: unique("message"), role: "status", "aria-live": "polite" });
    this.said = "";
    this.noted = null; // the text about which something was said that is no error
  }

  /**
   * Tells of an error ({start, end, message, near}) of a text; null takes it back at once. It waits while `writing()`
   * says so: whether the failing token is being written, or, asked with true, still is after a pause.
   */
  tell(error, text, writing) {
    clearTimeout(this.timer);
    if (!error && this.noted === this.field.value) return;
    this.noted = null;
    if (!error) return this.write("", null);
    const key = `${error.start} ${error.message}`;
    if (this.said === key || !writing()) return this.write(key, error, text);
    this.write("", null);
    const wait = () => {
      this.timer = setTimeout(() => (writing(true) ? wait() : this.write(key, error, text)), PATIENCE_MS);
    };
    wait();
  }

  /** Whether an error is shown: only then is its token underlined. */
  get shown() {
    return this.said !== "";
  }

  /** Says something that is no error, until the text changes. */
  note(text) {
    clearTimeout(this.timer);
    if (this.shown) this.write("", null);
    this.noted = this.field.value;
    if (this.root.textContent !== text) put(this.root, text);
  }

  write(key, error, text = "") {
    const before = this.shown;
    if (key !== this.said || !error) {
      this.said = key;
      this.root.className = error ? "v-ed-message v-ed-wrong" : "v-ed-message";
      put(this.root, error ? this.sentence(error, text) : null);
    }
    set(this.field, { "aria-invalid": error ? "true" : null, "aria-errormessage": error ? this.root.id : null });
    if (before !== this.shown) this.changed?.();
  }

  sentence({ start, end, message, near = [] }, text) {
    const token = text.slice(start, Math.min(end, start + 60));
    const meant = near.map((name) =>
      el("button", { type: "button", onclick: () => this.fix(start, end, `:${name}`) }, `:${name}`));
    return [
      message.includes(token) ? null : [el("code", {}, token), ": "], message, ".",
      meant.length ? [" Did you mean ", meant.map((one, i) => [i ? (i === meant.length - 1 ? " or " : ", ") : "", one]), "?"] : null,
    ];
  }
}
