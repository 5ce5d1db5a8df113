/** `workflows:` of a layout, and the files that they use. Their tasks are written out before a layout is expanded. */
import * as z from 'zod'
import { isMap, type YamlMap } from '../located.js'
import { keys, required, type Docs, type Key } from './key.js'
import { id, idSchema, matching, path, section, text, texts } from './kinds.js'
import { tasks } from './tasks.js'

/** What is put in for `${NAME}` of the file. */
const values = (): Key<YamlMap> => ({
  schema: () => z.record(inputName(), z.union([text().schema(), z.literal(''), z.number(), z.boolean()])),
  read: mapOf,
})
const inputName = () =>
  matching(
    /^[a-z][a-z0-9_]{0,39}$/,
    'is not a name of an input: small letters, digits and _',
  ).schema() as z.ZodString

/** Keys of a task, held to its form when they are put over the task of the file. */
const changes = (): Key<YamlMap> => ({
  schema: () => z.record(idSchema(), z.record(z.string(), z.unknown())),
  read: mapOf,
})

const workflow = keys(() => ({
  use: required(path()),
  with: values(),
  needs: texts(id()),
  tasks: changes(),
}))
export const WORKFLOW_DOCS: Docs<typeof workflow> = {
  use: '`feature`, `bugfix`, `deployment`, the name of a file in `workflows/` beside the layout or in the configuration directory, or a path',
  with: 'the inputs of the workflow by name',
  needs: 'tasks, gates and phases that its first tasks wait for',
  tasks: 'keys that are put over those of its tasks: `implement: { agent: CG-1, timeout: 2h }`',
}

export const workflows = () => section(workflow.schema)
export const readWorkflow = workflow.read

const input = keys(() => ({
  default: {
    schema: () => z.union([text().schema(), z.literal(''), z.number(), z.boolean()]),
    read: (value) => value,
  },
  about: text(),
  role: { schema: () => z.boolean(), read: (value) => value === true },
}))

/** A file: `inputs:` and `tasks:`. */
const file = keys(() => ({
  version: required({ schema: () => z.literal(1), read: () => 1 }),
  title: text(),
  inputs: {
    schema: () =>
      z.record(
        inputName(),
        z.union([text().schema(), z.literal(''), z.number(), z.boolean(), input.schema()]),
      ),
    read: mapOf,
  },
  tasks: required(tasks()),
}))
export const workflowFileSchema = file.schema

export interface Input {
  readonly name: string
  /** undefined: it must be given. */
  readonly fallback: unknown
  readonly about: string | null
  /** A role; where no agent has that of the default, any agent does the work. */
  readonly isRole: boolean
}

export function inputsOf(root: YamlMap): Input[] {
  return Object.entries(mapOf(root['inputs'])).map(([name, value]) => {
    if (!isMap(value)) return { name, fallback: value, about: null, isRole: false }
    const read = input.read(value)
    return { name, fallback: read.default, about: read.about, isRole: read.role }
  })
}

function mapOf(value: unknown): YamlMap {
  return isMap(value) ? value : {}
}
