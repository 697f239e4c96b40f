// Finds editors that a page has put in (`parts/editor.py`), and has the editor's modules make more of their text field.
(() => {
  "use strict";
  const mount = async (root) => {
    root.dataset.mounted = "";
    const { mount } = await import(`${root.dataset.modules}main.mjs`);
    if (root.isConnected) await mount(root);
  };
  const look = () => {
    for (const root of document.querySelectorAll(".v-editor[data-modules]:not([data-mounted])")) {
      if (root.querySelector("textarea")) mount(root).catch((error) => console.warn("the editor stays a plain field:", error));
    }
  };
  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; look(); });
  }).observe(document.documentElement, { childList: true, subtree: true });
  look();
})();
