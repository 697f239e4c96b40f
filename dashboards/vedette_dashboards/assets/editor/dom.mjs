// Small hands for the editor's elements. Text only ever goes in as text, so nothing that is written can become markup.

/** An element with attributes and children; strings become text nodes; null, undefined and false are left out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  return put(element, ...children);
}

/** Makes `children` the only children of an element. */
export function put(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Sets attributes; null, undefined and false remove one. */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : value);
  }
  return element;
}

/** Sets an element's text when it differs. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
  return element;
}

let last = 0;
/** An id that no other element has. */
export const unique = (name) => `v-editor-${name}-${++last}`;
