// What the API says about a text: the steps in which it runs, where it fails, and which words they were.

import { ask, Refusal } from "./ask.mjs";
import { locate, toCharacters, toUnits } from "./tokens.mjs";
import { named } from "./words.mjs";

const LONGEST = 16_384; // characters that are asked about: an address holds no more for certain

/** Asks about a text, and about what fits at a place in it (UTF-16 units; null: not asked). */
export async function inspect(text, at, signal) {
  if (text.length > LONGEST) throw new Refusal(`More than ${LONGEST} characters are not explained here; they can be run all the same.`);
  const answer = await ask("inspect", { q: text, at: at === null ? null : toCharacters(text, at) }, signal);
  return new Inspection(text, answer);
}

/** A text whose meaning is not known yet, or cannot be: its tokens only. */
export function uninspected(text, why = null) {
  return new Inspection(text, { tokens: [], steps: [], error: null, unfinished: null, complete: null }, why);
}

export class Inspection {
  constructor(text, answer, why = null) {
    const unit = toUnits(text);
    this.text = text;
    this.why = why; // why nothing is known, as a sentence
    this.tokens = locate(text).tokens;
    this.steps = answer.steps;
    this.unfinished = answer.unfinished;
    this.words = answer.tokens.map(({ word }) => word ?? null);
    this.error = answer.error && { ...answer.error, start: unit(answer.error.start), end: unit(answer.error.end) };
    this.complete = answer.complete && {
      ...answer.complete,
      start: unit(answer.complete.start),
      end: unit(answer.complete.end),
    };
  }

  /** The number of the token that a caret touches, or of the last one before it; -1 before all. */
  tokenAt(caret) {
    return this.tokens.findLastIndex(({ start, kind }) => start < caret && kind !== "comment");
  }

  /** The number of the step that is done when all up to the caret has run; -1 before all. */
  stepAt(caret) {
    const token = this.tokenAt(caret);
    return this.steps.findLastIndex((step) => step.token <= token);
  }

  /** The word of a token: the overload that ran, else the first of its name, else null. */
  word(number) {
    const token = this.tokens[number];
    if (!token || token.kind !== "word" || token.list) return null;
    const name = token.text.slice(1), ran = this.words[number];
    return ran?.name === name ? ran : (named(name)[0] ?? null);
  }

  /** For a text that has just been changed: keeps of an older inspection what the change left alone. */
  inherit(older) {
    let same = 0;
    while (same < this.tokens.length && this.tokens[same].text === older.tokens[same]?.text
      && this.tokens[same].start === older.tokens[same].start) same++;
    this.words = older.words.slice(0, same);
    this.steps = older.steps.filter((step) => step.token < same);
    const failed = older.error;
    if (failed && failed.token !== null && failed.token < same) this.error = failed;
    return this;
  }
}
