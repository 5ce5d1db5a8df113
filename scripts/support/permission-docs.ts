/** The tables of docs/permissions.md, from the roles and from the rows of all requests. */
import { PERMISSIONS } from '../../lib/core/access/permissions.js'
import { BUILT_IN_ROLES } from '../../lib/core/access/roles.js'
import { allVerbs } from '../../lib/cli/verbs.js'
import { REQUESTS } from '../../lib/daemon/requests/index.js'

export const PERMISSIONS_PAGE = 'docs/permissions.md'

/** The document with its tables as they should be. */
export async function permissionDocs(document: string): Promise<string> {
  const tables: Readonly<Record<string, string>> = {
    roles: roleTable(),
    requests: requestTable(),
    verbs: await verbTable(),
  }
  return document.replace(
    /(<!-- table of (\w+) -->\n)[^]*?(?=\n<!-- end -->)/g,
    (_, mark: string, name: string) => `${mark}\n${tables[name] ?? ''}\n`,
  )
}

const ROLES = BUILT_IN_ROLES.map(({ id }) => id)

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}

function roleTable(): string {
  const rows = PERMISSIONS.map((permission) => [
    `\`${permission}\``,
    ...BUILT_IN_ROLES.map(({ allow }) => (allow.includes(permission) ? 'yes' : '')),
  ])
  return table(['permission', ...ROLES], rows)
}

/** With the query that every row has: none. */
function requestTable(): string {
  const rows = REQUESTS.map((row) => {
    const wanted = [
      ...(row.permission === 'any' ? [] : [row.permission]),
      ...(row.also?.(new URLSearchParams()) ?? []),
    ]
    const may = BUILT_IN_ROLES.map(({ allow }) =>
      wanted.every((one) => allow.includes(one)) ? 'yes' : '403',
    )
    const needs = wanted.length === 0 ? 'to be known' : wanted.map((one) => `\`${one}\``).join(' ')
    return [`\`${row.method} ${row.path}\``, needs, ...may]
  })
  return table(
    ['request', 'needs', ...ROLES],
    rows.toSorted(([a = ''], [b = '']) => order(a).localeCompare(order(b))),
  )
}

/** By path, then by method. */
function order(cell: string): string {
  const [method = '', path = ''] = cell.replaceAll('`', '').split(' ')
  return `${path} ${method}`
}

async function verbTable(): Promise<string> {
  const by = new Map<string, string[]>()
  for (const { name, permission } of await allVerbs()) {
    const needs =
      permission === null ? 'asks no daemon' : permission === 'any' ? 'to be known' : `\`${permission}\``
    by.set(needs, [...(by.get(needs) ?? []), `\`${name}\``])
  }
  return table(
    ['needs', 'verbs'],
    [...by].map(([needs, verbs]) => [needs, verbs.join(' ')]),
  )
}
