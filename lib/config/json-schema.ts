/** The JSON Schema that editors use, from the very schema that validates. */
import * as z from 'zod'
import { layoutSchema } from './keys/layout.js'

type Json = Record<string, unknown>

/** What `config/orchestra.schema.json` holds. */
export function layoutJsonSchema(): Json {
  const { $schema, ...schema } = z.toJSONSchema(layoutSchema(), { io: 'input' }) as Json
  return {
    $schema,
    title: 'orchestra layout',
    description: 'A cluster of AI coding agents in tmux: machines, agents, windows, tasks.',
    ...(adapt(schema) as Json),
  }
}

/** What the loader does before the schema sees a value, an editor must know too: `x-…` keys, and `${ENV}` in any place. */
function adapt(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(adapt)
  if (typeof node !== 'object' || node === null) return node
  const schema: Json = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, adapt(value)]))
  // The names of a record's entries are no values.
  if ('propertyNames' in (node as Json)) schema['propertyNames'] = (node as Json)['propertyNames']
  if (schema['type'] === 'object' && schema['additionalProperties'] === false) {
    return { ...schema, patternProperties: { '^x-': {} } }
  }
  // Which control characters are refused is no help in an editor.
  if (String(schema['pattern']).startsWith('^[^')) delete schema['pattern']
  const isExact =
    'enum' in schema || 'pattern' in schema || schema['type'] === 'number' || schema['type'] === 'integer'
  const isNarrow = isExact || schema['type'] === 'boolean'
  if (!isNarrow) return schema
  const { description, ...rest } = schema
  return {
    ...(description === undefined ? {} : { description }),
    anyOf: [rest, { type: 'string', pattern: '\\$\\{' }],
  }
}
