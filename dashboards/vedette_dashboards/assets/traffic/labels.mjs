// Where words go: names and numbers beside nodes and edges, the worst first, and never one upon another. Pure: no DOM here.

import { percent, rate, short } from "./format.mjs";
import { at } from "./geometry.mjs";
import { severity, worstFirst } from "./model.mjs";

const LINE = 14; // height of a line of text in pixels
const MOST_NODES = 180;
const MOST_EDGES = 60;

/**
 * The labels that fit. `measure(text, bold)` gives a width in pixels; `edges` says which edges want a label.
 * Each label: {id, kind, x, y, anchor, lines: [{text, bold, tone}], tone}.
 */
export function placeLabels(graph, camera, emphasis, { measure, edges }) {
  const taken = graph.nodes.map((node) => disc(node, camera));
  const labels = [];
  const lit = (node) => !emphasis.nodes || emphasis.nodes.has(node);
  const order = [...graph.nodes].sort((a, b) => rank(b, emphasis, lit) - rank(a, emphasis, lit) || worstFirst(a, b));
  for (const node of order.slice(0, MOST_NODES)) {
    if (!onStage(node, camera)) continue;
    const dim = !lit(node) && !severity(node);
    if (dim && emphasis.nodes) continue;
    const inside = insideLines(node, camera);
    if (inside) labels.push({ id: `in:${node.id}`, kind: "inside", lines: inside, anchor: "middle", ...centre(node, camera) });
    const label = nodeLabel(node, camera, taken, measure, Boolean(inside));
    if (label) labels.push(label);
  }
  const wanted = edges.filter((edge) => edge.rate > 0 && (!emphasis.edges || emphasis.edges.has(edge))).sort(worstFirst);
  let count = 0;
  for (const edge of wanted) {
    const label = count < MOST_EDGES && edgeLabel(edge, camera, taken, measure);
    if (label) count = labels.push(label) && count + 1;
  }
  return labels;
}

/** Whether two boxes [left, top, right, bottom] overlap. */
export function overlap(a, b) {
  return a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
}

function rank(node, emphasis, lit) {
  if (node === emphasis.chosen || node === emphasis.mark) return 3;
  return lit(node) ? severity(node) : -1;
}

function insideLines(node, camera) {
  if (node.r * camera.scale < 25 || node.stale) return null;
  const bad = severity(node) && node.danger > 0;
  return [
    { text: rate(node.rate), bold: true, tone: "text" },
    { text: percent(node.errorPercent), tone: bad ? node.level : "dim" },
  ];
}

function nodeLabel(node, camera, taken, measure, numbersInside) {
  const tone = node.stale ? "faint" : severity(node) ? node.level : "text";
  const name = { text: short(mark(node) + node.label), bold: true, tone: node.level === "normal" && !node.stale ? "text" : tone };
  const numbers = node.stale ? "silent" : node.danger > 0 && severity(node)
    ? `${rate(node.rate)} · ${percent(node.errorPercent)}` : rate(node.rate);
  const full = numbersInside ? [name] : [name, { text: numbers, tone: node.stale ? "faint" : "dim" }];
  for (const lines of numbersInside ? [full] : [full, [name]]) {
    for (const spot of spots(node, camera, lines, measure)) {
      if (taken.some((box) => overlap(box, spot.box))) continue;
      taken.push(spot.box);
      return { id: node.id, kind: "node", lines, ...spot };
    }
  }
  return null;
}

/** Beside a node: below, right, above, left. */
function spots(node, camera, lines, measure) {
  const [x, y] = camera.screen(node.x, node.y);
  const r = Math.max(4.5, node.r * camera.scale) + (severity(node) ? 3 : 2);
  const w = Math.max(...lines.map((line) => measure(line.text, line.bold))) + 4;
  const h = lines.length * LINE;
  const box = (left, top) => [left, top, left + w, top + h];
  return [
    { x, y: y + r, anchor: "middle", box: box(x - w / 2, y + r) },
    { x: x + r + 3, y: y - h / 2, anchor: "start", box: box(x + r + 1, y - h / 2) },
    { x, y: y - r - h, anchor: "middle", box: box(x - w / 2, y - r - h) },
    { x: x - r - 3, y: y - h / 2, anchor: "end", box: box(x - r - 1 - w, y - h / 2) },
  ];
}

function edgeLabel(edge, camera, taken, measure) {
  const bad = edge.danger > 0 && severity(edge);
  const text = bad ? `${rate(edge.rate)} · ${percent(edge.errorPercent)}` : rate(edge.rate);
  const w = measure(text, false) + 6;
  if (edge.length * camera.scale - (edge.source.r + edge.target.r) * camera.scale < w + 16) return null;
  for (const t of [0.5, 0.38, 0.62, 0.28, 0.72]) {
    const [x, y] = camera.screen(...at(edge, t));
    const box = [x - w / 2, y - LINE / 2, x + w / 2, y + LINE / 2];
    if (taken.some((other) => overlap(other, box))) continue;
    taken.push(box);
    return {
      id: `e:${edge.id}`, kind: "edge", x, y: y - LINE / 2, anchor: "middle", box,
      lines: [{ text, tone: bad ? edge.level : "dim" }],
    };
  }
  return null;
}

/** A shape with the colour: a fault is told to those as well who do not see its colour. */
function mark(node) {
  if (node.stale) return "";
  return node.level === "danger" ? "◆ " : node.level === "warning" ? "▲ " : "";
}

function centre(node, camera) {
  const [x, y] = camera.screen(node.x, node.y);
  return { x, y: y - LINE };
}

function disc(node, camera) {
  const [x, y] = camera.screen(node.x, node.y);
  const r = Math.max(4.5, node.r * camera.scale) * 0.92;
  return [x - r, y - r, x + r, y + r];
}

function onStage(node, camera) {
  const [x, y] = camera.screen(node.x, node.y);
  return x > -60 && y > -60 && x < camera.width + 60 && y < camera.height + 60;
}
