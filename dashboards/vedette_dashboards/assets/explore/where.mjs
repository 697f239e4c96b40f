// The conditions of a form: which series, as groups of clauses of which all or any must hold.

import { Combobox } from "./combobox.mjs";
import { el, icon, tool } from "./dom.mjs";
import { choice } from "./fields.mjs";

const WORDS = {
  is: ["is", "is not"], "one-of": ["is one of", "is none of"], contains: ["contains", "does not contain"],
  starts: ["starts with", "does not start with"], ends: ["ends with", "does not end with"],
  matches: ["matches", "does not match"], "matches-any-case": ["matches, any case", "does not match, any case"],
  has: ["is there", "is not there"], before: ["comes before", "does not come before"],
  "before-or-is": ["comes before or is", "does not come before or is"], after: ["comes after", "does not come after"],
  "after-or-is": ["comes after or is", "does not come after or is"],
};
const OPERATORS = Object.entries(WORDS).flatMap(([operator, [yes, no]]) => [[operator, yes], [`!${operator}`, no]]);
const JOINS = [["all", "all of these"], ["any", "any of these"], ["!any", "none of these"], ["!all", "not all of these"]];

export const blankCondition = () => ({ key: "", operator: "is", values: [], not: false });
export const isGroup = (part) => Array.isArray(part.parts);

/** The form's conditions as the builder shows them: the name by itself, then the rest as a group. */
export function splitName(where) {
  const plain = where.join === "all" && !where.not;
  const name = plain ? where.parts.find((part) => part.key === "name" && part.operator === "is" && !part.not) : null;
  if (!name) return { name: "", rest: where };
  const parts = where.parts.filter((part) => part !== name);
  const rest = parts.length === 1 && isGroup(parts[0]) ? parts[0] : { join: "all", not: false, parts };
  return { name: name.values[0] ?? "", rest };
}

/** The way back: the conditions of a form. */
export function joinName({ name, rest }) {
  if (!name) return rest;
  const first = { key: "name", operator: "is", values: [name], not: false };
  const inside = rest.join === "all" && !rest.not ? rest.parts : rest.parts.length ? [rest] : [];
  return { join: "all", not: false, parts: [first, ...inside] };
}

/** Whether anything has been asked for yet. */
export function asksAnything(where) {
  return where.parts.some((part) => isGroup(part) ? asksAnything(part) : part.key && (part.operator === "has" || part.values.some(Boolean)));
}

/** The conditions without one of them: what its suggestions should hold to. Only what must hold counts. */
export function without(where, one) {
  if (where.join !== "all" || where.not) return { join: "all", not: false, parts: [] };
  return { ...where, parts: where.parts.filter((part) => part !== one && !isGroup(part)) };
}

/**
 * A group's element. `tools` has suggest(key, written, part), changed() for a new value, and rebuilt() when conditions
 * came or went. `path` names the place of the group for the focus.
 */
export function groupElement(group, tools, path = "w", remove = null) {
  const rows = group.parts.map((part, place) => {
    const drop = () => { group.parts.splice(place, 1); tools.rebuilt(); };
    const here = `${path}.${place}`;
    return isGroup(part) ? groupElement(part, tools, here, drop) : conditionElement(part, tools, here, drop);
  });
  const add = (part, key) => { group.parts.push(part); tools.rebuilt(key); };
  const next = `${path}.${group.parts.length}`;
  const nested = Boolean(remove);
  return el("div", { class: nested ? "x-group x-nested" : "x-group", role: "group", "aria-label": "Conditions" },
    nested || group.parts.length > 1 ? el("div", { class: "x-join" },
      choice({
        label: "How the conditions are joined", value: (group.not ? "!" : "") + group.join, options: JOINS, key: `${path}.join`,
        told: (value) => { group.not = value.startsWith("!"); group.join = value.replace("!", ""); tools.changed(); },
      }),
      remove ? tool("close", "Remove the group", remove) : null) : null,
    rows,
    el("div", { class: "x-adds" },
      el("button", { type: "button", class: "x-add", onclick: () => add(blankCondition(), `${next}.key`) }, icon("add"), "Condition"),
      group.parts.length ? el("button", {
        type: "button", class: "x-add", onclick: () => add({ join: group.join === "any" ? "all" : "any", not: false, parts: [blankCondition(), blankCondition()] }, `${next}.0.key`),
      }, icon("add"), "Group") : null));
}

function conditionElement(part, tools, path, remove) {
  const value = el("div", { class: "x-value" });
  const show = () => { value.replaceChildren(...valueFields(part, tools, path)); };
  show();
  return el("div", { class: "x-condition" },
    new Combobox({
      label: "Key", values: part.key ? [part.key] : [], placeholder: "key", key: `${path}.key`,
      source: (written) => tools.suggest(null, written, part),
      told: ([key]) => { part.key = key ?? ""; tools.changed(); },
    }).root,
    choice({
      label: "Condition", value: (part.not ? "!" : "") + part.operator, options: OPERATORS, key: `${path}.operator`,
      told: (chosen) => {
        part.not = chosen.startsWith("!");
        part.operator = chosen.replace("!", "");
        show();
        tools.changed();
      },
    }),
    value,
    tool("close", "Remove the condition", remove));
}

function valueFields(part, tools, path) {
  if (part.operator === "has") return [];
  const several = part.operator === "one-of";
  return [new Combobox({
    label: several ? "Values" : "Value", several, placeholder: several && part.values.length ? "" : several ? "values" : "value",
    values: several ? part.values : part.values.slice(0, 1), key: `${path}.value`,
    source: (written) => tools.suggest(part.key, written, part),
    told: (values) => { part.values = values; tools.changed(); },
  }).root];
}
