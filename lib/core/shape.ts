/**
 * What a stored value looks like, said once: the decoder reads by it, the compiler holds it to the type of the value, and a
 * golden file of its paths shows when a stored form changes (spec/unit/core/run/journal/shapes.spec.ts).
 */
export interface Shape<T> {
  /** @throws Mismatch. @returns `value` itself where nothing had to be filled in. */
  readonly read: (value: unknown) => T
  /** A line for each leaf below `path`. */
  readonly describe: (path: string) => readonly string[]
  /** What stands for a value that is absent: it was introduced after the first journals were written. */
  readonly absent?: () => T
  /** Makes the compiler compare `T` in both directions: a word that is missing in a shape is an error as well. */
  readonly exact?: (value: T) => T
}

/** Where a value is not what it must be: thrown by `read`, caught by the decoder. The path grows on the way out. */
export class Mismatch {
  readonly path: string[] = []
  readonly found: string

  constructor(wanted: string, value: unknown) {
    this.found = `${wanted} expected, found ${describeValue(value)}`
  }

  toString(): string {
    const path = this.path.toReversed().join('').replace(/^\./, '')
    return path === '' ? this.found : `${path}: ${this.found}`
  }
}

function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function leaf<T>(name: string, is: (value: unknown) => boolean): Shape<T> {
  return {
    read: (value) => {
      if (!is(value)) throw new Mismatch(name, value)
      return value as T
    },
    describe: (path) => [`${path}: ${name}`],
  }
}

/** A string; with a type argument one of ours that was checked when the event was made. */
export const text = <T extends string = string>(): Shape<T> =>
  leaf('text', (value) => typeof value === 'string')
export const number: Shape<number> = leaf('number', (value) => typeof value === 'number')
export const flag: Shape<boolean> = leaf('true or false', (value) => typeof value === 'boolean')

export function word<const T extends string | number>(...words: readonly T[]): Shape<T> {
  const known = new Set<unknown>(words)
  return leaf(words.join(' | '), (value) => known.has(value))
}

/** As `limit: 5` or `limit: none`. */
export function numberOrWord<const T extends string>(one: T): Shape<number | T> {
  return leaf(`number | ${one}`, (value) => typeof value === 'number' || value === one)
}

export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return {
    read: (value) => (value === null ? null : shape.read(value)),
    describe: (path) => shape.describe(path).map((line) => `${line} | null`),
  }
}

/** A field that older journals do not have. `value` is what its absence meant then. */
export function since<T>(value: NoInfer<T>, shape: Shape<T>): Shape<T> {
  return {
    read: shape.read,
    describe: (path) => shape.describe(path).map((line) => `${line} (absent: ${JSON.stringify(value)})`),
    absent: () => value,
  }
}

export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return {
    read: (value) => {
      if (!Array.isArray(value)) throw new Mismatch('a list', value)
      return same(value, (item, i) => within(`[${i}]`, () => shape.read(item)))
    },
    describe: (path) => shape.describe(`${path}[]`),
  }
}

function same(items: readonly unknown[], read: (item: unknown, i: number) => unknown): readonly never[] {
  let copy: unknown[] | undefined
  for (let i = 0; i < items.length; i += 1) {
    const item = read(items[i], i)
    if (item === items[i]) continue
    copy ??= [...items]
    copy[i] = item
  }
  return (copy ?? items) as readonly never[]
}

/** Names that the layout chose, each with a value of one shape. */
export function names<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    read: (value) => {
      for (const [name, item] of Object.entries(plain(value))) within(`.${name}`, () => shape.read(item))
      return value as Readonly<Record<string, T>>
    },
    describe: (path) => shape.describe(`${path}.*`),
  }
}

export type Fields<T> = { readonly [K in keyof T]-?: Shape<T[K]> }

/** Fields that are not named here are kept as they are. */
export function fields<T extends object>(shapes: Fields<T>): Shape<T> {
  const entries = Object.entries(shapes) as [string, Shape<unknown>][]
  return {
    read: (value) => {
      const from = plain(value)
      let copy: Record<string, unknown> | undefined
      for (const [name, shape] of entries) {
        const before = from[name]
        const after =
          before === undefined && shape.absent !== undefined ? shape.absent() : readField(name, shape, before)
        if (after !== before) (copy ??= { ...from })[name] = after
      }
      return (copy ?? from) as T
    },
    describe: (path) =>
      entries.flatMap(([name, shape]) => shape.describe(path === '' ? name : `${path}.${name}`)),
  }
}

function readField(name: string, shape: Shape<unknown>, value: unknown): unknown {
  try {
    return shape.read(value)
  } catch (error) {
    if (error instanceof Mismatch) error.path.push(`.${name}`)
    throw error
  }
}

function within<T>(step: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof Mismatch) error.path.push(step)
    throw error
  }
}

function plain(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Mismatch('an object', value)
  return value as Readonly<Record<string, unknown>>
}

/** A union whose members are told apart by the word in one field. */
export function oneOf<T extends object, K extends keyof T & string>(
  key: K,
  members: { readonly [W in T[K] & string]: Fields<Omit<Extract<T, Readonly<Record<K, W>>>, K>> },
): Shape<T> {
  const shapes = new Map(
    Object.entries(members).map(([name, member]) => [name, fields(member as Fields<object>)]),
  )
  return {
    read: (value) => {
      const name = plain(value)[key]
      const shape = shapes.get(String(name))
      if (shape === undefined) {
        throw Object.assign(new Mismatch([...shapes.keys()].join(' | '), name), { path: [`.${key}`] })
      }
      return shape.read(value) as T
    },
    describe: (path) => [...shapes].flatMap(([name, shape]) => shape.describe(`${path}<${name}>`)),
  }
}
