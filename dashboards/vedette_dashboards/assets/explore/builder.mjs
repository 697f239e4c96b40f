// Building an expression by clicking: a form that is written as text, and read back from it. Both are the API's work.

import { ask, formChoices } from "./ask.mjs";
import { Combobox } from "./combobox.mjs";
import { el, put, refill, settled } from "./dom.mjs";
import { choice, named, text } from "./fields.mjs";
import { stepsElement } from "./steps.mjs";
import { styleElement, timeFields } from "./style.mjs";
import { asksAnything, groupElement, joinName, splitName, without } from "./where.mjs";

const EMPTY = () => ({
  where: { join: "all", not: false, parts: [] }, aggregate: "sum", parameters: [], keys: [], consolidation: "",
  offset: "", steps: [], style: {},
});

/** The builder of one row. `told.wrote(text)` hears each new expression; `told.anew()` is asked for an empty row. */
export class Builder {
  constructor(told) {
    this.told = told;
    this.root = el("div", { class: "x-builder", role: "group", "aria-label": "Build by clicking", hidden: true });
    this.written = null; // the text that the form stands for
    this.turn = 0;
    this.save = settled(150, () => this.write());
    this.reread = settled(500, (q) => this.read(q));
  }

  get open() { return !this.root.hidden; }

  /** Opens or closes it; opening reads the form of the row's text. */
  async toggle(open, q) {
    this.root.hidden = !open;
    if (open) await this.read(q);
  }

  /** The row's text was changed by other hands. */
  follow(q) {
    if (this.open && q.trim() !== this.written) this.reread(q);
  }

  async read(q) {
    const turn = ++this.turn, program = q.trim();
    try {
      this.choices ??= await formChoices();
      const found = program ? await ask("form", { parameters: { q: program } }) : { form: EMPTY() };
      if (turn !== this.turn) return;
      if (!found.form) return this.explain(found.why, Boolean(found.error));
      this.form = found.form;
      this.written = program;
      this.show();
    } catch (error) {
      if (turn === this.turn) put(this.root, el("p", { class: "x-hint" }, `The form cannot be shown: ${error.message}.`));
    }
  }

  /** The expression has no form: says why, and leaves it alone. */
  explain(why, broken) {
    this.written = null;
    put(this.root, el("div", { class: "x-rich" },
      el("p", {}, el("strong", {}, broken ? "The expression cannot be read yet. " : "This expression says more than the form can show. "), why),
      el("p", { class: "x-hint" }, broken
        ? "Mend it in the editor; the form then follows."
        : "Go on in the editor: the form leaves the expression as it is, and shows it again once it fits."),
      el("button", { type: "button", class: "v-button", onclick: () => this.told.anew() }, "Build another one in a new row")));
  }

  async write() {
    if (!asksAnything(this.form.where)) return this.settle("", null);
    const turn = ++this.turn, sent = JSON.stringify(this.form);
    try {
      const { q, error } = await ask("build", { body: JSON.parse(sent) });
      if (turn !== this.turn) return;
      if (q === null) this.complain(error); else this.settle(q, error);
    } catch (error) {
      if (turn === this.turn) this.complain(error.message);
    }
  }

  settle(q, error) {
    this.written = q;
    this.complain(error);
    this.told.wrote(q, !error);
  }

  complain(said) {
    this.wrong.textContent = said ? `Not yet: ${said}.` : "";
  }

  show() {
    const { form, choices } = this;
    if (form.aggregate === "" && !form.steps.length) form.aggregate = "sum";
    const view = splitName(form.where);
    const changed = () => { form.where = joinName(view); this.save(); };
    const rebuilt = (key) => {
      changed();
      this.show();
      if (key) this.root.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
    };
    const tools = { changed, rebuilt, suggest: (key, written, part) => this.suggest(key, written, part) };
    this.wrong = el("p", { class: "v-refused", role: "alert" });
    refill(this.root,
      section("Which data",
        named("Name", new Combobox({
          label: "Name of the metric", values: view.name ? [view.name] : [], placeholder: "search for a name", key: "name",
          source: (written) => this.suggest("name", written, null),
          told: ([name]) => { view.name = name ?? ""; changed(); },
        }).root),
        el("div", { class: "x-named x-whole" }, el("span", { class: "x-name", "aria-hidden": "true" }, "Where"), groupElement(view.rest, tools))),
      section("Combined how", this.aggregateFields(form, choices, tools), timeFields(form, tools)),
      section("Then", stepsElement(form.steps, choices, () => form.keys, tools)),
      section("Shown as", styleElement(form, choices, tools)),
      this.wrong);
  }

  aggregateFields(form, choices, tools) {
    const known = choices.aggregates.find((one) => one.word === form.aggregate);
    const options = choices.aggregates.map(({ word, label }) => [word, label]);
    if (!known) options.unshift([form.aggregate, form.aggregate === "" ? "Sum (understood)" : form.aggregate]);
    const parameter = ({ name, usual }, place) => named(name, text({
      label: name, value: form.parameters[place] ?? usual, key: `a.${place}`, width: "x-short",
      told: (value) => { form.parameters[place] = value; tools.changed(); },
    }));
    const percentiles = form.aggregate === "percentiles";
    return [
      named("Series become their", choice({
        label: "How series are combined", value: form.aggregate, options, key: "a",
        told: (word) => {
          const { parameters } = choices.aggregates.find((one) => one.word === word) ?? { parameters: [] };
          form.aggregate = word;
          form.parameters = word === "percentiles" ? ["50", "95", "99"] : parameters.map(({ usual }) => usual);
          tools.rebuilt("a");
        },
      })),
      percentiles ? named("Percentiles", new Combobox({
        label: "Percentiles", values: form.parameters, several: true, key: "a.percentiles",
        source: async (written) => ["50", "75", "90", "95", "99", "99.9"].filter((one) => one.startsWith(written)),
        told: (values) => { form.parameters = values; tools.changed(); },
      }).root) : (known?.parameters ?? []).map(parameter),
      form.aggregate === "all" ? null : named("One line for each", new Combobox({
        label: "One line for each value of these keys", values: form.keys, several: true, placeholder: form.keys.length ? "" : "one line in all", key: "keys",
        source: (written) => this.suggest(null, written, null),
        told: (keys) => { form.keys = keys; tools.changed(); },
      }).root),
    ];
  }

  suggest(key, written, part) {
    const where = key === "name" ? { join: "all", parts: [] } : without(this.form.where, part);
    return ask("suggest", { body: { key, written, where } });
  }
}

function section(title, ...fields) {
  return el("fieldset", { class: "x-section" }, el("legend", {}, title), el("div", { class: "x-grid" }, fields));
}
