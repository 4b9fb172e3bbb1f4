// What runs in a map's page? The script of a small viewer: points on a canvas through WebGL, turned, picked, filtered.
//
// Text, not code: it goes into a page that stands alone, without a bundler and without a network. It reads `data` (what
// the page holds) and draws squares of colour; a second pass with numbers for colours tells what lies under the pointer.

/** The viewer's script; `data` is defined before it. */
export const viewerScript = String.raw`
const canvas = document.querySelector('canvas')
const tip = document.querySelector('#tip')
const legend = document.querySelector('#legend')
const count = data.rows
const flat = data.dims === 2
const bytes = Uint8Array.from(atob(data.positions), (c) => c.charCodeAt(0))
const raw = new Float32Array(bytes.buffer)
const classOf = data.classes ? new Uint16Array(Uint8Array.from(atob(data.classOf), (c) => c.charCodeAt(0)).buffer) : null

// The middle of all points at the origin, 98 % of them within 1.
const points = new Float32Array(3 * count)
const middle = [0, 0, 0]
for (let i = 0; i < count; i++) for (let t = 0; t < data.dims; t++) middle[t] += raw[i * data.dims + t] / count
for (let i = 0; i < count; i++) for (let t = 0; t < data.dims; t++) points[3 * i + t] = raw[i * data.dims + t] - middle[t]
const radii = Float32Array.from({ length: count }, (_, i) => Math.hypot(points[3 * i], points[3 * i + 1], points[3 * i + 2])).sort()
const size = radii[Math.floor(0.98 * (count - 1))] || 1
for (let i = 0; i < points.length; i++) points[i] /= size

const gl = canvas.getContext('webgl', { antialias: true, preserveDrawingBuffer: true })
if (!gl) {
  document.querySelector('#say').textContent = 'This browser has no WebGL; the map cannot be drawn here.'
  throw new Error('no WebGL')
}
function shader(type, text) {
  const made = gl.createShader(type)
  gl.shaderSource(made, text)
  gl.compileShader(made)
  return made
}
const program = gl.createProgram()
gl.attachShader(program, shader(gl.VERTEX_SHADER, [
  'attribute vec3 position; attribute vec4 colour; uniform mat4 view; uniform float width; varying vec4 inside;',
  'void main() { gl_Position = view * vec4(position, 1.0); inside = colour;',
  'gl_PointSize = colour.a == 0.0 ? 0.0 : clamp(width / gl_Position.w, 1.5, 24.0); }'].join('\n')))
gl.attachShader(program, shader(gl.FRAGMENT_SHADER, [
  'precision mediump float; varying vec4 inside; uniform float round;',
  'void main() { float away = length(gl_PointCoord - 0.5); if (round > 0.5 && away > 0.5) discard;',
  'gl_FragColor = vec4(inside.rgb * (round > 0.5 && away > 0.4 ? 0.55 : 1.0), 1.0); }'].join('\n')))
gl.linkProgram(program)
gl.useProgram(program)
const place = { view: gl.getUniformLocation(program, 'view'), width: gl.getUniformLocation(program, 'width'), round: gl.getUniformLocation(program, 'round') }
function buffer(values) {
  const made = gl.createBuffer()
  gl.bindBuffer(gl.ARRAY_BUFFER, made)
  gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW)
  return made
}
const hidden = new Set()
const colours = new Uint8Array(4 * count)
const numbers = new Uint8Array(4 * count)
function paint() {
  for (let i = 0; i < count; i++) {
    const of = classOf ? classOf[i] : 0
    const [r, g, b] = data.palette[of % data.palette.length]
    const seen = hidden.has(of) ? 0 : 255
    colours.set([r, g, b, seen], 4 * i)
    const n = i + 1
    numbers.set([n & 255, (n >> 8) & 255, (n >> 16) & 255, seen], 4 * i)
  }
}
paint()
const buffers = { position: buffer(points), colour: buffer(colours), number: buffer(numbers) }
const slots = { position: gl.getAttribLocation(program, 'position'), colour: gl.getAttribLocation(program, 'colour') }
gl.enable(gl.DEPTH_TEST)

let yaw = flat ? 0 : 0.6, pitch = flat ? 0 : 0.35, distance = 2.6, panX = 0, panY = 0
let chosen = -1
function viewMatrix() {
  const aspect = canvas.width / canvas.height, near = 0.01, far = 100, f = 1.8
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)]
  const rows = [[cy, 0, sy, -panX], [sp * sy, cp, -sp * cy, -panY], [-cp * sy, sp, cp * cy, -distance]]
  const scale = [f / Math.max(1, aspect) * 1, f, 0]
  scale[0] = aspect > 1 ? f / aspect : f
  scale[1] = aspect > 1 ? f : f * aspect
  const out = new Float32Array(16)
  for (let c = 0; c < 4; c++) {
    out[4 * c] = scale[0] * rows[0][c]
    out[4 * c + 1] = scale[1] * rows[1][c]
    out[4 * c + 2] = ((far + near) / (near - far)) * rows[2][c] + (c === 3 ? (2 * far * near) / (near - far) : 0)
    out[4 * c + 3] = -rows[2][c]
  }
  return out
}
function draw(numbered) {
  gl.viewport(0, 0, canvas.width, canvas.height)
  if (numbered) gl.clearColor(0, 0, 0, 0)
  else gl.clearColor(...data.background.map((value) => value / 255), 1)
  gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT)
  gl.uniformMatrix4fv(place.view, false, viewMatrix())
  gl.uniform1f(place.width, (numbered ? 1.5 : 1) * 0.011 * Math.min(1.6, 40 / Math.sqrt(count) + 0.6) * canvas.height)
  gl.uniform1f(place.round, numbered ? 0 : 1)
  gl.bindBuffer(gl.ARRAY_BUFFER, buffers.position)
  gl.enableVertexAttribArray(slots.position)
  gl.vertexAttribPointer(slots.position, 3, gl.FLOAT, false, 0, 0)
  gl.bindBuffer(gl.ARRAY_BUFFER, numbered ? buffers.number : buffers.colour)
  gl.enableVertexAttribArray(slots.colour)
  gl.vertexAttribPointer(slots.colour, 4, gl.UNSIGNED_BYTE, true, 0, 0)
  gl.drawArrays(gl.POINTS, 0, count)
}
let asked = false
function show() {
  if (asked) return
  asked = true
  requestAnimationFrame(() => {
    asked = false
    const ratio = Math.min(devicePixelRatio, 2)
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)]
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height]
    draw(false)
  })
}
function under(event) {
  const ratio = canvas.width / canvas.clientWidth
  draw(true)
  const pixel = new Uint8Array(4)
  gl.readPixels(event.offsetX * ratio, canvas.height - event.offsetY * ratio, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel)
  draw(false)
  return pixel[0] + 256 * pixel[1] + 65536 * pixel[2] - 1
}
function describe(i) {
  const lines = [data.names ? data.names[i] : 'row ' + i]
  if (classOf) lines.push(data.labelName + ': ' + data.classes[classOf[i]])
  return lines
}
let drag = null
canvas.addEventListener('pointerdown', (event) => {
  drag = { x: event.clientX, y: event.clientY, pan: flat || event.shiftKey || event.button === 2 }
  canvas.setPointerCapture(event.pointerId)
})
canvas.addEventListener('pointerup', () => (drag = null))
canvas.addEventListener('contextmenu', (event) => event.preventDefault())
canvas.addEventListener('pointermove', (event) => {
  if (drag) {
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y]
    if (drag.pan) {
      const step = distance / 1.8 / (Math.min(canvas.clientWidth, canvas.clientHeight) / 2)
      panX -= dx * step
      panY += dy * step
    } else {
      yaw += dx * 0.006
      pitch = Math.max(-1.57, Math.min(1.57, pitch + dy * 0.006))
    }
    Object.assign(drag, { x: event.clientX, y: event.clientY })
    tip.hidden = true
    return show()
  }
  chosen = under(event)
  tip.hidden = chosen < 0
  if (chosen < 0) return
  tip.replaceChildren()
  const picture = data.pictures && data.pictures[chosen]
  if (picture) {
    const made = document.createElement('img')
    made.src = picture
    made.alt = ''
    tip.append(made)
  }
  for (const line of describe(chosen)) {
    const made = document.createElement('div')
    made.textContent = line
    tip.append(made)
  }
  tip.style.left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8) + 'px'
  tip.style.top = Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 8) + 'px'
})
canvas.addEventListener('pointerleave', () => (tip.hidden = true))
canvas.addEventListener('wheel', (event) => {
  event.preventDefault()
  distance = Math.max(0.05, Math.min(20, distance * Math.exp(event.deltaY * 0.001)))
  show()
}, { passive: false })
canvas.addEventListener('keydown', (event) => {
  const turn = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[event.key]
  if (turn && flat) { panX += turn[0] * distance; panY -= turn[1] * distance }
  else if (turn) { yaw += turn[0]; pitch = Math.max(-1.57, Math.min(1.57, pitch + turn[1])) }
  else if (event.key === '+' || event.key === '=') distance /= 1.2
  else if (event.key === '-') distance *= 1.2
  else if (event.key === 'Home') { yaw = flat ? 0 : 0.6; pitch = flat ? 0 : 0.35; distance = 2.6; panX = panY = 0 }
  else return
  event.preventDefault()
  show()
})
if (data.classes) {
  const counts = new Int32Array(data.classes.length)
  for (const of of classOf) counts[of]++
  data.classes.forEach((name, of) => {
    const button = document.createElement('button')
    const spot = document.createElement('i')
    spot.style.background = 'rgb(' + data.palette[of % data.palette.length] + ')'
    button.append(spot, name + ' ' + counts[of])
    button.setAttribute('aria-pressed', 'true')
    button.addEventListener('click', () => {
      if (!hidden.delete(of)) hidden.add(of)
      button.setAttribute('aria-pressed', String(!hidden.has(of)))
      paint()
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers.colour)
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, colours)
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers.number)
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, numbers)
      show()
    })
    legend.append(button)
  })
}
addEventListener('resize', show)
show()
document.documentElement.dataset.drawn = String(count)
`
