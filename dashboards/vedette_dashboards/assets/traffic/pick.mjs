// What is at a place of the stage.

import { distance } from "./geometry.mjs";

const NODE_REACH = 4; // how near, in pixels, a pointer must come to a node
const EDGE_REACH = 7;
const LEAST_RADIUS = 5;

/** The nearest node within reach of a place in pixels, else the nearest edge, else null. */
export function pick(graph, camera, x, y) {
  const [wx, wy] = camera.world(x, y);
  const gap = (node) => (Math.hypot(node.x - wx, node.y - wy) - node.r) * camera.scale;
  const off = (edge) => (distance(edge, wx, wy) - edge.thick / 2) * camera.scale;
  const small = (node) => Math.max(0, LEAST_RADIUS - node.r * camera.scale);
  return nearest(graph.nodes, (node) => gap(node) - small(node), NODE_REACH) ?? nearest(graph.edges, off, EDGE_REACH);
}

function nearest(things, measure, reach) {
  let [least, found] = [reach, null];
  for (const thing of things) {
    const far = measure(thing);
    if (far < least) [least, found] = [far, thing];
  }
  return found;
}
