// Changes to a text field that the browser's own undo takes back, and hearing of changes that scripts make.

/** Replaces a part of the field's text as if it were typed; the caret ends up behind it. */
export function replace(field, start, end, text) {
  field.focus();
  field.setSelectionRange(start, end);
  // Obsolete by its specification, and the only way to change a field's text that undo knows of.
  const done = text ? document.execCommand("insertText", false, text) : start === end || document.execCommand("delete");
  if (done) return;
  field.setRangeText(text, start, end, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText", data: text }));
}

/** Calls `heard` when a script sets the field's `value`: no event tells of that. */
export function listenToValue(field, heard) {
  const own = Object.getOwnPropertyDescriptor(field, "value");
  const { get, set } = own ?? Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
  Object.defineProperty(field, "value", {
    configurable: true,
    enumerable: true,
    get() { return get.call(this); },
    set(text) { set.call(this, text); heard(); },
  });
}
