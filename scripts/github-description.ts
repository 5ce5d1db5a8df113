/**
 * Writes spec/fixtures/github/description.json: of GitHub's own description of its API what orchestra and the fake GitHub of
 * the specs use, as JSON Schemas for ajv, and an example of each thing that the fake makes. The whole is 385 MB as a package,
 * so it is no dependency: `npm install --prefix DIR @octokit/openapi@23.0.2 && npx tsx scripts/github-description.ts DIR`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OPERATIONS, TEMPLATES } from './github-operations.js'

type Json = Record<string, any>

const place = join(process.argv[2] ?? '.', 'node_modules/@octokit/openapi')
const whole = JSON.parse(readFileSync(join(place, 'generated/api.github.com.json'), 'utf8')) as Json
const { version } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as { version: string }

const needed = new Map<string, Json>()

/** Of a schema what says something about a value: no words for people, `nullable` as JSON Schema has it. */
function reduced(schema: any, isRequest = false): any {
  if (Array.isArray(schema)) return schema.map((one) => reduced(one, isRequest))
  if (typeof schema !== 'object' || schema === null) return schema
  if (typeof schema.$ref === 'string') return { $ref: `#/$defs/${refer(schema.$ref as string)}` }
  const result: Json = {}
  for (const [key, value] of Object.entries(schema as Json)) {
    if (
      ['description', 'example', 'examples', 'title', 'deprecated', 'default', 'externalDocs'].includes(
        key,
      ) ||
      key.startsWith('x-')
    )
      continue
    if (key === 'nullable' || key === 'readOnly' || key === 'format') continue
    if (key === 'properties')
      result[key] = Object.fromEntries(
        Object.entries(value as Json).map(([name, one]) => [name, reduced(one, isRequest)]),
      )
    else result[key] = reduced(value, isRequest)
  }
  if (schema.format === 'date-time') result['pattern'] = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d'
  // A request with a key that is not there is a slip of ours, though GitHub ignores it.
  if (isRequest && result['properties'] !== undefined && schema.additionalProperties === undefined)
    result['additionalProperties'] = false
  if (schema.nullable !== true) return result
  if (typeof result['type'] === 'string') result['type'] = [result['type'], 'null']
  if (Array.isArray(result['enum'])) result['enum'] = [...(result['enum'] as unknown[]), null]
  if (result['type'] === undefined) return { anyOf: [result, { type: 'null' }] }
  return result
}

function refer(ref: string): string {
  const name = ref.split('/').slice(2).join('.')
  if (!needed.has(name)) {
    needed.set(name, {})
    needed.set(name, reduced(lookUp(ref)))
  }
  return name
}

function lookUp(ref: string): any {
  return ref
    .split('/')
    .slice(1)
    .reduce((at, step) => at[step], whole)
}

const solid = (value: any): any =>
  typeof value?.$ref === 'string' ? solid(lookUp(value.$ref as string)) : value

const operations: Json = {}
for (const [method, path] of OPERATIONS.map((line) => line.split(' ') as [string, string])) {
  const item = whole['paths'][path] as Json | undefined
  const operation = item?.[method.toLowerCase()] as Json | undefined
  if (item === undefined || operation === undefined) throw new Error(`${method} ${path} is not in ${version}`)
  const parameters = [
    ...((item['parameters'] as Json[]) ?? []),
    ...((operation['parameters'] as Json[]) ?? []),
  ].map(solid)
  const query = parameters.filter((one) => one.in === 'query')
  const body = solid(operation['requestBody'])?.content?.['application/json']?.schema
  operations[`${method} ${path}`] = {
    query: {
      type: 'object',
      properties: Object.fromEntries(query.map((one) => [one.name, reduced(one.schema)])),
      additionalProperties: false,
    },
    ...(body === undefined ? {} : { body: reduced(body, true) }),
    responses: Object.fromEntries(
      Object.entries(operation['responses'] as Json).map(([status, response]) => {
        const schema = solid(response)?.content?.['application/json']?.schema
        return [status, schema === undefined ? null : reduced(schema)]
      }),
    ),
  }
}

const examples = Object.fromEntries(
  Object.entries(TEMPLATES).map(([name, example]) => {
    const value = (whole['components']['examples'] as Json)[example]?.value
    if (value === undefined) throw new Error(`there is no example ${example} in ${version}`)
    return [name, value]
  }),
)

const file = fileURLToPath(new URL('../spec/fixtures/github/description.json', import.meta.url))
const text = JSON.stringify({
  from: `@octokit/openapi ${version}, api.github.com`,
  operations,
  $defs: Object.fromEntries([...needed].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  examples,
})
writeFileSync(file, `${text}\n`)
process.stdout.write(
  `${Object.keys(operations).length} operations, ${needed.size} schemas, ${text.length} characters\n`,
)
