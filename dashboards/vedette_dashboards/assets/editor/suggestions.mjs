// What may be written at a place: words that fit, tag keys, values, and whole first clauses; in the order of their use.

import { recall } from "./ask.mjs";
import { escape } from "./tokens.mjs";
import { all } from "./words.mjs";

const PAGE = 1000; // names in one answer about tags; a full page is asked again with what has been written
const FIRST_KEYS = 8; // keys before the words, while nothing has been written

/** The tags that `complete` calls for, as a promise of {names, keys, values}; null when it calls for none. */
export function tagsFor({ expects, key, query }, prefix) {
  if (!expects || prefix.startsWith(":")) return null;
  const keys = () => recall("keys", { q: query, limit: PAGE });
  if (expects === "key") return keys().then((keys) => ({ keys }));
  if (expects === "value") return valuesOf(key, query, prefix).then((values) => ({ values }));
  return Promise.all([valuesOf("name", query, prefix), keys()]).then(([names, keys]) => ({ names, keys }));
}

async function valuesOf(key, query, prefix) {
  const values = await recall("values", { key, q: query, limit: PAGE });
  if (values.length < PAGE || !prefix) return values;
  const clause = `${escape(key)},${escape(prefix)},:contains`;
  return recall("values", { key, q: query === null ? clause : `${query},${clause},:and`, limit: PAGE });
}

/**
 * The suggestions for what has been written of a token: {label, kind, insert, goOn, note, word}. `tags` come from
 * `tagsFor`, null while they are not known. `goOn` says that another token is to follow.
 */
export function suggest(complete, prefix, found) {
  const words = wordsFor(complete, prefix), tags = tagsAs(complete, prefix, found ?? {});
  if (prefix.startsWith(":")) return words;
  if (prefix) return [...tags, ...words];
  if (complete.expects === "key") return [...tags.slice(0, FIRST_KEYS), ...words, ...tags.slice(FIRST_KEYS)];
  return [...tags, ...words];
}

function wordsFor({ words, known, list }, prefix) {
  if (list) return [];
  const wanted = prefix.replace(/^:/, "").toLowerCase();
  const offered = known ? words : all().map((word) => ({ ...word, usual: word.vocabulary !== "std" }));
  return ranked(offered, wanted, (word) => word.name)
    .filter((word) => word.usual || wanted)
    .map((word) => ({
      label: `:${word.name}`, kind: word.vocabulary, insert: `:${word.name}`, goOn: false, note: word.signature, word,
    }));
}

function tagsAs({ list }, prefix, { names = [], keys = [], values = [] }) {
  const found = (all) => ranked(all, prefix.toLowerCase(), (name) => name);
  const plain = (kind) => (name) => ({ label: name, kind, insert: escape(name), goOn: !list, note: "" });
  const clause = (name) => ({ label: name, kind: "name", insert: `name,${escape(name)},:eq`, goOn: true, note: "name,…,:eq" });
  return [...found(names).map(clause), ...found(keys).map(plain("key")), ...found(values).map(plain("value"))];
}

/** Those that hold the text: that begin with it, then those with a part that does, then the rest; else in their order. */
function ranked(things, wanted, nameOf) {
  if (!wanted) return things;
  const rank = (thing) => {
    const name = nameOf(thing).toLowerCase(), at = name.indexOf(wanted);
    if (at < 0) return null;
    return at === 0 ? 0 : /[a-z0-9]/.test(name[at - 1]) ? 2 : 1;
  };
  const found = things.map((thing) => ({ thing, rank: rank(thing) })).filter(({ rank }) => rank !== null);
  return found.sort((a, b) => a.rank - b.rank).map(({ thing }) => thing);
}

/** The text to put in place of `start` to `end`, with the commas that it needs on both sides; and where the caret goes. */
export function fitted(text, start, end, { insert, goOn }) {
  const before = text.slice(0, start).replace(/[\s\0]+$/, ""), after = text.slice(end);
  const head = before && !before.endsWith(",") ? "," : "";
  const comma = /^\s*,/.exec(after);
  if (comma) return { text: head + insert, caret: start + head.length + insert.length + (goOn ? comma[0].length : 0) };
  const tail = goOn || after.trim() ? "," : "";
  return { text: head + insert + tail, caret: start + head.length + insert.length + (goOn ? tail.length : 0) };
}
