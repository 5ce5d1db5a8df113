import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const DIR = resolve(import.meta.dirname, '..', '..', 'lib', 'daemon', 'requests')
export const LIST = join(DIR, 'index.ts')
/** The list of requests that are also answered without a daemon. */
export const READING_LIST = join(DIR, 'reading.ts')

interface Row {
  readonly name: string
  readonly module: string
  readonly maker: string
}

/** Every file that exports a row, by the row's name. */
function rows(): Row[] {
  return readdirSync(DIR)
    .filter((file) => file.endsWith('.ts') && file !== 'index.ts' && file !== 'reading.ts')
    .toSorted()
    .flatMap((file) => {
      const [, name, maker] =
        /^export const (\w+) = (request|readingRequest|streamRequest)\(/m.exec(
          readFileSync(join(DIR, file), 'utf8'),
        ) ?? []
      const module = `./${file.replace(/\.ts$/, '.js')}`
      return name === undefined || maker === undefined ? [] : [{ name, maker, module }]
    })
}

const importsOf = (some: readonly Row[]) =>
  some.map(({ name, module }) => `import { ${name} } from '${module}'\n`).join('')
const namesOf = (some: readonly Row[]) => some.map(({ name }) => `  ${name},\n`).join('')

/** The text of the list. */
export function requestList(): string {
  const all = rows()
  return `/** Every request. Written by scripts/requests.ts (\`npm run fix\`): a request is a file beside this one. */
${importsOf(all)}import type { DaemonRequest } from './request.js'

export const REQUESTS: readonly DaemonRequest[] = [
${namesOf(all)}]
`
}

/** As `requestList`, of the rows made by `readingRequest`. */
export function readingList(): string {
  const reading = rows().filter(({ maker }) => maker === 'readingRequest')
  return `/** Requests that are also answered from a store without a daemon. Written by scripts/requests.ts (\`npm run fix\`). */
${importsOf(reading)}import type { Route } from '../../api/route.js'
import type { Reading } from '../kernel/reading.js'

export const READING_REQUESTS: readonly Route<Reading>[] = [
${namesOf(reading)}]
`
}
