// The keys of the page. All but "/" work while the stage, or nothing that takes text, has the focus.

import { worstFirst } from "./model.mjs";

const TURNS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** `told` has choose, enter, up, search, toggleTable. Gives back a function that stops listening. */
export function listenToKeys(root, stage, told) {
  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !root.isConnected) return;
    const inside = root.contains(event.target);
    const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (writing || !(inside || event.target === document.body || event.target.id === "page")) return;
    const onControl = event.target.closest?.("button, a, summary, [role=option]");
    if (act(event.key, stage, told, onControl)) event.preventDefault();
  };
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}

function act(key, stage, told, onControl) {
  const { graph } = stage;
  if (key in TURNS && !onControl) return graph && told.choose(nextNode(graph, stage.chosen, TURNS[key]));
  if (key === "Enter" && !onControl) return stage.chosen && told.enter(stage.chosen);
  if (key === "Escape") return told.up();
  if (key === "/") return told.search();
  if (key === "t") return told.toggleTable();
  if (key === "n") return graph && told.choose(nextFault(graph, stage.chosen));
  if (key === "f" || key === "0") return stage.fit() ?? true;
  const factor = { "+": 1.25, "=": 1.25, "-": 0.8 }[key];
  if (factor) {
    const { width, height } = stage.camera;
    stage.moveCamera((camera) => camera.zoom(factor, width / 2, height / 2));
    return true;
  }
  return false;
}

/** The nearest node in a direction; from no node, the one by which traffic enters. */
export function nextNode(graph, from, [dx, dy]) {
  const start = from?.source ? from.target : from;
  if (!start) return graph.byName.get(graph.entry) ?? graph.nodes[0] ?? null;
  let best = start;
  let least = Infinity;
  for (const node of graph.nodes) {
    const ahead = (node.x - start.x) * dx + (node.y - start.y) * dy;
    const aside = Math.abs((node.x - start.x) * dy) + Math.abs((node.y - start.y) * dx);
    if (node === start || ahead <= 1) continue;
    if (ahead + 2.2 * aside < least) [best, least] = [node, ahead + 2.2 * aside];
  }
  return best;
}

/** The next node with a fault, the worst first, round and round; null when all is well. */
export function nextFault(graph, from) {
  const faults = graph.faults().sort(worstFirst);
  return faults[(faults.indexOf(from) + 1) % faults.length] ?? null;
}
