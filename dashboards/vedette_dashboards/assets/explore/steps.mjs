// The functions of a form: what is done with the lines, one after the other.

import { Combobox } from "./combobox.mjs";
import { el, icon, tool } from "./dom.mjs";
import { choice, text } from "./fields.mjs";

const COMPARED = { gt: ">", ge: "≥", lt: "<", le: "≤" };

/** The functions as groups of options, under their headings. */
function listed(functions) {
  const groups = new Map();
  for (const { heading, word, label } of functions) {
    if (!groups.has(heading)) groups.set(heading, []);
    groups.get(heading).push([word, label]);
  }
  return [...groups].map(([heading, options]) => ({ heading, options }));
}

/** A new step with the usual arguments. */
export function blankStep(functions, word) {
  const { parameters } = functions.find((one) => one.word === word);
  return { word, arguments: parameters.map(({ kind, usual }) => kind === "keys" ? [] : usual), leading: false };
}

/** The element of all steps. `tools` has suggest, changed() and rebuilt(key); `keys` are those the lines have. */
export function stepsElement(steps, choices, keys, tools) {
  const options = listed(choices.functions);
  const rows = steps.map((step, place) => {
    const known = choices.functions.find((one) => one.word === step.word);
    return el("div", { class: "x-step" },
      choice({
        label: "Function", value: step.word, options, key: `s.${place}`,
        told: (word) => { steps[place] = blankStep(choices.functions, word); tools.rebuilt(`s.${place}`); },
      }),
      known.parameters.map((parameter, at) => argument(step, parameter, at, `s.${place}.${at}`, choices, keys, tools)),
      known.number ? choice({
        label: "Which comes first", value: step.leading ? "number" : "line", key: `s.${place}.leading`,
        options: [["line", "line first"], ["number", "number first"]],
        told: (first) => { step.leading = first === "number"; tools.changed(); },
      }) : null,
      tool("close", `Remove the function ${known.label}`, () => { steps.splice(place, 1); tools.rebuilt(); }),
      el("p", { class: "x-hint" }, known.summary));
  });
  const add = choice({
    label: "Add a function", value: "", options: [["", "Add a function…"], ...options], key: "s.add",
    told: (word) => {
      if (!word) return;
      steps.push(blankStep(choices.functions, word));
      tools.rebuilt(`s.${steps.length - 1}.0`);
    },
  });
  return el("div", { class: "x-steps" }, rows, el("label", { class: "x-add-step" }, icon("add"), add));
}

function argument(step, parameter, at, key, choices, keys, tools) {
  const label = parameter.name, value = step.arguments[at];
  const told = (given) => { step.arguments[at] = given; tools.changed(); };
  const pairs = (words) => words.map((word) => [word, word]);
  const named = (field) => el("label", { class: "x-argument" }, el("span", {}, label), field);
  switch (parameter.kind) {
    case "statistic": return named(choice({ label, value, options: pairs(choices.statistics), told, key }));
    case "consolidation": return named(choice({ label, value, options: pairs(choices.consolidations), told, key }));
    case "comparison": return named(choice({ label, value, options: choices.comparisons.map((word) => [word, COMPARED[word]]), told, key }));
    case "keys": return named(new Combobox({
      label, values: value, several: true, key, told, source: async (written) => keys().filter((one) => one.includes(written)),
    }).root);
    case "key": return named(new Combobox({
      label, values: value ? [value] : [], key, told: ([one]) => told(one ?? ""), source: (written) => tools.suggest(null, written, null),
    }).root);
    default: return named(text({ label, value, told, key, width: "x-short" }));
  }
}
