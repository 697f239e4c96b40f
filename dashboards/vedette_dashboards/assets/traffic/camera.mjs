// Where the reader looks from: pan and zoom over the layout, and how the layout is fitted to the stage's shape.

const CLOSEST = 3;
const EDGE = 50; // pixels from the stage's border within which a node is not well in sight
const NARROWEST = 0.62; // how far a layout may be pressed or pulled in one direction to fill its stage
const WIDEST = 1.5;
const TALLEST = 2.2;
const UPRIGHT = { x: 1.3, y: 0.62 }; // a layout that runs downwards has its rows where labels need width

/** Screen = world * scale + offset, in CSS pixels. */
export class Camera {
  constructor() {
    Object.assign(this, { scale: 1, x: 0, y: 0, width: 1, height: 1, moved: false });
  }

  /** A place of the layout on the screen. */
  screen(x, y) {
    return [x * this.scale + this.x, y * this.scale + this.y];
  }

  /** A place of the screen in the layout. */
  world(x, y) {
    return [(x - this.x) / this.scale, (y - this.y) / this.scale];
  }

  /** What would show a box wholly, with a margin in pixels for labels. */
  fitting([left, top, right, bottom], margin) {
    const wide = Math.max(60, this.width - 2 * margin.x);
    const high = Math.max(60, this.height - margin.top - margin.bottom);
    const scale = Math.min(1.6, wide / (right - left), high / (bottom - top));
    return {
      scale,
      x: this.width / 2 - ((left + right) / 2) * scale,
      y: margin.top + high / 2 - ((top + bottom) / 2) * scale,
    };
  }

  /** Looks from elsewhere at once. */
  look({ scale, x, y }) {
    Object.assign(this, { scale, x, y });
  }

  /** Whether a place of the layout is on the stage. */
  shows(x, y) {
    const [left, top] = this.screen(x, y);
    return left >= 0 && top >= 0 && left <= this.width && top <= this.height;
  }

  /** How far to pan, in pixels, so that a place of the layout comes well onto the stage. */
  wayInto(x, y) {
    const into = (at, most) => (at < EDGE ? EDGE - at : at > most - EDGE ? most - EDGE - at : 0);
    const [left, top] = this.screen(x, y);
    return [into(left, this.width), into(top, this.height)];
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.moved = true;
  }

  /** Zooms about a place of the screen, which stays where it is. */
  zoom(factor, x, y) {
    const scale = Math.min(CLOSEST, Math.max(0.08, this.scale * factor));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.moved = true;
  }
}

/**
 * How a layout is best laid upon a stage: `turned` when it should run downwards (a phone held upright), and how far it
 * is pulled in each direction. Chosen when a view is first fitted and kept, so that a new node moves none that stands.
 */
export function chooseFit(places, layered, width, height) {
  if (!layered || !places.length) return { turned: false, ax: 1, ay: 1 };
  const spread = (at) => Math.max(...places.map((p) => p[at])) - Math.min(...places.map((p) => p[at])) + 120;
  const [w, h] = [spread(0), spread(1)];
  const lying = pull(w, h, width, height);
  const upright = pull(h * UPRIGHT.x, w * UPRIGHT.y, width, height);
  if (upright.scale > lying.scale * 1.15 && height > width) {
    return { turned: true, ax: upright.ax * UPRIGHT.x, ay: upright.ay * UPRIGHT.y };
  }
  return { turned: false, ax: lying.ax, ay: lying.ay };
}

/** Moves the nodes of a graph to their places under a fit. */
export function placeNodes(graph, fit) {
  for (const node of graph.nodes) {
    const [x, y] = fit.turned ? [node.place[1], node.place[0]] : node.place;
    node.x = x * fit.ax;
    node.y = y * fit.ay;
  }
}

function pull(w, h, width, height) {
  const wanted = width / height / (w / h); // > 1: the stage is wider than the layout
  const ax = Math.min(WIDEST, Math.max(NARROWEST, Math.sqrt(wanted)));
  const ay = Math.min(TALLEST, Math.max(NARROWEST, ax / wanted));
  return { ax, ay, scale: Math.min(width / (w * ax), height / (h * ay)) };
}
