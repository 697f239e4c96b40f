// What runs in the reader's browser: the address, the age of the data, the banner, and clicks on spans.
// The address is the state: every control writes it, and every page is filled from it.
(() => {
  "use strict";
  const COMMON = ["s", "e", "region", "tz"];
  const USUAL = { s: "e-15m", e: "now" };
  const skip = () => window.dash_clientside.no_update;

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

  const age = (seconds) => {
    if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
    if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
    if (seconds < 129600) return `${Math.round(seconds / 3600)} h`;
    return `${Math.round(seconds / 86400)} d`;
  };

  // Ages count on between two refreshes. The server says how old a number was when it was sent (two clocks need not
  // agree); from then on this browser's own steady clock goes on.
  const seen = new WeakMap();
  const elapsed = (node) => {
    const stamp = `${node.dataset.at}/${node.dataset.age}`;
    let entry = seen.get(node);
    if (!entry || entry.stamp !== stamp) {
      entry = { stamp, since: performance.now() };
      seen.set(node, entry);
    }
    return Number(node.dataset.age) + (performance.now() - entry.since) / 1000;
  };
  const setText = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  const OLD = 35, DEAD = 120; // seconds: three steps late is worth a look, two minutes is a fault
  const tell = () => {
    for (const node of document.querySelectorAll(".js-age[data-age]")) setText(node, age(elapsed(node)));
    const node = document.getElementById("age");
    if (!node) return;
    if (!node.dataset.age) { setText(node, ""); node.className = "v-age"; return; }
    const live = !node.dataset.fixed;
    const seconds = elapsed(node);
    const state = !live ? "fixed" : seconds > DEAD ? "danger" : seconds > OLD ? "warning" : "ok";
    setText(node, live ? `data ${age(seconds)} old` : "fixed times");
    const name = `v-age v-age-${state}`;
    if (node.className !== name) node.className = name;
  };
  setInterval(tell, 1000);

  const isLive = (search) => {
    const query = read(search);
    const s = query.get("s") || USUAL.s, e = query.get("e") || USUAL.e;
    return e.startsWith("now") || (s.startsWith("now") && e.startsWith("s"));
  };

  const PATIENCE = 30_000; // ms after which an answer is given up
  let ticked = null, answered, tickedAt = performance.now(); // which tick was sent, which answered; at first neither
  let lastBeat = null, lastAsked = null;
  const beat = (pulse) => {
    const banner = document.getElementById("banner"), node = document.getElementById("age");
    if (!pulse || !banner || !node) return skip();
    answered = pulse.beat ?? null;
    if (pulse.away) {
      const old = lastBeat ? ` The numbers below are from ${new Date(lastBeat).toLocaleTimeString([], { hour12: false })}.` : "";
      banner.textContent = `The query API is away: ${pulse.away}.${old} Trying again each ten seconds.`;
      banner.hidden = false;
      document.body.dataset.away = "1";
      return skip();
    }
    lastBeat = Date.now();
    banner.hidden = true;
    delete document.body.dataset.away;
    if (pulse.age === null || pulse.age === undefined) delete node.dataset.age;
    else { node.dataset.at = pulse.at; node.dataset.age = pulse.age; }
    if (isLive(window.location.search)) delete node.dataset.fixed; else node.dataset.fixed = "1";
    tell();
    return skip();
  };

  // Change the region in place: what stays the same keeps its focus, selection and hover.
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
    tell();
  };

  // The times of a zoom, offered for the whole page (and every other): as milliseconds, which mean the same everywhere.
  let zone = "UTC";
  const moment = (text, zone) => {
    const wall = Date.parse(`${String(text).replace(" ", "T")}Z`); // the figure's own wall clock, read as if in UTC
    const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone || "UTC", hourCycle: "h23", year: "numeric",
      month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" }).formatToParts(wall);
    const at = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
    const shown = Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second);
    return Math.round(wall - (shown - Math.floor(wall / 1000) * 1000));
  };
  const offer = (plot, range) => {
    const button = plot.closest(".v-chart")?.querySelector(".v-chart-times");
    if (!button) return;
    button.hidden = !range;
    if (range) [button.dataset.s, button.dataset.e] = range;
  };

  // Plotly is fetched when the first chart is drawn, after the numbers beside it have been painted.
  let plotly = null;
  const loaded = () => plotly ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.getElementById("plotly").href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { plotly = null; reject(new Error("Plotly could not be loaded")); };
    document.head.append(script);
  });
  const idle = window.requestIdleCallback || ((then) => setTimeout(then, 50));
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => idle(resolve, { timeout: 300 })));
  const fit = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const plot = target.firstElementChild;
      if (!target.isConnected) { fit.unobserve(target); if (plot) window.Plotly.purge(plot); }
      else if (plot?.layout && target.offsetWidth) window.Plotly.Plots.resize(plot);
    }
  });
  const newest = new WeakMap(); // place -> the figure that was given last: answers may be drawn late, never out of order
  const draw = async (figure, id) => {
    const place = document.getElementById(id);
    if (!figure?.layout || !place) return;
    newest.set(place, figure);
    await painted();
    const Plotly = await loaded();
    if (newest.get(place) !== figure || !place.isConnected) return;
    const first = !place.firstElementChild;
    const plot = place.firstElementChild || place.appendChild(document.createElement("div"));
    if (!first && plot.layout?.uirevision !== figure.layout.uirevision) offer(plot, null);
    plot.style.height = "100%";
    await Plotly.react(plot, figure.data, figure.layout, { displayModeBar: false, doubleClick: "reset" });
    if (!first) return;
    plot.on("plotly_relayout", () => {
      const axis = plot.layout.xaxis;
      offer(plot, axis.autorange === false ? axis.range.map((at) => moment(at, zone)) : null);
    });
    fit.observe(place);
  };

  const shownTime = (text) => (/^\d{9,10}$/.test(text) ? new Date(text * 1000).toLocaleString([], { hour12: false })
    : /^\d{12,13}$/.test(text) ? new Date(Number(text)).toLocaleString([], { hour12: false }) : text);

  window.dash_clientside = Object.assign(window.dash_clientside || {}, {
    vedette: {
      zone: (search) => (zone = read(search).get("tz") || Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC"),

      title: (text) => { if (text) document.title = text; return skip(); },

      beat,

      // The next refresh waits for the last one: a slow API is not asked again before it has answered. (Dash throws
      // away an answer when the same question has been asked again, so a page would never be filled.) And nobody
      // refreshes what nobody sees.
      tick: (count) => {
        const now = performance.now();
        if ((answered !== ticked && now - tickedAt < PATIENCE) || document.hidden || !isLive(window.location.search)) {
          return skip();
        }
        [ticked, tickedAt] = [count, now];
        return count;
      },

      asked: (search) => {
        const q = read(search).get("q") || "";
        if (q === lastAsked) return skip();
        lastAsked = q;
        return q;
      },

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

      run: (clicks, q, search) => { go(put(read(search), "q", (q || "").trim())); },

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

      morph,

      draw,

      choose: (span, search) => { go(put(read(search), "span", span)); },
    },
  });

  // Links inside refreshed regions are plain: follow the local ones without loading the page anew.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".v-live a[href^='/']");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    window.history.pushState({}, "", link.getAttribute("href"));
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  });

  document.addEventListener("click", async (event) => {
    const copy = event.target.closest?.("[data-copy]"), off = event.target.closest?.("[data-fault]");
    const times = event.target.closest?.(".v-chart-times");
    if (times) go(put(put(read(window.location.search), "s", times.dataset.s), "e", times.dataset.e));
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
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "explore-q") {
      event.preventDefault();
      document.getElementById("explore-run")?.click();
    }
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
