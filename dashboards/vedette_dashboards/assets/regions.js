// Refreshed regions: their markup comes from `live.py`, and only what differs is changed.
(() => {
  "use strict";
  // What stays the same keeps its focus, selection and hover.
  const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && a.dataset?.key === b.dataset?.key;
  const patch = (have, want) => {
    if (have.nodeType !== Node.ELEMENT_NODE) {
      if (have.nodeValue !== want.nodeValue) have.nodeValue = want.nodeValue;
      return;
    }
    for (const { name } of [...have.attributes]) if (!want.hasAttribute(name)) have.removeAttribute(name);
    for (const { name, value } of want.attributes) if (have.getAttribute(name) !== value) have.setAttribute(name, value);
    children(have, want);
  };
  const children = (have, want) => {
    const keyed = new Map();
    for (const child of have.children) if (child.dataset.key) keyed.set(child.dataset.key, child);
    let at = have.firstChild;
    for (const next of [...want.childNodes]) {
      const kept = next.dataset?.key ? keyed.get(next.dataset.key) : at;
      if (kept && alike(kept, next)) {
        if (kept === at) at = at.nextSibling; else have.insertBefore(kept, at);
        patch(kept, next);
      } else have.insertBefore(next, at);
    }
    while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
  };
  const morph = (markup, store) => {
    const region = document.getElementById(store.replace(/-markup$/, ""));
    if (!region || typeof markup !== "string") return;
    if (!region.dataset.live) { region.replaceChildren(); region.dataset.live = "1"; } // what stood there until now
    const template = document.createElement("template");
    template.innerHTML = markup;
    children(region, template.content);
    window.vedette.tell();
  };

  // A region may still show links of the times before: who changed the times and then clicks means the present ones.
  const inPresentTimes = (href) => {
    const { read, write } = window.vedette, [path, search] = href.split("?");
    const now = read(window.location.search), link = read(search);
    const times = ["s", "e", "tz"].filter((key) => now.has(key)).map((key) => [key, now.get(key)]);
    const rest = [...link].filter(([key]) => !["s", "e", "tz"].includes(key));
    return path + write(new URLSearchParams([...times, ...rest]));
  };

  // Their links are plain: the local ones are followed without loading the page anew.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".v-live a[href^='/']");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    window.history.pushState({}, "", inPresentTimes(link.getAttribute("href")));
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  });

  window.vedette = Object.assign(window.vedette || {}, { morph });
})();
