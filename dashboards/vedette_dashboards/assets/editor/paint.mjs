// The coloured text behind the field, in the same places as the field's own letters, which are made transparent.

import { put } from "./dom.mjs";

const METRICS = [
  "fontFamily", "fontSize", "fontWeight", "fontStyle", "fontStretch", "lineHeight", "letterSpacing", "wordSpacing",
  "textIndent", "tabSize", "paddingTop", "paddingRight", "paddingBottom", "paddingLeft", "borderTopWidth",
  "borderRightWidth", "borderBottomWidth", "borderLeftWidth",
];

export class Paint {
  constructor(root, field) {
    this.root = root;
    this.field = field;
    this.pieces = []; // {node, start, end} of the text nodes
    field.addEventListener("scroll", () => this.scroll());
    new ResizeObserver(() => this.fit()).observe(field);
    this.fit();
  }

  /** Takes over the field's measures: they change with the width of the page, and with a scroll bar. */
  fit() {
    const style = getComputedStyle(this.field);
    for (const name of METRICS) this.root.style[name] = style[name];
    const bar = this.field.offsetWidth - this.field.clientWidth - parseFloat(style.borderLeftWidth) - parseFloat(style.borderRightWidth);
    this.root.style.width = `${this.field.offsetWidth - Math.max(0, bar)}px`;
    this.root.style.height = `${this.field.offsetHeight}px`;
    this.scroll();
  }

  scroll() {
    this.root.scrollTop = this.field.scrollTop;
  }

  /** Shows a text. `style(token, number)` gives a token's class; `bad` is {start, end} of what fails, or null. */
  show(text, tokens, style, bad) {
    this.pieces = [];
    const children = [];
    for (const { start, end, token, name } of cut(text, tokens, style, bad)) {
      const node = document.createTextNode(text.slice(start, end));
      this.pieces.push({ node, start, end });
      if (!name) { children.push(node); continue; }
      const span = document.createElement("span");
      span.className = name;
      if (token !== null) span.dataset.token = token;
      span.append(node);
      children.push(span);
    }
    put(this.root, children, document.createTextNode("\u200b")); // which gives a last, empty line its height
    this.scroll();
  }

  /** Where the place before a character is in the window: {left, top, bottom}. */
  rect(at) {
    const piece = this.pieces.find(({ start, end }) => start <= at && at < end) ?? this.pieces.at(-1);
    if (!piece) {
      const { left, top } = this.root.getBoundingClientRect(), style = getComputedStyle(this.root);
      const y = top + parseFloat(style.paddingTop), height = parseFloat(style.lineHeight) || 20;
      return { left: left + parseFloat(style.paddingLeft), top: y, bottom: y + height };
    }
    const range = document.createRange(), inside = Math.min(at, piece.end) - piece.start;
    const after = inside >= piece.node.length;
    range.setStart(piece.node, after ? inside - 1 : inside);
    range.setEnd(piece.node, after ? inside : inside + 1);
    const boxes = range.getClientRects(), box = boxes[boxes.length - 1] ?? this.root.getBoundingClientRect();
    return { left: after ? box.right : box.left, top: box.top, bottom: box.bottom };
  }

  /** The number of the token at a point of the window, or null. */
  tokenAt(x, y) {
    const span = document.elementsFromPoint(x, y).find((one) => one.dataset?.token && this.root.contains(one));
    return span ? Number(span.dataset.token) : null;
  }
}

/** The text in pieces, each of one token (a comment within a token cuts it) and wholly bad or not. */
function cut(text, tokens, style, bad) {
  const edges = new Set([0, text.length]);
  for (const { start, end } of tokens) edges.add(start).add(end);
  if (bad) edges.add(bad.start).add(bad.end);
  const order = [...edges].sort((a, b) => a - b), pieces = [];
  const open = []; // tokens around the present piece, the innermost last
  let next = 0;
  for (let i = 0; i + 1 < order.length; i++) {
    const [start, end] = [order[i], order[i + 1]];
    while (open.length && tokens[open.at(-1)].end <= start) open.pop();
    while (next < tokens.length && tokens[next].start <= start) open.push(next++);
    while (open.length && tokens[open.at(-1)].end <= start) open.pop();
    const token = open.at(-1) ?? null;
    const names = [token === null ? "" : style(tokens[token], token)];
    if (bad && bad.start <= start && end <= bad.end) names.push("v-ed-bad");
    pieces.push({ start, end, token, name: names.filter(Boolean).join(" ") });
  }
  return pieces;
}
