// The editor's keys (docs/reference/editor-keys.md). While nothing is open, Tab and Enter are the field's own.

/** `popup`, `open()` asks for suggestions, `dismiss()` closes what floats and says whether something did. */
export function listenToKeys(field, { popup, open, dismiss }) {
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // an input method is at work, its keys are not ours
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    const asks = (event.ctrlKey && event.code === "Space") || (event.altKey && event.key === "ArrowDown");
    if (asks) open();
    else if ((event.ctrlKey || event.metaKey) && event.key === "Enter") return popup.close(); // the page runs it
    else if (event.key === "Escape" && plain) {
      if (!dismiss()) return;
      event.stopPropagation();
    } else if (!popup.open || !plain || !steer(popup, event.key)) return;
    event.preventDefault();
  });
}

/** What a key does to an open popup; false when it is none of its keys. */
function steer(popup, key) {
  if (key === "ArrowDown") popup.move(1);
  else if (key === "ArrowUp") popup.move(-1);
  else if (key === "PageDown") popup.move(2);
  else if (key === "PageUp") popup.move(-2);
  else if ((key === "Enter" || key === "Tab") && popup.active >= 0) popup.choose();
  else {
    if (key === "Tab" || key.startsWith("Arrow") || key === "Home" || key === "End") popup.close();
    return false;
  }
  return true;
}
