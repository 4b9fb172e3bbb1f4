// How does the graphics card draw the points and the pictures on them? The programs, in GLSL.

/** Marks by number; `hollow` is added where only the outline is drawn. */
export const marksInOrder = ['circle', 'square', 'triangle', 'diamond', 'plus', 'turned'] as const
export const hollow = 8
/** How a point stands among the others. */
export const states = { hidden: 0, quiet: 1, plain: 2, selected: 3 } as const

/** The fourth byte of a point's colour: its mark and its state. */
export const codeOf = (mark: number, state: number): number => state * 16 + mark

/**
 * The vertex programs stay small, as a graphics driver without a card runs them for every point in every frame.
 * `GLIDING`: between two places. `SIZED`: each point has a size of its own. `MARKED`: large enough to have a shape.
 */
const place = /* glsl */ `
precision highp float;
uniform mat4 both;
uniform vec4 sizes;
uniform vec3 surround;
in vec3 position;
in vec4 colour;
#ifdef GLIDING
uniform float blend;
in vec3 target;
#endif
#ifdef SIZED
in float size;
#endif
float nearness;
float code;
float placePoint() {
  #ifdef GLIDING
  gl_Position = both * vec4(mix(position, target, blend), 1.0);
  #else
  gl_Position = both * vec4(position, 1.0);
  #endif
  nearness = clamp(sizes.z - sizes.w * gl_Position.w, 0.0, 1.0);
  code = colour.a * 255.0;
  // A hidden point is put out of sight.
  gl_Position.x += step(code, 15.5) * 1e6;
  float wide = sizes.x + sizes.y * nearness;
  #ifdef SIZED
  wide *= size;
  #endif
  return wide;
}`

/** Points as marks, faded towards the surround with their depth. */
export const pointVertex = /* glsl */ `${place}
uniform float depthFade;
flat out vec4 ink;
#ifdef MARKED
flat out vec2 form;
#endif
void main() {
  float wide = placePoint();
  float selected = step(47.5, code);
  float quiet = 1.0 - step(31.5, code);
  gl_PointSize = max(1.0, wide * (1.0 + 0.3 * selected) + selected);
  float strength = (1.0 - depthFade * (1.0 - nearness)) * (1.0 - 0.72 * quiet);
  ink = vec4(mix(surround, colour.rgb, strength), 1.0);
  #ifdef MARKED
  form = vec2(code - 16.0 * floor(code / 16.0 + 0.01), selected > 0.5 ? -gl_PointSize : gl_PointSize);
  #endif
}`

export const pointFragment = /* glsl */ `
precision mediump float;
uniform vec3 ringInner;
uniform vec3 ringOuter;
flat in vec4 ink;
#ifdef MARKED
flat in vec2 form;
#endif
out vec4 painted;
void main() {
  painted = ink;
  #ifdef MARKED
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  vec2 a = abs(p);
  float kind = form.x >= 8.0 ? form.x - 8.0 : form.x;
  float edge;
  if (kind < 0.5) edge = length(p);
  else if (kind < 1.5) edge = max(a.x, a.y) * 1.18;
  else if (kind < 2.5) edge = max(a.x * 0.95 - p.y * 0.55, p.y * 1.1) + 0.1;
  else if (kind < 3.5) edge = (a.x + a.y) * 1.02;
  else if (kind < 4.5) edge = max(max(a.x, a.y), min(a.x, a.y) * 2.6);
  else edge = max(a.x * 0.95 + p.y * 0.55, -p.y * 1.1) + 0.1;
  float pixel = 2.0 / abs(form.y);
  float alpha = clamp((1.0 - edge) / pixel + 0.5, 0.0, 1.0);
  if (form.y < 0.0) {
    float inside = clamp((1.0 - 3.0 * pixel - edge) / pixel + 0.5, 0.0, 1.0);
    float line = clamp((1.0 - 1.5 * pixel - edge) / pixel + 0.5, 0.0, 1.0);
    painted.rgb = mix(mix(ringOuter, ringInner, line), ink.rgb, inside);
  } else if (form.x >= 8.0) {
    alpha *= clamp((edge - 1.0 + max(0.42, 3.0 * pixel)) / pixel + 0.5, 0.0, 1.0);
  }
  if (alpha < 0.3) discard;
  painted.a = alpha;
  #endif
}`

/** Points as their numbers, to be read back under the pointer; 0 is nobody. */
export const idVertex = /* glsl */ `${place}
uniform float reach;
flat out vec4 number;
void main() {
  gl_PointSize = max(placePoint(), reach);
  int id = gl_VertexID + 1;
  number = vec4(float(id & 255), float((id >> 8) & 255), float((id >> 16) & 255), 255.0) / 255.0;
}`

export const idFragment = /* glsl */ `
precision highp float;
flat in vec4 number;
out vec4 painted;
void main() {
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  if (dot(p, p) > 1.0) discard;
  painted = number;
}`

/** Small pictures, each a rectangle of the screen cut out of a sheet, with a frame in its class's colour. */
export const pictureVertex = /* glsl */ `
precision highp float;
uniform vec2 screen;
in vec2 corner;
in vec4 box;
in vec4 cut;
in vec4 frame;
out vec2 at;
out vec2 inside;
flat out vec4 framed;
flat out vec2 whole;
void main() {
  inside = corner * box.zw;
  whole = box.zw;
  at = cut.xy + cut.zw * corner;
  framed = frame;
  vec2 px = box.xy + inside;
  gl_Position = vec4(px.x / screen.x * 2.0 - 1.0, 1.0 - px.y / screen.y * 2.0, 0.0, 1.0);
}`

export const pictureFragment = /* glsl */ `
precision highp float;
uniform sampler2D sheet;
uniform vec3 surround;
uniform float line;
in vec2 at;
in vec2 inside;
flat in vec4 framed;
flat in vec2 whole;
out vec4 painted;
void main() {
  float border = min(min(inside.x, inside.y), min(whole.x - inside.x, whole.y - inside.y));
  vec3 seen = border < line ? framed.rgb : texture(sheet, at).rgb;
  painted = vec4(mix(surround, seen, framed.a), 1.0);
}`
