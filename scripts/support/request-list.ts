import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const DIR = resolve(import.meta.dirname, '..', '..', 'lib', 'daemon', 'requests')
export const LIST = join(DIR, 'index.ts')

/** The text of the list: every file that exports a row, by the row's name. */
export function requestList(): string {
  const rows = readdirSync(DIR)
    .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
    .toSorted()
    .flatMap((file) => {
      const row = /^export const (\w+) = (?:request|streamRequest)\(/m.exec(
        readFileSync(join(DIR, file), 'utf8'),
      )
      return row?.[1] === undefined ? [] : [{ name: row[1], module: `./${file.replace(/\.ts$/, '.js')}` }]
    })
  return `/** Every request. Written by scripts/requests.ts (\`npm run fix\`): a request is a file beside this one. */
${rows.map(({ name, module }) => `import { ${name} } from '${module}'\n`).join('')}import type { DaemonRequest } from './request.js'

export const REQUESTS: readonly DaemonRequest[] = [
${rows.map(({ name }) => `  ${name},\n`).join('')}]
`
}
