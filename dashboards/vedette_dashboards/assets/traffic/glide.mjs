// A node that must move to another place glides there, so that the eye can follow it.

const MOVE_MS = 600;

/**
 * Begins to move the nodes of a graph from where they stood in another to where they stand now; null when none has to.
 * The function that it gives takes a frame's time and says whether all have arrived.
 */
export function glide(before, graph) {
  const moves = [];
  for (const node of graph.nodes) {
    const from = before.byName.get(node.name);
    if (!from || (Math.abs(from.x - node.x) < 0.5 && Math.abs(from.y - node.y) < 0.5)) continue;
    moves.push({ node, from: [from.x, from.y], to: [node.x, node.y] });
  }
  if (!moves.length) return null;
  const place = (share) => {
    for (const { node, from, to } of moves) {
      node.x = from[0] + (to[0] - from[0]) * share;
      node.y = from[1] + (to[1] - from[1]) * share;
    }
  };
  place(0);
  let began = null;
  return (time) => {
    began ??= time;
    const share = Math.min(1, (time - began) / MOVE_MS);
    place(1 - (1 - share) ** 3);
    return share === 1;
  };
}
