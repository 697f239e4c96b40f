// Small hands for the page's elements. Text only ever goes in as text, so no name can become markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes (`onclick` and the like are listeners) and children; empty children are left out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  return put(element, ...children);
}

/** Makes `children` the only children of an element. */
export function put(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
}

/** Sets what has changed of an element's attributes; null, undefined and false remove one. */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? "" : value);
  }
  return element;
}

/** Sets an element's text when it differs. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
  return element;
}

/** Puts children in place of those that are there; the focus stays on the element with the same `data-key`. */
export function refill(root, ...children) {
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  put(root, ...children);
  if (focused) [...root.querySelectorAll("[data-key]")].find((each) => each.dataset.key === focused)?.focus({ preventScroll: true });
  return root;
}

let last = 0;
/** An id that no other element has. */
export const unique = (name) => `explore-${name}-${++last}`;

/** Calls `action` once nothing has asked for it during `ms` milliseconds. */
export function settled(ms, action) {
  let timer = null;
  const ask = (...given) => { clearTimeout(timer); timer = setTimeout(() => action(...given), ms); };
  ask.cancel = () => clearTimeout(timer);
  return ask;
}

const PATHS = {
  build: "M4 6h10M18 6h2M4 12h3M11 12h9M4 18h8M16 18h4M16 4v4M9 10v4M14 16v4",
  shown: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  hidden: "M3 3l18 18M6 6.6C3.500 8.500 2 12 2 12s4 7 10 7c1.900 0 3.500-.6 5-1.500M10 5.200A9 9 0 0 1 12 5c6 0 10 7 10 7a17 17 0 0 1-2 2.800",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  remove: "M5 7h14M10 11v6M14 11v6M6 7l1 13h10l1-13M9 7V4h6v3",
  close: "M6 6l12 12M18 6L6 18",
  add: "M12 5v14M5 12h14",
  share: "M12 15V4M8 8l4-4 4 4M5 13v6h14v-6",
  history: "M4 12a8 8 0 1 1 3 6.200M4 12H2m2 0l2-3M12 8v4l3 2",
  pin: "M9 4h6l-1 6 3 3H7l3-3-1-6zM12 13v7",
  back: "M9 7l-5 5 5 5M4 12h11a5 5 0 0 1 0 10",
};

/** A small drawing; only decoration, so always beside a word or inside of something that has a label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "x-icon", "aria-hidden": "true" })) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows only an icon; `label` is what it does. */
export function tool(name, label, action, attributes = {}) {
  return el("button", { type: "button", class: "x-tool", title: label, "aria-label": label, onclick: action, ...attributes }, icon(name));
}
