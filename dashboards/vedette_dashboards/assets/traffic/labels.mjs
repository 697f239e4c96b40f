// Where words go: names and numbers beside nodes and edges, the worst first, and never one upon another. Pure: no DOM.

import { markOf } from "./figures.mjs";
import { percent, rate, short } from "./format.mjs";
import { at } from "./geometry.mjs";
import { severity, worstFirst } from "./model.mjs";

const LINE = 14; // height of a line of text in pixels
const MOST_NODES = 180;
const MOST_EDGES = 60;
const MOST_SAMPLES = 3000;
const MAY_HIDE = 2; // an edge's number that would hide more of other edges than this is left out

/**
 * The labels that fit. `measure(text, bold)` gives a width in pixels; `edges` says which edges want a label.
 * Each label: {id, kind, x, y, anchor, size, lines: [{text, bold, tone}]}.
 */
export function placeLabels(graph, camera, emphasis, { measure, edges }) {
  const field = {
    taken: graph.nodes.map((node) => disc(node, camera)),
    lines: samples(graph, camera),
    camera,
    measure,
  };
  const labels = [];
  const lit = (node) => !emphasis.nodes || emphasis.nodes.has(node);
  const order = [...graph.nodes].sort((a, b) => rank(b, emphasis, lit) - rank(a, emphasis, lit) || worstFirst(a, b));
  for (const node of order.slice(0, MOST_NODES)) {
    if (!onStage(node, camera) || (!lit(node) && !severity(node))) continue;
    const inside = insideLabel(node, camera);
    if (inside) labels.push(inside);
    const label = nodeLabel(node, field, Boolean(inside));
    if (label) labels.push(label);
  }
  const wanted = edges
    .filter((edge) => edge.rate > 0 && (!emphasis.edges || emphasis.edges.has(edge)))
    .sort(worstFirst);
  let count = 0;
  for (const edge of wanted) {
    const label = count < MOST_EDGES && edgeLabel(edge, field);
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

function insideLabel(node, camera) {
  const r = node.r * camera.scale;
  if (r < 25 || node.stale) return null;
  const size = Math.min(20, 12 + (r - 25) / 6);
  const [x, y] = camera.screen(node.x, node.y);
  const bad = severity(node) && node.danger > 0;
  return {
    id: `in:${node.id}`,
    kind: "inside",
    anchor: "middle",
    size,
    x,
    y: y - size * 1.2,
    lines: [
      { text: rate(node.rate), bold: true, tone: "text" },
      { text: percent(node.errorPercent), tone: bad ? node.level : "dim" },
    ],
  };
}

function nodeLabel(node, field, numbersInside) {
  const tone = node.stale ? "faint" : node.level === "normal" ? "text" : node.level;
  const name = { text: short(markOf(node) + node.label), bold: true, tone };
  const failing = node.danger > 0 && severity(node);
  const numbers = node.stale
    ? "silent"
    : failing
      ? `${rate(node.rate)} · ${percent(node.errorPercent)}`
      : rate(node.rate);
  const full = numbersInside ? [name] : [name, { text: numbers, tone: node.stale ? "faint" : "dim" }];
  for (const lines of numbersInside ? [full] : [full, [name]]) {
    const spot = best(spots(node, lines, field), field);
    if (spot) return { id: node.id, kind: "node", lines, ...spot };
  }
  return null;
}

/** The spot that hides the fewest lines, the first of equals; null when each is taken or off the stage. */
function best(spots, { taken, lines, camera }, mayHide = Infinity) {
  let chosen = null;
  spots.forEach((spot, order) => {
    const { box } = spot;
    if (box[0] < 2 || box[1] < 2 || box[2] > camera.width - 2 || box[3] > camera.height - 2) return;
    if (taken.some((other) => overlap(other, box))) return;
    const hidden = lines.reduce((count, [x, y]) => count + (x > box[0] && x < box[2] && y > box[1] && y < box[3]), 0);
    if (hidden > mayHide) return;
    const cost = hidden + order * 0.7;
    if (!chosen || cost < chosen.cost) chosen = { ...spot, cost };
  });
  if (chosen) taken.push(chosen.box);
  return chosen;
}

/** Beside a node: below, right, above, left. */
function spots(node, lines, { camera, measure }) {
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

/** Beside the line, not on it: on the side that hides less, near its middle first. */
function edgeLabel(edge, field) {
  const { camera, measure } = field;
  const bad = edge.danger > 0 && severity(edge);
  const text = bad ? `${rate(edge.rate)} · ${percent(edge.errorPercent)}` : rate(edge.rate);
  const w = measure(text, false) + 6;
  if ((edge.length - edge.source.r - edge.target.r) * camera.scale < w * 0.7 + 10) return null;
  const near = [0.5, 0.4, 0.6, 0.3, 0.7].flatMap((t) => {
    const [x, y] = camera.screen(...at(edge, t));
    const [p, q] = [at(edge, t - 0.05), at(edge, t + 0.05)];
    const long = Math.hypot(q[0] - p[0], q[1] - p[1]) || 1;
    const [nx, ny] = [-(q[1] - p[1]) / long, (q[0] - p[0]) / long];
    const gap = 6 + edge.thick * camera.scale * 0.5 + Math.abs(nx) * (w / 2) + Math.abs(ny) * (LINE / 2);
    return (ny > 0 ? [-1, 1] : [1, -1]).map((side) => [x + side * nx * gap, y + side * ny * gap]);
  });
  const spot = best(
    near.map(([x, y]) => ({
      x,
      y: y - LINE / 2,
      anchor: "middle",
      box: [x - w / 2, y - LINE / 2, x + w / 2, y + LINE / 2],
    })),
    field,
    bad ? Infinity : MAY_HIDE,
  );
  return spot && { id: `e:${edge.id}`, kind: "edge", lines: [{ text, tone: bad ? edge.level : "dim" }], ...spot };
}

/** Places on the screen along all edges, to see what a label would hide: each ten pixels, fewer on large graphs. */
function samples(graph, camera) {
  const whole = graph.edges.reduce((sum, edge) => sum + edge.length, 0) * camera.scale;
  const apart = Math.max(10, whole / MOST_SAMPLES);
  return graph.edges.flatMap((edge) => {
    const count = Math.max(3, Math.ceil((edge.length * camera.scale) / apart));
    return Array.from({ length: count + 1 }, (_, i) => camera.screen(...at(edge, i / count)));
  });
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
