// The moving form: one WebGL2 canvas. Edges and nodes are drawn into a static layer, again only when something about
// them has changed; each frame then copies that layer and draws the dots, whose places the GPU computes from the clock.

import { dotScale, ringShares, travel } from "./encoding.mjs";
import { buffer, program, texture, upload, vertices } from "./gpu.mjs";
import { severity } from "./model.mjs";
import { levelColour, mix, rgb } from "./palette.mjs";
import { dotBuffer } from "./particles.mjs";
import * as glsl from "./shaders.mjs";

const SEGMENTS = 22;
const REBASE_S = 30; // the clock handed to the GPU is set back this often: a float cannot count days in milliseconds
const ROUND = 10; // journeys after which every dot is back where it was, whatever its pace

export class Scene {
  /** Throws when the browser has no WebGL2. */
  constructor(canvas) {
    const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, powerPreference: "high-performance" });
    if (!gl) throw new Error("this browser offers no WebGL2");
    Object.assign(this, { canvas, gl, budget: 6000, scale: 1, dots: 0, dirty: true, zero: 0, size: [0, 0] });
    this.programs = {
      edge: program(gl, glsl.EDGE_VERTEX, glsl.EDGE_FRAGMENT),
      halo: program(gl, glsl.NODE_VERTEX, glsl.HALO_FRAGMENT),
      node: program(gl, glsl.NODE_VERTEX, glsl.NODE_FRAGMENT),
      dot: program(gl, glsl.DOT_VERTEX, glsl.DOT_FRAGMENT),
      copy: program(gl, glsl.COPY_VERTEX, glsl.COPY_FRAGMENT),
    };
    const strip = buffer(
      gl,
      Float32Array.from({ length: 4 * (SEGMENTS + 1) }, (_, i) =>
        i % 2 === 0 ? Math.floor(i / 4) / SEGMENTS : i % 4 === 1 ? -1 : 1,
      ),
    );
    this.edgeNumbers = buffer(gl);
    this.discs = buffer(gl);
    this.dotFloats = buffer(gl);
    this.edgeArray = vertices(gl, [
      [strip, 2, [[0, 2, 0, 0]]],
      [this.edgeNumbers, 1, [[1, 1, 0, 1]]],
    ]);
    this.nodeArray = vertices(gl, [
      [buffer(gl, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1])), 2, [[0, 2, 0, 0]]],
      [
        this.discs,
        10,
        [
          [1, 3, 0, 1],
          [2, 4, 3, 1],
          [3, 3, 7, 1],
        ],
      ],
    ]);
    this.dotArray = vertices(gl, [[this.dotFloats, 4, [[0, 4, 0, 0]]]]);
    this.copyArray = gl.createVertexArray();
    this.edgeTexture = texture(gl);
    this.staticTexture = texture(gl);
    this.staticLayer = gl.createFramebuffer();
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.journeys = new Map();
  }

  resize(width_, height, pixel) {
    this.pixel = pixel;
    this.size = [Math.max(1, Math.round(width_ * pixel)), Math.max(1, Math.round(height * pixel))];
    [this.canvas.width, this.canvas.height] = this.size;
    this.dirty = true;
  }

  setPalette(palette) {
    this.palette = palette;
    if (this.graph) this.restyle(this.emphasis);
  }

  /** Takes in new figures or a new topology. Dots keep their places: only their numbers and speeds change. */
  setGraph(graph, emphasis, now) {
    this.graph = graph;
    this.rebase(now);
    this.scale = dotScale(graph.edges, this.budget);
    const floats = dotBuffer(graph.edges, this.scale);
    upload(this.gl, this.dotFloats, floats);
    upload(
      this.gl,
      this.edgeNumbers,
      Float32Array.from(graph.edges, (_, index) => index),
    );
    this.dots = floats.length / 4;
    this.restyle(emphasis);
  }

  /** Draws the static layer anew with another emphasis: what is lit, pointed at and chosen. */
  restyle(emphasis) {
    this.emphasis = emphasis;
    this.uploadEdges();
    this.uploadNodes();
    this.dirty = true;
  }

  setCamera(camera) {
    this.camera = camera;
    this.dirty = true;
  }

  /** Draws one frame; `now` in seconds. */
  draw(now) {
    const { gl } = this;
    if (!this.graph || !this.camera || gl.isContextLost()) return;
    if (now - this.zero > REBASE_S) {
      this.rebase(now);
      this.uploadEdges();
    }
    if (this.dirty) this.bake();
    gl.viewport(0, 0, ...this.size);
    gl.disable(gl.BLEND);
    this.use("copy", this.staticTexture);
    gl.bindVertexArray(this.copyArray);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.enable(gl.BLEND);
    const { places } = this.use("dot", this.edgeTexture, this.staticTexture);
    gl.uniform1f(places.uClock, now - this.zero);
    gl.bindVertexArray(this.dotArray);
    gl.drawArrays(gl.POINTS, 0, this.dots);
  }

  destroy() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  /** Draws edges and nodes into the static layer. */
  bake() {
    const { gl, graph } = this;
    gl.bindTexture(gl.TEXTURE_2D, this.staticTexture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, ...this.size, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.staticLayer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.staticTexture, 0);
    gl.viewport(0, 0, ...this.size);
    gl.clearColor(...rgb(this.palette.page), 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    // Only discs write alpha: there it says where a node covers what passes behind it.
    gl.colorMask(true, true, true, false);
    this.use("edge", this.edgeTexture);
    gl.bindVertexArray(this.edgeArray);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 2 * (SEGMENTS + 1), graph.edges.length);
    gl.bindVertexArray(this.nodeArray);
    this.use("halo", null);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, graph.nodes.length);
    gl.colorMask(true, true, true, true);
    this.use("node", null);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, graph.nodes.length);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    this.dirty = false;
  }

  /** Makes a program current with all it may want: textures, camera, stage and colours. */
  use(name, first, second = null) {
    const { gl, camera, pixel, palette } = this;
    const chosen = this.programs[name];
    const { linked, places } = chosen;
    gl.useProgram(linked);
    [
      [first, name === "copy" ? "uStatic" : "uEdges"],
      [second, "uStatic"],
    ].forEach(([bound, uniform], unit) => {
      if (!bound) return;
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, bound);
      gl.uniform1i(places[uniform], unit);
    });
    gl.activeTexture(gl.TEXTURE0);
    if (places.uCamera) gl.uniform3f(places.uCamera, camera.scale * pixel, camera.x * pixel, camera.y * pixel);
    if (places.uStage) gl.uniform2f(places.uStage, ...this.size);
    if (places.uPixel) gl.uniform1f(places.uPixel, pixel);
    if (places.uOutcome) {
      gl.uniform3fv(places.uOutcome, [palette.ok, palette.warning, palette.danger].flatMap(rgb));
    }
    if (places.uPage) gl.uniform3f(places.uPage, ...rgb(palette.page));
    if (places.uQuiet) gl.uniform3f(places.uQuiet, ...rgb(palette.quiet));
    if (places.uMark) gl.uniform3f(places.uMark, ...rgb(palette.text));
    return chosen;
  }

  /** Sets the GPU's clock to zero, and remembers how far each edge's dots have come. */
  rebase(now) {
    const passed = now - this.zero;
    for (const journey of this.journeys.values()) journey.made = (journey.made + passed * journey.speed) % ROUND;
    this.zero = now;
  }

  uploadEdges() {
    const { gl, graph, palette, emphasis } = this;
    const rows = Math.max(1, Math.ceil(graph.edges.length / glsl.EDGES_PER_ROW));
    const floats = new Float32Array(rows * glsl.EDGES_PER_ROW * glsl.EDGE_TEXELS * 4);
    const journeys = new Map();
    graph.edges.forEach((edge, index) => {
      const journey = { made: this.journeys.get(edge.id)?.made ?? 0, speed: 1 / travel(edge.p95) };
      journeys.set(edge.id, journey);
      const lit = !emphasis.edges || emphasis.edges.has(edge);
      const fault = severity(edge);
      const colour = fault ? mix(palette.edge, levelColour(palette, edge.level), 0.75) : palette.edge;
      const opacity = lit ? (edge.stale ? 0.75 : fault ? 0.7 : 0.45) : fault ? 0.16 : 0.07;
      floats.set(
        [
          ...edge.a,
          ...edge.b,
          ...edge.c,
          edge.thick,
          journey.speed,
          ...rgb(colour),
          emphasis.mark === edge ? 0.95 : opacity,
          edge.stale || edge.estimated ? 1 : 0,
          edge.length,
          lit ? 1 : fault > 1 ? 0.4 : 0.1,
          journey.made,
        ],
        index * glsl.EDGE_TEXELS * 4,
      );
    });
    this.journeys = journeys;
    gl.bindTexture(gl.TEXTURE_2D, this.edgeTexture);
    gl.texImage2D(
      gl.TEXTURE_2D,
      0,
      gl.RGBA32F,
      glsl.EDGES_PER_ROW * glsl.EDGE_TEXELS,
      rows,
      0,
      gl.RGBA,
      gl.FLOAT,
      floats,
    );
  }

  uploadNodes() {
    const { graph, emphasis } = this;
    const floats = new Float32Array(graph.nodes.length * 10);
    graph.nodes.forEach((node, index) => {
      const { failed, warning } = ringShares(node);
      const lit = !emphasis.nodes || emphasis.nodes.has(node);
      const mark = emphasis.chosen === node ? 2 : emphasis.mark === node ? 1 : 0;
      floats.set(
        [
          node.x,
          node.y,
          node.r,
          failed,
          warning,
          lit ? 1 : severity(node) ? 0.55 : 0.28,
          severity(node),
          node.hollow ? 1 : 0,
          node.stale ? 1 : 0,
          mark,
        ],
        index * 10,
      );
    });
    upload(this.gl, this.discs, floats);
  }
}
