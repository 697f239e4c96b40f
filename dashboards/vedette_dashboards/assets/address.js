// The address is the state: every control writes it, and every page is filled from it (`view.py` is its twin).
(() => {
  "use strict";
  const COMMON = ["s", "e", "region", "tz"];
  const USUAL = { s: "e-15m", e: "now" };

  const read = (search) => new URLSearchParams(search || "");

  // Commas and colons stay as they are: an expression in an address is then still readable.
  const write = (query) => {
    const text = [...query].map(([k, v]) => `${encode(k)}=${encode(v)}`).join("&");
    return text ? `?${text}` : "";
  };
  const encode = (text) => encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3A/g, ":")
    .replace(/%2F/g, "/").replace(/[!'*]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());

  const put = (query, key, value) => {
    if (value === null || value === undefined || value === "" || value === USUAL[key]) query.delete(key);
    else query.set(key, value);
    return query;
  };

  const common = (search) => {
    const kept = new URLSearchParams();
    for (const [key, value] of read(search)) if (COMMON.includes(key)) kept.append(key, value);
    return kept;
  };

  // Change the query part as a click on a link does: dcc.Location hears the event, and the page follows.
  const go = (query) => {
    const search = write(query);
    if (search === window.location.search) return;
    window.history.pushState({}, "", window.location.pathname + search);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  };

  const isLive = (search) => {
    const query = read(search);
    const s = query.get("s") || USUAL.s, e = query.get("e") || USUAL.e;
    return e.startsWith("now") || (s.startsWith("now") && e.startsWith("s"));
  };

  window.vedette = Object.assign(window.vedette || {}, { USUAL, read, write, put, common, go, isLive });
})();
