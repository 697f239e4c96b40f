// How a form's lines are shown: style, axis, legend, colour; and where the data comes from in time.

import { el, tool } from "./dom.mjs";
import { choice, named, text } from "./fields.mjs";

const LINES = { line: "Line", area: "Area", stack: "Stacked", vspan: "Shaded times", heatmap: "Heatmap" };
const AXES = ["Left axis", "Right axis", "Third axis", "Fourth axis", "Fifth axis"];
const SORTS = [["", "by name"], ["max", "by maximum"], ["min", "by minimum"], ["avg", "by average"], ["last", "by last value"], ["total", "by total"]];
const SHOWN = new Set(["legend", "axis", "ls", "lw", "color", "sort", "order", "limit"]);
const CONSOLIDATIONS = [["", "as is usual"], ["avg", "average"], ["sum", "sum"], ["min", "minimum"], ["max", "maximum"]];

/** The element for the presentation. `tools` has changed() and rebuilt(key). */
export function styleElement(form, choices, tools) {
  const { style } = form;
  const put = (word, value, usual = "") => {
    if (value && value !== usual) style[word] = value; else delete style[word];
    tools.changed();
  };
  const field = (word, label, given) => text({ label, value: style[word] ?? "", key: `y.${word}`, told: (value) => put(word, value), ...given });
  const kept = Object.keys(style).filter((word) => !SHOWN.has(word));
  return [
    named("Style", choice({
      label: "Line style", value: style.ls ?? "line", key: "y.ls", told: (value) => put("ls", value, "line"),
      options: options(choices.styles.map((one) => [one, LINES[one] ?? one]), style.ls),
    })),
    named("Axis", choice({
      label: "Axis", value: style.axis ?? "0", key: "y.axis", told: (value) => put("axis", value, "0"),
      options: options(AXES.map((name, place) => [String(place), name]), style.axis),
    })),
    named("Legend", field("legend", "Legend; $key stands for the value of a key", { placeholder: form.keys[0] ? `as $${form.keys[0]}` : "as usual", width: "x-long" })),
    named("Colour", ...colour(style, tools)),
    more(["lw", "sort", "limit"].some((word) => style[word]) || kept.length > 0,
      named("Width", field("lw", "Line width", { placeholder: "1", width: "x-short" })),
      named("Sort", choice({
        label: "Sort the lines", value: style.sort ?? "", key: "y.sort", told: (value) => put("sort", value),
        options: options(SORTS, style.sort),
      })),
      named("At most", field("limit", "At most so many lines", { placeholder: "all", width: "x-short" })),
      kept.length ? el("p", { class: "x-hint" }, `Kept as written: ${kept.map((word) => (word === "sed" ? "changes to the legend" : word)).join(", ")}.`) : null),
  ];
}

/** What few people need, out of the way until it is asked for or in use. */
function more(open, ...fields) {
  return el("details", { class: "x-more", open }, el("summary", {}, "More"), el("div", { class: "x-grid" }, fields));
}

/** The fields about time: the shift, and how values come to a longer step. */
export function timeFields(form, tools) {
  return more(Boolean(form.offset || form.consolidation),
    named("Taken from", el("span", { class: "x-with" }, text({
      label: "How long ago the data is taken from, such as 1d or 1w", value: form.offset, placeholder: "now", key: "t.offset", width: "x-short",
      told: (value) => { form.offset = value; tools.changed(); },
    }), "ago")),
    form.aggregate === "all" ? null : named("To a longer step by", choice({
      label: "How values come to a longer step", value: form.consolidation, options: CONSOLIDATIONS, key: "t.cf",
      told: (value) => { form.consolidation = value; tools.changed(); },
    })));
}

function options(usual, value) {
  return !value || usual.some(([one]) => one === value) ? usual : [...usual, [value, value]];
}

function colour(style, tools) {
  const hex = /^[0-9a-f]{8}$/i.test(style.color ?? "") ? `#${style.color.slice(2)}` : null;
  const alpha = hex ? style.color.slice(0, 2) : "ff";
  const input = el("input", {
    type: "color", class: "x-colour", "aria-label": "Colour", "data-key": "y.color", value: hex ?? "#2b7fd4",
    onchange: () => {
      style.color = alpha + input.value.slice(1);
      delete style.palette;
      delete style.alpha;
      tools.rebuilt("y.color");
    },
  });
  const clear = () => { delete style.color; tools.rebuilt("y.color"); };
  return [el("span", { class: style.color ? "x-chosen" : "x-unchosen" }, input, style.color ? (hex ? "" : style.color) : "by itself"),
    style.color ? tool("close", "No colour of its own", clear) : null];
}
