// Small hands for the page's elements. Text only ever goes in as text, so no name can become markup.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element with attributes and children; strings become text nodes, null and undefined are left out. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Sets what has changed of an element's attributes; null and undefined remove one. */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? "" : value);
  }
  return element;
}

/** Sets an element's text when it differs: a page that does not change must not be laid out again. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
  return element;
}

/** Makes `children` the only children of an element. */
export function put(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * Puts newly made children in place of those of a part of the page that is refreshed while it is read: the focus stays
 * on the element with the same `data-key`, and nothing is taken away from under a finger that presses it.
 */
export function refill(root, children) {
  if (root.querySelector(":active")) {
    addEventListener("pointerup", () => setTimeout(() => refill(root, children)), { once: true });
    return;
  }
  const focused = root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  put(root, ...children);
  if (!focused) return;
  const again = [...root.querySelectorAll("[data-key]")].find((each) => each.dataset.key === focused);
  again?.focus({ preventScroll: true });
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  return put(element, ...children);
}
