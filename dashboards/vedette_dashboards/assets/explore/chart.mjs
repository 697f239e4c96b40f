// The graph: drawn by Plotly (`assets/charts.js`), with zooms that become the times of the page.

import { el } from "./dom.mjs";

const ID = "explore-graph";

/** `told` has zoomed(startMs, endMs) and at(place) for the point below the pointer (null: none). */
export class Chart {
  constructor(told) {
    this.told = told;
    this.place = el("div", { id: ID, class: "x-plot" });
    this.root = el("div", { class: "v-chart v-data", role: "img", "aria-label": "Graph of the expressions; their numbers are in the table below" }, this.place);
    this.figure = null;
    this.sees = () => true;
  }

  /** Draws a figure in the reader's zone; `sees(name)` says which of its lines are seen. */
  async draw(figure, zone, sees) {
    [this.figure, this.zone, this.sees] = [figure, zone, sees];
    const { data, layout } = figure;
    const shown = {
      data: data.map((trace) => ({ ...trace, visible: sees(trace.name) })),
      layout: { ...layout, shapes: layout.shapes.filter(({ name }) => !name || sees(name)) },
    };
    for (const n of [1, 2, 3, 4, 5]) { // the style sheet's own colour of ticks is stronger than Plotly's
      const colour = layout[`yaxis${n === 1 ? "" : n}`]?.tickfont?.color;
      if (colour) this.place.style.setProperty(`--axis-${n}`, colour); else this.place.style.removeProperty(`--axis-${n}`);
    }
    this.root.setAttribute("aria-label", `Graph, ${data.length} ${data.length === 1 ? "line" : "lines"}; the numbers are in the table below`);
    await window.vedette.draw(shown, ID);
    this.listen();
  }

  /** The same figure with other lines seen. */
  redraw(sees) {
    if (this.figure) this.draw(this.figure, this.zone, sees);
  }

  listen() {
    const plot = this.place.firstElementChild;
    if (!plot?.on || this.plot === plot) return;
    this.plot = plot;
    plot.on("plotly_relayout", (change) => {
      const from = change["xaxis.range[0]"], to = change["xaxis.range[1]"];
      if (from === undefined || to === undefined) return;
      const [start, end] = [from, to].map((at) => window.vedette.moment(at, this.zone)).sort((a, b) => a - b);
      if (end > start) this.told.zoomed(start, end);
    });
    plot.on("plotly_hover", ({ points: [point] }) => {
      const place = point?.pointNumber ?? null; // of a heatmap: row and column
      this.told.at(Array.isArray(place) ? place[1] : place);
    });
    plot.on("plotly_unhover", () => this.told.at(null));
  }

  /** The value of a line at a point, as it is drawn, and the unit behind it. */
  value(name, place) {
    const trace = this.figure?.data.find((one) => one.name === name);
    const suffix = trace?.hovertemplate.replace(/^%\{[^}]*\}/, "") ?? "";
    return { value: trace?.y[place] ?? null, suffix };
  }

  /** The time of a point, in the reader's zone. */
  time(place) {
    const trace = this.figure?.data[0];
    if (!trace || place === null) return "";
    const first = trace.type === "heatmap" ? 0.5 : 0; // its columns are named by their middle
    const at = new Date(Date.parse(`${trace.x0.replace(" ", "T")}Z`) + (place + first) * trace.dx);
    return at.toISOString().slice(11, 19);
  }
}
