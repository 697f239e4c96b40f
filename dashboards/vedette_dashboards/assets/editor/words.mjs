// The words of the language, fetched once for all editors of a page.

import { ask } from "./ask.mjs";

let asked = null;
let byName = new Map();

/** Fetches the words; a failure is forgotten, so that the next call asks again. */
export function loadWords() {
  asked ??= ask("words").then(
    ({ words }) => { byName = Map.groupBy ? Map.groupBy(words, (word) => word.name) : grouped(words); },
    () => { asked = null; },
  );
  return asked;
}

/** All words of a name (without its colon), in the order in which they are tried; empty while they are not known. */
export const named = (name) => byName.get(name) ?? [];

/** Every word once, the first of each name. */
export const all = () => [...byName.values()].map((words) => words[0]);

function grouped(words) {
  const found = new Map();
  for (const word of words) found.set(word.name, [...(found.get(word.name) ?? []), word]);
  return found;
}
