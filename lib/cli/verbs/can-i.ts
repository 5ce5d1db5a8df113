import { PERMISSIONS, type Permission } from '../../core/access/permissions.js'
import { OrchestraError } from '../../core/errors.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { CanIDocument } from '../../core/protocol/access.js'
import type { Verb, VerbContext } from '../verb.js'
import { flag, may, text } from '../verb-arguments.js'

export const canI: Verb = {
  name: 'can-i',
  permission: 'any',
  describe: 'whether you, or somebody else, may use a verb; exit 1 for no',
  positionals: [
    may('verb', 'a verb, or a permission such as tasks:write'),
    may('target', 'an agent or a gate'),
  ],
  options: {
    as: text('for another principal: token:NAME, agent:ID, role:NAME'),
    list: flag('all verbs'),
  },
  example: 'orchestra can-i approve planned --as token:laptop',
  run: async (c) => {
    const [verb, target] = c.positionals
    if (c.flag('list')) return list(c)
    if (verb === undefined) throw new OrchestraError('can-i needs a verb, or --list', { kind: 'usage' })
    const permission = await permissionOf(c, verb)
    const answer = await ask(c, permission, target)
    const allowed = permission === null || answer.allowed
    if (c.json) c.out(`${JSON.stringify({ ...answer, permission, allowed })}\n`)
    else c.out(`${allowed ? 'yes' : `no: ${why(answer, permission, target)}`}\n`)
    return allowed ? 0 : 1
  },
}

async function list(c: VerbContext): Promise<number> {
  const answer = await ask(c, null, undefined)
  const has = (permission: Verb['permission']) =>
    permission === null || permission === 'any' || answer.role?.allow.includes(permission) === true
  const rows = (await c.verbs()).map(({ name, permission }) => ({
    verb: name,
    permission,
    allowed: has(permission),
  }))
  if (c.json) c.out(`${JSON.stringify({ principal: answer.principal, role: answer.role, verbs: rows })}\n`)
  else {
    c.out(`${answer.principal}: ${answer.role === null ? 'no role' : `role ${answer.role.id}`}\n`)
    const width = Math.max(...rows.map(({ verb }) => verb.length))
    for (const { verb, permission, allowed } of rows)
      c.out(`${allowed ? 'yes' : 'no '}  ${verb.padEnd(width)}  ${permission ?? ''}`.trimEnd() + '\n')
  }
  return 0
}

/** null: it needs none. */
async function permissionOf(c: VerbContext, word: string): Promise<Permission | null> {
  const permission = PERMISSIONS.find((one) => one === word)
  if (permission !== undefined) return permission
  const verbs = await c.verbs()
  const verb = verbs.find(({ name }) => name === word)
  if (verb !== undefined) return verb.permission === 'any' ? null : verb.permission
  const names = [...verbs.map(({ name }) => name), ...PERMISSIONS]
  throw new OrchestraError(`there is no verb ${word}${didYouMean(word, names)}`, { kind: 'usage' })
}

async function ask(
  c: VerbContext,
  permission: Permission | null,
  target: string | undefined,
): Promise<CanIDocument> {
  const query = new URLSearchParams({
    ...(permission === null ? {} : { permission }),
    ...(target === undefined ? {} : { target }),
    ...(c.option('as') === undefined ? {} : { as: c.option('as') }),
  } as Record<string, string>)
  return (await c.connect()).get<CanIDocument>(`/v1/can-i?${query.toString()}`)
}

function why(
  { principal, role }: CanIDocument,
  permission: string | null,
  target: string | undefined,
): string {
  if (role === null) return `${principal} has no role`
  const reach =
    target !== undefined && permission !== null && (role.allow as readonly string[]).includes(permission)
  return reach
    ? `${principal} has the role ${role.id}, which does not reach ${target}`
    : `${principal} has the role ${role.id}, which does not have ${permission}`
}
