// Tokens of the stack language with their places, as `language/tokens.py` finds them; so colours need not wait for an
// answer. Positions count UTF-16 units, as everything in a browser does.

const EDGE = 0x20; // what Java's trim() removes: this and all below

/** `{tokens, unclosed}`: tokens and comments in the order in which they begin, as {kind, text, start, end, list}. */
export function locate(text) {
  const { spans, comments, unclosed } = outside(text);
  const tokens = [];
  let kept = "", places = [];
  const flush = () => {
    let from = 0, to = kept.length;
    while (from < to && kept.charCodeAt(from) <= EDGE) from++;
    while (to > from && kept.charCodeAt(to - 1) <= EDGE) to--;
    if (from < to) {
      const word = kept.slice(from, to);
      tokens.push({ kind: kind(word), text: word, start: places[from], end: places[to - 1] + 1 });
    }
    kept = "";
    places = [];
  };
  for (const [start, end] of spans) {
    for (let at = start; at < end; at++) {
      if (text[at] === ",") flush();
      else { kept += text[at]; places.push(at); }
    }
  }
  flush();
  markLists(tokens);
  tokens.push(...comments.map(([start, end]) => ({ kind: "comment", text: text.slice(start, end), start, end })));
  tokens.sort((a, b) => a.start - b.start || b.end - a.end);
  return { tokens, unclosed };
}

function kind(word) {
  if (word === "(") return "open";
  if (word === ")") return "close";
  return word.startsWith(":") ? "word" : "text";
}

/** What stands in a list is not run: it has no colour of a word. */
function markLists(tokens) {
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === "close") depth = Math.max(0, depth - 1);
    token.list = depth > 0;
    if (token.kind === "open") depth++;
  }
}

/** The spans outside of comments, the comments, and where the comment begins that is closed never or too often. */
function outside(text) {
  const first = text.indexOf("/*");
  if (first < 0) return { spans: [[0, text.length]], comments: [], unclosed: null };
  const spans = [], comments = [], marks = /\/\*|\*\//g;
  let depth = 0, position = 0, opened = 0;
  marks.lastIndex = first;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    if (depth === 0) {
      spans.push([position, mark.index]);
      opened = mark.index;
    }
    depth += mark[0] === "/*" ? 1 : -1;
    position = marks.lastIndex;
    if (depth === 0) comments.push([opened, position]);
  }
  if (depth !== 0) return { spans, comments: [...comments, [opened, text.length]], unclosed: opened };
  spans.push([position, text.length]);
  return { spans, comments, unclosed: null };
}

/** Writes a text so that, as a token, it means itself (`escape` of `language/tokens.py`). */
export function escape(text) {
  const code = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  if (text === "(" || text === ")") return code(text);
  let from = 0, to = text.length;
  while (from < to && text.charCodeAt(from) <= EDGE) from++;
  while (to > from && text.charCodeAt(to - 1) <= EDGE) to--;
  const edge = (part) => [...part].map(code).join("");
  const middle = text.slice(from, to).replace(/[,:]|[^\S ]|\/(?=\*)|\\(?=u[0-9a-fA-F]{4})/g, code);
  return edge(text.slice(0, from)) + middle + edge(text.slice(to));
}

/** The same place counted in Unicode characters, as the API counts. */
export function toCharacters(text, at) {
  let count = 0;
  for (let i = 0; i < at; i++) if (!lowHalf(text, i)) count++;
  return count;
}

/** A function from places in characters to places in UTF-16 units of a text. */
export function toUnits(text) {
  if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) return (at) => at;
  const units = [];
  for (let i = 0; i <= text.length; i++) if (!lowHalf(text, i)) units.push(i);
  return (at) => units[Math.min(at, units.length - 1)];
}

const lowHalf = (text, i) => /[\udc00-\udfff]/.test(text[i] ?? "") && /[\ud800-\udbff]/.test(text[i - 1] ?? "");
