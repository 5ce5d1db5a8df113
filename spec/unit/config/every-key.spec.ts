import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { layoutJsonSchema } from '../../../lib/config/json-schema.js'
import { expandLayout, includesOf, layoutSchema, promptFilesOf } from '../../../lib/config/keys/layout.js'
import type { YamlMap } from '../../../lib/config/located.js'
import { parseYaml } from '../../../lib/config/parse-yaml.js'
import { writtenOut } from '../../../lib/config/written-out/written-out.js'
import { ProblemList } from '../../../lib/config/problem-list.js'
import { LAYOUT_PAGES, layoutDocs } from '../../../scripts/layout-docs.js'

const EVERY_KEY = new URL('../../fixtures/layouts/good/every-key.yaml', import.meta.url)

const STEPS = readFileSync(new URL('../../fixtures/layouts/good/parts/steps.yaml', import.meta.url), 'utf8')

type Json = Record<string, unknown>
type Steps = readonly (string | number)[]
const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `tasks.*.retry.delay`, `windows[].panes[].size` of every key that the schema knows, by the map that it stands in. */
function mapsOf(schema: unknown, path: string, maps: Map<string, Set<string>>): Map<string, Set<string>> {
  if (!isMap(schema)) return maps
  for (const branch of Array.isArray(schema['anyOf']) ? schema['anyOf'] : []) mapsOf(branch, path, maps)
  mapsOf(schema['items'], `${path}[]`, maps)
  mapsOf(schema['additionalProperties'], `${path}.*`, maps)
  if (isMap(schema['properties'])) {
    maps.set(path, new Set(Object.keys(schema['properties'])))
    for (const [key, inner] of Object.entries(schema['properties'])) mapsOf(inner, `${path}.${key}`, maps)
  }
  return maps
}

/** The words that a key may be, where it is one of a few. */
function wordsOf(
  schema: unknown,
  path: string,
  words: Map<string, readonly unknown[]>,
): Map<string, readonly unknown[]> {
  if (!isMap(schema)) return words
  if (Array.isArray(schema['enum'])) words.set(path, schema['enum'])
  for (const branch of Array.isArray(schema['anyOf']) ? schema['anyOf'] : []) wordsOf(branch, path, words)
  wordsOf(schema['items'], `${path}[]`, words)
  wordsOf(schema['additionalProperties'], `${path}.*`, words)
  for (const [key, inner] of Object.entries(isMap(schema['properties']) ? schema['properties'] : {}))
    wordsOf(inner, `${path}.${key}`, words)
  return words
}

/** The places of all keys in a document, those of a map before those of the maps in it. */
function placesIn(value: unknown, above: Steps): Steps[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => placesIn(item, [...above, at]))
  if (!isMap(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => [
    [...above, key],
    ...placesIn(inner, [...above, key]),
  ])
}

describe('every key of the layout', () => {
  const maps = mapsOf(layoutJsonSchema(), '', new Map())
  const keys = new Set([...maps].flatMap(([path, names]) => [...names].map((name) => `${path}.${name}`)))
  const words = wordsOf(layoutJsonSchema(), '', new Map())

  it('changes what is loaded: no key of the schema is read by nobody', async () => {
    const text = await readFile(EVERY_KEY, 'utf8')
    const document = rootOf(text)
    const whole = resultOf(document)
    expect(whole.startsWith('[true,[],'), whole).to.equal(true)
    const counting = new Set<string>()
    for (const place of placesIn(document, [])) {
      const name = nameOf(place, keys)
      // Without the key; where that is what it says anyhow, with each other word that it may be.
      for (const other of name === null ? [] : [undefined, ...(words.get(name) ?? [])]) {
        if (counting.has(name!)) break
        const root = structuredClone(document)
        const map = place.slice(0, -1).reduce<unknown>((at, step) => (at as Json)[step], root) as Json
        if (other === undefined) delete map[place.at(-1)!]
        else map[place.at(-1)!] = other
        if (resultOf(root) !== whole) counting.add(name!)
      }
    }
    expect([...keys].filter((key) => !counting.has(key))).to.deep.equal([])
    expect(keys.size).to.be.greaterThan(100)
  })

  it('has a row in docs/ (npx tsx scripts/schema.ts)', async () => {
    const tables: (readonly string[])[] = []
    for (const page of LAYOUT_PAGES) {
      const docs = await readFile(new URL(`../../../${page}`, import.meta.url), 'utf8')
      const { text, keys } = layoutDocs(docs)
      expect(text).to.equal(docs)
      tables.push(...keys)
    }
    for (const [path, names] of maps) {
      const missing = tables.map((rows) => [...names].filter((name) => !rows.includes(name)))
      expect(
        missing.some((of) => of.length === 0),
        `no table has all of ${path}: ${[...names].join(', ')}`,
      ).to.equal(true)
    }
  })
})

function rootOf(text: string): YamlMap {
  const { root, problems } = parseYaml(text, 'every-key.yaml', {})
  expect(problems).to.deep.equal([])
  return root!
}

/** Everything that comes of a document. */
function resultOf(root: YamlMap): string {
  const list = new ProblemList(root, [])
  const isValid = layoutSchema().safeParse(root).success
  const options = { directory: '/d', home: '/h', prompts: new Map<string, string>() }
  const written = writtenOut(root, (use) => ({ name: use, text: STEPS }), list)
  const layout = expandLayout(written, options, list.report)
  const files = [includesOf(root), promptFilesOf(written)]
  return JSON.stringify([isValid, list.sorted(), files, layout])
}

/** The schema's name of a place: ids are `*`, positions `[]`; null: a name of the person's own, as of a variable. */
function nameOf(place: Steps, keys: ReadonlySet<string>): string | null {
  let path = ''
  for (const step of place) {
    if (typeof step === 'number') path += '[]'
    else path += keys.has(`${path}.${step}`) ? `.${step}` : '.*'
  }
  return path.endsWith('*') || !keys.has(path) ? null : path
}
