// Charts: drawn by Plotly in place, keeping the reader's zoom, and offering it as the times of the whole page.
(() => {
  "use strict";
  const { read, put, go } = window.vedette;
  let zone = "UTC"; // the reader's, in which figures are drawn

  // The times of a zoom, offered for the whole page (and every other): as milliseconds, which mean the same everywhere.
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

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".v-chart-times");
    if (button) go(put(put(read(window.location.search), "s", button.dataset.s), "e", button.dataset.e));
  });

  const readZone = (search) => {
    zone = read(search).get("tz") || Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
    return zone;
  };

  window.vedette = Object.assign(window.vedette, { draw, moment, zone: readZone });
})();
