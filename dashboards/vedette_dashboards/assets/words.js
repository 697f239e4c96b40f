// The search of the Words page: what is typed becomes the address, and the address is what is shown.
(() => {
  "use strict";
  const { read, write, put } = window.vedette;

  const words = (q, vocabulary, search) => {
    if (window.location.pathname !== "/words") return;
    const text = write(put(put(read(search), "q", (q || "").trim()), "vocab", vocabulary));
    if (text === window.location.search) return;
    // One entry of the history for the page, not one for each letter.
    window.history.replaceState(window.history.state, "", window.location.pathname + text);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  };

  Object.assign(window.dash_clientside.vedette, { words });
})();
