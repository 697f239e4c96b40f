// The stage: one graph, drawn in the moving or the still form, with its words above; the camera, and what is lit.

import { Camera, chooseFit, placeNodes } from "./camera.mjs";
import { el, svg } from "./dom.mjs";
import { emphasis } from "./emphasis.mjs";
import { bounds, forgetBows, shape } from "./geometry.mjs";
import { glide } from "./glide.mjs";
import { severity } from "./model.mjs";
import { Overlay } from "./overlay.mjs";
import { Pace } from "./pace.mjs";
import { pick } from "./pick.mjs";
import { Scene } from "./scene.mjs";
import { Still } from "./still.mjs";

const MARGIN = { x: 64, top: 30, bottom: 48 }; // room for labels
const NARROW = { x: 34, top: 26, bottom: 44 };
const FEW_DOTS = 2000;
const NUMBERED_EDGES = 30; // with more edges than this only the faulty and the lit ones carry their number

/** `told.form(form, reason)` hears which form is drawn and why; `told.drawn()` hears that labels have changed. */
export class Stage {
  constructor(host, told) {
    this.host = host;
    this.told = told;
    this.stillRoot = svg("svg", { class: "traffic-still", "aria-hidden": "true" });
    this.wordsRoot = svg("svg", { class: "traffic-words", "aria-hidden": "true" });
    this.still = new Still(this.stillRoot);
    this.overlay = new Overlay(this.wordsRoot);
    host.prepend(this.stillRoot, this.wordsRoot);
    this.camera = new Camera();
    this.graph = null;
    this.fitting = null;
    this.chosen = this.pointed = this.found = null;
    this.motion = "auto";
    this.tooSlow = false;
    this.pace = new Pace();
    this.frame = this.frame.bind(this);
    this.waiting = 0;
    this.glide = null;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.listeners = [
      [this.calm, "change", () => this.chooseForm()],
      [document, "visibilitychange", () => this.schedule()],
    ];
    for (const [target, name, heard] of this.listeners) target.addEventListener(name, heard);
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(host);
  }

  destroy() {
    for (const [target, name, heard] of this.listeners) target.removeEventListener(name, heard);
    this.watcher.disconnect();
    cancelAnimationFrame(this.waiting);
    this.dropScene();
    this.gone = true;
  }

  setPalette(palette) {
    this.palette = palette;
    this.still.setPalette(palette);
    this.scene?.setPalette(palette);
    if (!this.form) this.chooseForm();
    this.touch();
  }

  /** auto, on or off. */
  setMotion(motion) {
    this.motion = motion;
    this.tooSlow = false;
    this.chooseForm();
  }

  /** Shows a graph; null shows nothing. One of the same view takes the place of the old: what stands, stands. */
  show(graph) {
    const before = this.graph;
    const same = before && graph && before.view.join("/") === graph.view.join("/");
    this.graph = graph;
    this.chosen = this.pointed = this.found = null;
    if (!graph) return this.touch();
    if (!same || !this.fitting) {
      this.camera.moved = false;
      this.fitting = null;
    } else {
      placeNodes(graph, this.fitting);
      this.glide = glide(before, graph);
    }
    this.update();
  }

  /** Draws new figures of the graph that is shown. */
  update() {
    if (!this.graph || this.camera.width < 2) return;
    if (!this.fitting) this.fit();
    shape(this.graph);
    this.scene?.setGraph(this.graph, this.emphasis(), performance.now() / 1000);
    if (!this.camera.moved && !this.graph.nodes.every((node) => this.camera.shows(node.x, node.y))) this.fit();
    this.touch();
  }

  /** Looks at the whole graph again. */
  fit() {
    const { graph, camera } = this;
    if (!graph) return;
    const layered = graph.view.length > 0;
    this.fitting = chooseFit(
      graph.nodes.map((node) => node.place),
      layered,
      camera.width,
      camera.height,
    );
    placeNodes(graph, this.fitting);
    forgetBows(graph);
    shape(graph);
    camera.look(camera.fitting(bounds(graph.nodes), camera.width < 600 ? NARROW : MARGIN));
    camera.moved = false;
    this.scene?.setGraph(graph, this.emphasis(), performance.now() / 1000);
    this.touch();
  }

  choose(thing) {
    this.chosen = thing;
    this.relight();
  }

  point(thing) {
    if (thing === this.pointed) return;
    this.pointed = thing;
    this.relight();
  }

  /** Lights only these nodes (a set); null lights as usual. */
  find(nodes) {
    this.found = nodes;
    this.relight();
  }

  moveCamera(change) {
    change(this.camera);
    this.touch();
  }

  /** Moves the camera so that a node is in sight. */
  reveal(node) {
    const [dx, dy] = this.camera.wayInto(node.x, node.y);
    if (dx || dy) this.moveCamera((camera) => camera.pan(dx, dy));
  }

  /** The node or edge at a place of the stage, or null. */
  pick(x, y) {
    return this.graph && pick(this.graph, this.camera, x, y);
  }

  emphasis() {
    return emphasis(this.graph, this);
  }

  relight() {
    if (!this.graph) return;
    this.scene?.restyle(this.emphasis());
    this.touch();
  }

  /** Says that the picture must be drawn again. */
  touch() {
    this.stale = true;
    this.schedule();
  }

  schedule() {
    if (!this.waiting && !this.gone && document.visibilityState === "visible") {
      this.waiting = requestAnimationFrame(this.frame);
    }
  }

  frame(time) {
    const began = performance.now();
    this.waiting = 0;
    const { graph, camera } = this;
    if (!this.palette || !graph || camera.width < 2) return this.drawNothing();
    if (this.canvas) this.canvas.style.visibility = "visible";
    if (this.glide) this.glideOn(time);
    const fresh = this.stale;
    if (fresh) {
      this.stale = false;
      const emphasis = this.emphasis();
      if (this.scene) this.scene.setCamera(camera);
      else this.still.draw(graph, camera, emphasis);
      this.overlay.draw(graph, camera, emphasis, this.numberedEdges(emphasis));
    }
    this.scene?.draw(time / 1000);
    const moving = this.scene && this.scene.dots > 0;
    if (moving) this.judge(time, performance.now() - began, fresh);
    if (moving || this.stale || this.glide) this.schedule();
    if (fresh) this.told.drawn?.();
  }

  drawNothing() {
    this.still.clear();
    this.wordsRoot.replaceChildren();
    this.overlay.shown.clear();
    if (this.canvas) this.canvas.style.visibility = "hidden";
  }

  numberedEdges(emphasis) {
    const { edges } = this.graph;
    if (!this.scene || edges.length <= NUMBERED_EDGES || emphasis.edges) return edges;
    return edges.filter((edge) => severity(edge) > 0);
  }

  resize() {
    const { clientWidth: w, clientHeight: h } = this.host;
    if (!w || !h || (w === this.camera.width && h === this.camera.height)) return;
    const first = this.camera.width < 2;
    Object.assign(this.camera, { width: w, height: h });
    this.sizeScene();
    if (first) this.update();
    else if (!this.camera.moved) this.fit();
    this.touch();
  }

  sizeScene() {
    const pixel = this.scene?.budget === FEW_DOTS ? 1 : Math.min(2, devicePixelRatio || 1);
    this.scene?.resize(this.camera.width, this.camera.height, pixel);
  }

  /** Which form fits the reader's wish and the machine. */
  chooseForm() {
    const reason =
      this.motion === "off"
        ? "motion is off"
        : this.lost
          ? "the graphics card was lost for the moment"
          : this.motion === "on"
            ? null
            : this.calm.matches
              ? "this system asks for reduced motion"
              : this.tooSlow
                ? "moving dots would be slow on this machine"
                : null;
    if (reason) return this.become("still", reason);
    if (this.scene) return this.become("moving", null);
    try {
      this.makeScene();
    } catch (error) {
      return this.become("still", error.message);
    }
    return this.become("moving", null);
  }

  become(form, reason) {
    if (form === "still") this.dropScene();
    else this.still.clear();
    this.form = form;
    this.host.dataset.form = form;
    this.told.form?.(form, reason);
    this.update();
    this.touch();
  }

  makeScene() {
    const canvas = el("canvas", { class: "traffic-canvas", "aria-hidden": "true" });
    const scene = new Scene(canvas);
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault(); // asks the browser to give the context back
      if (this.canvas !== canvas) return;
      this.lost = true;
      this.lostCanvas = canvas;
      this.chooseForm();
    });
    canvas.addEventListener("webglcontextrestored", () => {
      if (this.lostCanvas !== canvas) return;
      this.lostCanvas = null;
      this.lost = false;
      this.chooseForm();
    });
    this.host.prepend(canvas);
    Object.assign(this, { canvas, scene });
    if (this.palette) scene.setPalette(this.palette);
    this.pace.restart();
    this.sizeScene();
  }

  dropScene() {
    if (!this.scene) return;
    const { canvas, scene } = this;
    this.canvas = this.scene = null;
    canvas.remove();
    if (canvas !== this.lostCanvas) scene.destroy();
  }

  judge(time, script, fresh) {
    const verdict = this.pace.frame(time, script, fresh);
    if (verdict === "slow" && this.scene.budget !== FEW_DOTS) {
      this.scene.budget = FEW_DOTS;
      this.sizeScene();
      this.update();
    } else if (verdict === "crawling" && this.motion === "auto") {
      this.tooSlow = true;
      this.chooseForm();
    }
  }

  glideOn(time) {
    if (this.glide(time)) {
      this.glide = null;
      forgetBows(this.graph);
    }
    this.update();
  }
}
