// The GPU's part, in GLSL ES 3.00. Places of dots are computed here from the time, so a frame costs the page little.
//
// Edge data live in a float texture, four texels an edge (EDGE_TEXELS), 256 edges a row:
//   0: start.xy, end.xy                        in layout units
//   1: control.xy, width (layout units), dots' speed (journeys a second)
//   2: colour.rgb, opacity
//   3: dash (0 whole, 1 dashed), length (layout units), opacity of dots, journeys made before the clock's zero

export const EDGE_TEXELS = 4;
export const EDGES_PER_ROW = 256;

const EDGE_LOOKUP = `
vec4 edge(int index, int texel) {
  return texelFetch(uEdges, ivec2((index % ${EDGES_PER_ROW}) * ${EDGE_TEXELS} + texel, index / ${EDGES_PER_ROW}), 0);
}
vec2 curve(vec4 ends, vec2 c, float t) { return mix(mix(ends.xy, c, t), mix(c, ends.zw, t), t); }
vec2 slope(vec4 ends, vec2 c, float t) { vec2 d = mix(c - ends.xy, ends.zw - c, t); return d / max(length(d), 1e-4); }
vec4 clip(vec2 pixel) { return vec4(pixel / uStage * vec2(2., -2.) + vec2(-1., 1.), 0., 1.); }
`;

// uCamera: scale, x, y in device pixels; uStage: the canvas in device pixels; uPixel: device pixels a CSS pixel.
export const EDGE_VERTEX = `#version 300 es
precision highp float; precision highp sampler2D;
layout(location = 0) in vec2 aStrip;   // t along the edge, side
layout(location = 1) in float aEdge;
uniform sampler2D uEdges; uniform vec3 uCamera; uniform vec2 uStage; uniform float uPixel;
out vec4 vColour; out float vSide; out float vHalf; out float vAlong; out float vDash;
${EDGE_LOOKUP}
void main() {
  int e = int(aEdge);
  vec4 ends = edge(e, 0), bend = edge(e, 1), paint = edge(e, 2), more = edge(e, 3);
  vec2 d = slope(ends, bend.xy, aStrip.x);
  vHalf = 0.5 * max(bend.z * uCamera.x, 1.1 * uPixel);
  vSide = aStrip.y * (vHalf + 1.);
  vAlong = aStrip.x * more.y * uCamera.x / uPixel;
  vDash = more.x;
  // Paler where the calls come from: a still picture, too, tells which way they go.
  vColour = vec4(paint.rgb, paint.a * mix(0.5, 1.0, aStrip.x));
  gl_Position = clip(curve(ends, bend.xy, aStrip.x) * uCamera.x + uCamera.yz + vec2(-d.y, d.x) * vSide);
}`;

export const EDGE_FRAGMENT = `#version 300 es
precision mediump float;
in vec4 vColour; in float vSide; in float vHalf; in highp float vAlong; in float vDash;
out vec4 colour;
void main() {
  float a = vColour.a * clamp(vHalf + 0.5 - abs(vSide), 0., 1.);
  if (vDash > 0.5 && mod(vAlong, 11.) > 6.) a *= 0.08;
  colour = vec4(vColour.rgb * a, a);
}`;

export const NODE_VERTEX = `#version 300 es
precision highp float;
layout(location = 0) in vec2 aCorner;
layout(location = 1) in vec3 aDisc;    // centre, radius
layout(location = 2) in vec4 aRing;    // failed share, warning share, opacity, halo (0 none, 1 warning, 2 danger)
layout(location = 3) in vec3 aKind;    // hollow, stale, mark (0 none, 1 pointed at, 2 chosen)
uniform vec3 uCamera; uniform vec2 uStage; uniform float uPixel;
out vec2 vAt; out float vRadius; out vec4 vRing; out vec3 vKind;
void main() {
  vRadius = max(aDisc.z * uCamera.x, 4.5 * uPixel);
  float reach = vRadius * 1.2 + 14. * uPixel;
  vAt = aCorner * reach;
  vRing = aRing; vKind = aKind;
  vec2 pixel = aDisc.xy * uCamera.x + uCamera.yz + vAt;
  gl_Position = vec4(pixel / uStage * vec2(2., -2.) + vec2(-1., 1.), 0., 1.);
}`;

// The disc itself. Its coverage goes to the static layer's alpha channel, where dots look whether a node hides them.
export const NODE_FRAGMENT = `#version 300 es
precision highp float;
in vec2 vAt; in float vRadius; in vec4 vRing; in vec3 vKind;
uniform vec3 uOutcome[3]; uniform vec3 uPage; uniform vec3 uQuiet; uniform float uPixel;
out vec4 colour;
const float TURN = 6.28318530718;
void main() {
  float r = length(vAt);
  float cover = clamp(vRadius + 0.5 - r, 0., 1.);
  if (cover <= 0.) discard;
  float turn = fract(atan(vAt.x, -vAt.y) / TURN + 1.);
  vec3 ok = mix(uPage, uOutcome[0], vKind.x > 0.5 ? 0.75 : 0.85);
  vec3 ring = turn < vRing.x ? uOutcome[2] : turn < vRing.x + vRing.y ? uOutcome[1] : ok;
  float thick = max(2. * uPixel, min(vRadius * 0.22, 3. * uPixel + vRadius * 0.07) * (vKind.x > 0.5 ? 0.55 : 1.));
  vec3 fill = vKind.x > 0.5 ? uPage : mix(uPage, uOutcome[0], 0.13);
  if (vKind.y > 0.5) {
    ring = mod(turn * 16., 1.) < 0.55 ? uQuiet : uPage;
    fill = uPage;
    thick = max(1.5 * uPixel, thick * .6);
  }
  float inside = clamp(vRadius - thick + 0.5 - r, 0., 1.);
  vec3 c = mix(uPage, mix(ring, fill, inside), vRing.z);
  colour = vec4(c * cover, cover);
}`;

// What surrounds a disc: the glow of a fault, the mark of what is pointed at or chosen.
export const HALO_FRAGMENT = `#version 300 es
precision highp float;
in vec2 vAt; in float vRadius; in vec4 vRing; in vec3 vKind;
uniform vec3 uOutcome[3]; uniform vec3 uMark; uniform float uPixel;
out vec4 colour;
void main() {
  float r = length(vAt) - vRadius;
  float reach = vRadius * 0.2 + 14. * uPixel;
  float glow = vRing.w > 0.5 ? pow(clamp(1. - r / reach, 0., 1.), 2.) * (vRing.w > 1.5 ? 0.6 : 0.3) * vRing.z : 0.;
  vec3 glowColour = vRing.w > 1.5 ? uOutcome[2] : uOutcome[1];
  float line = clamp(1.2 * uPixel + 0.5 - abs(r - 4.5 * uPixel), 0., 1.) * (vKind.z > 1.5 ? 1. : vKind.z * 0.6);
  float a = max(glow, line);
  if (a <= 0.) discard;
  colour = vec4(mix(glowColour * a, uMark * a, line), a);
}`;

export const DOT_VERTEX = `#version 300 es
precision highp float; precision highp sampler2D;
layout(location = 0) in vec4 aDot;     // edge, phase, side (-0.5 to 0.5), outcome + pace / 8
uniform sampler2D uEdges; uniform vec3 uCamera; uniform vec2 uStage; uniform float uPixel; uniform float uClock;
uniform vec3 uOutcome[3];
out vec4 vColour;
${EDGE_LOOKUP}
void main() {
  int e = int(aDot.x), outcome = int(aDot.w);
  vec4 ends = edge(e, 0), bend = edge(e, 1), more = edge(e, 3);
  // Paces are 0.8 to 1.2 in tenths, so ten journeys bring every dot back, and the clock may be set back by them.
  float pace = 0.8 + 0.1 * floor(fract(aDot.w) * 8. + 0.5);
  float t = fract(aDot.y + (more.w + uClock * bend.w) * pace);
  vec2 d = slope(ends, bend.xy, t);
  float side = aDot.z * max(bend.z * uCamera.x, 2.5 * uPixel);
  gl_Position = clip(curve(ends, bend.xy, t) * uCamera.x + uCamera.yz + vec2(-d.y, d.x) * side);
  gl_PointSize = (outcome == 0 ? 4.2 : outcome == 1 ? 5.4 : 6.4) * uPixel * clamp(sqrt(uCamera.x / uPixel), 0.75, 1.5);
  float fade = smoothstep(0., 0.03, t) * smoothstep(1., 0.97, t);
  vColour = vec4(uOutcome[outcome], more.z * fade * (outcome == 0 ? 0.85 : 1.));
}`;

export const DOT_FRAGMENT = `#version 300 es
precision mediump float;
in vec4 vColour; uniform sampler2D uStatic;
out vec4 colour;
void main() {
  float r = length(gl_PointCoord * 2. - 1.);
  float hidden = texelFetch(uStatic, ivec2(gl_FragCoord.xy), 0).a;
  float a = vColour.a * (1. - smoothstep(0.55, 1., r)) * (1. - hidden);
  colour = vec4(vColour.rgb * a, a);
}`;

export const COPY_VERTEX = `#version 300 es
void main() { gl_Position = vec4(vec2(float((gl_VertexID << 1) & 2), float(gl_VertexID & 2)) * 2. - 1., 0., 1.); }`;

export const COPY_FRAGMENT = `#version 300 es
precision mediump float;
uniform sampler2D uStatic; out vec4 colour;
void main() { colour = vec4(texelFetch(uStatic, ivec2(gl_FragCoord.xy), 0).rgb, 1.); }`;
