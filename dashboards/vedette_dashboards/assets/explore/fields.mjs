// The plain fields of the builder: a choice, a text, a number; each tells what was chosen.

import { el } from "./dom.mjs";

/** A choice among [value, text] pairs, or among groups {heading, options}. */
export function choice({ label, value, options, told, key }) {
  const option = ([one, text]) => el("option", { value: one, selected: one === value }, text);
  const children = options.map((one) => one.heading ? el("optgroup", { label: one.heading }, one.options.map(option)) : option(one));
  const select = el("select", { class: "x-input x-select", "aria-label": label, "data-key": key, onchange: () => told(select.value) }, children);
  select.value = value;
  return select;
}

/** A line of text. */
export function text({ label, value, told, key, placeholder = "", width = "" }) {
  const input = el("input", {
    type: "text", class: `x-input ${width}`, "aria-label": label, "data-key": key, placeholder, spellcheck: "false",
    autocomplete: "off", oninput: () => told(input.value.trim()),
  });
  input.value = value;
  return input;
}

/** A field with its name above. */
export function named(name, ...fields) {
  return el("div", { class: "x-named" }, el("span", { class: "x-name", "aria-hidden": "true" }, name), el("div", { class: "x-fields" }, fields));
}
