// Which room may import which: an explicit allow-list. A room that is not on another's line stays shut to it.
// Everyone may import src-shared; inside one room everything is allowed.

/** Rooms of src-shared: no Node, no DOM, no tfjs. */
const shared = {
  numerics: [],
  colour: [],
  domain: ['numerics'],
  protocol: ['domain'],
  analysis: ['numerics', 'domain'],
}

/** Rooms of src-main. */
const main = {
  compute: [],
  networks: ['compute'],
  checkpoints: [],
  datasets: [],
  methods: ['networks'],
  training: ['compute', 'datasets', 'methods'],
  analysis: ['compute'],
  projection: ['compute'],
  engine: ['compute', 'networks', 'checkpoints', 'datasets', 'methods', 'training', 'analysis', 'projection'],
  processes: [],
  lab: ['processes'],
  cli: ['lab', 'processes'],
  server: ['processes'],
  electron: ['processes'],
}

/** Rooms of src-renderer, from the wire to the shell. */
const renderer = {
  client: [],
  state: ['client'],
  ui: ['state', 'client'],
  canvas: ['state', 'client'],
  views: ['ui', 'canvas', 'state', 'client'],
  app: ['views', 'ui', 'canvas', 'state', 'client'],
}

/** Packages that only some rooms may touch. */
const packages = [
  {
    name: 'tfjs',
    path: '@tensorflow',
    rooms: ['compute', 'networks', 'methods', 'training', 'analysis', 'projection'],
  },
  { name: 'onnxruntime', path: 'onnxruntime-(node|common)', rooms: ['compute'] },
  { name: 'sharp', path: 'node_modules/sharp', rooms: ['datasets'] },
  { name: 'sqlite', path: 'better-sqlite3', rooms: ['lab'] },
  { name: 'electron', path: 'node_modules/electron/', rooms: ['electron'] },
]

const wall = (layer, room, open, alsoOpen) => ({
  name: `${layer}/${room}`,
  comment: `${room}/ may import: ${[...open, ...alsoOpen].join(', ') || 'nothing beside itself'}`,
  severity: 'error',
  from: { path: `^${layer}/${room}/` },
  to: {
    path: '^src-(main|renderer|shared)/',
    pathNot: [
      `^${layer}/${room}/`,
      ...open.map((other) => `^${layer}/${other}/`),
      ...alsoOpen.map((other) => `^${other}/`),
    ],
  },
})

module.exports = {
  forbidden: [
    ...Object.entries(shared).map(([room, open]) => wall('src-shared', room, open, [])),
    ...Object.entries(main).map(([room, open]) => wall('src-main', room, open, ['src-shared'])),
    ...Object.entries(renderer).map(([room, open]) => wall('src-renderer', room, open, ['src-shared'])),
    {
      name: 'src-shared-is-pure',
      comment: 'src-shared runs in the window and in Node: no Node module, no package but zod',
      severity: 'error',
      from: { path: '^src-shared/' },
      to: { pathNot: ['^src-shared/', 'node_modules/zod/'] },
    },
    ...packages.map(({ name, path, rooms }) => ({
      name: `package-${name}`,
      comment: `only ${rooms.join(', ')} may touch ${name}`,
      severity: 'error',
      from: { path: '^src-', pathNot: rooms.map((room) => `^src-main/${room}/`) },
      to: { path },
    })),
    { name: 'no-circles', severity: 'error', from: { path: '^src-' }, to: { circular: true } },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: { path: '^src-' },
      to: { path: '^tests/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.cjs', '.svelte', '.json'] },
  },
}
