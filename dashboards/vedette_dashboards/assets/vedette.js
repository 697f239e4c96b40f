// The functions that the pages' callbacks name (`browser.py`), and what clicks and keys do.
(() => {
  "use strict";
  const { USUAL, read, write, put, common, go, beat, tick, morph, draw, zone } = window.vedette;
  const skip = () => window.dash_clientside.no_update;

  const shownTime = (text) => (/^\d{9,10}$/.test(text) ? new Date(text * 1000).toLocaleString([], { hour12: false })
    : /^\d{12,13}$/.test(text) ? new Date(Number(text)).toLocaleString([], { hour12: false }) : text);

  window.dash_clientside = Object.assign(window.dash_clientside || {}, {
    vedette: {
      beat,
      draw,
      morph,
      tick,
      zone,

      title: (text) => { if (text) document.title = text; return skip(); },

      burger: (opened, pathname, navbar) => {
        const byAddress = window.dash_clientside.callback_context.triggered_id === "url";
        const open = byAddress ? false : Boolean(opened);
        return [{ ...navbar, collapsed: { mobile: !open } }, open];
      },

      region: (search) => read(search).get("region") || null,

      chooseRegion: (region, search) => { go(put(read(search), "region", region)); },

      links: (search, pathname, paths) => {
        const kept = write(common(search));
        const at = (path) => pathname === path || (path !== "/" && (pathname || "").startsWith(path + "/"))
          || (path === "/" && (pathname || "").startsWith("/service/"))
          || (path === "/traces" && (pathname || "").startsWith("/trace/"));
        return [...paths.map((path) => path + kept), ...paths.map(at)];
      },

      ranges: (search, names) => {
        const query = read(search);
        const s = query.get("s") || USUAL.s, e = query.get("e") || USUAL.e;
        const quick = e === "now" && names.find(([value]) => value === s);
        const text = quick ? `Last ${quick[1]}` : `${shownTime(s)} to ${shownTime(e)}`;
        const path = window.location.pathname;
        const link = (changes) => {
          const changed = read(search);
          for (const [key, value] of Object.entries(changes)) put(changed, key, value);
          return path + write(changed);
        };
        const utc = query.get("tz") === "UTC";
        return [
          text + (query.get("tz") ? ` (${query.get("tz")})` : ""),
          ...names.map(([value]) => link({ s: value, e: "now" })),
          link({ tz: "" }),
          utc ? path + search : link({ tz: "UTC" }),
        ];
      },

      custom: (open, apply, s, e, search) => {
        const query = read(search);
        if (window.dash_clientside.callback_context.triggered_id === "custom-open") {
          return [true, query.get("s") || USUAL.s, query.get("e") || USUAL.e];
        }
        go(put(put(query, "s", (s || "").trim()), "e", (e || "").trim()));
        return [false, skip(), skip()];
      },

      search: (app, operation, min, attribute, errors, search) => {
        const query = read(search);
        const another = (query.get("app") || "") !== (app || "");
        put(query, "app", app);
        put(query, "operation", another ? "" : operation); // another app has other operations
        put(query, "min", min);
        put(query, "attribute", attribute);
        put(query, "errors", errors ? "1" : "");
        go(query);
      },

      choose: (span, search) => { go(put(read(search), "span", span)); },
    },
  });

  document.addEventListener("click", async (event) => {
    const copy = event.target.closest?.("[data-copy]"), off = event.target.closest?.("[data-fault]");
    if (off) window.dash_clientside.set_props("demo-off", { data: off.dataset.fault });
    if (!copy) return;
    const said = copy.textContent;
    try {
      await navigator.clipboard.writeText(copy.dataset.copy);
      copy.textContent = "Copied";
    } catch {
      window.prompt("Copy this address", copy.dataset.copy); // no clipboard without https: let the reader take it
      return;
    }
    setTimeout(() => { copy.textContent = said; }, 1500);
  });

  document.addEventListener("click", (event) => {
    const span = event.target.closest?.("[data-span]");
    if (!span) return;
    const chosen = read(window.location.search).get("span");
    const asked = span.dataset.span;
    window.dash_clientside.set_props("trace-chosen", { data: asked && asked !== chosen ? asked : "" });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && read(window.location.search).get("span")) {
      window.dash_clientside.set_props("trace-chosen", { data: "" });
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.matches?.(".v-span")) {
      const next = event.key === "ArrowDown" ? event.target.nextElementSibling : event.target.previousElementSibling;
      if (next) { event.preventDefault(); next.focus(); }
    }
  });

  // A search form is not sent: its fields act at once.
  document.addEventListener("submit", (event) => event.preventDefault());
})();
