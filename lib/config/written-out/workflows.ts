/** `workflows:` written out as ordinary tasks: `login` that uses `feature` becomes login-plan, login-implement, … login-pr. */
import { isId } from '../../core/ids.js'
import { didYouMean } from '../../core/layout/did-you-mean.js'
import type { LayoutPath } from '../../core/layout/report.js'
import { quote } from '../../core/layout/report.js'
import { explainIssues } from '../explain-issue.js'
import { textsOf } from '../keys/read.js'
import { inputsOf, readWorkflow, workflowFileSchema } from '../keys/workflows.js'
import { entryOf, isMap, newList, newMap, put, type YamlMap } from '../located.js'
import { parseYaml } from '../parse-yaml.js'
import type { ProblemList } from '../problem-list.js'
import { settleEnvValues } from '../settle-env-values.js'
import { laidOver, move, withValue } from './map-edits.js'
import { withTemplates } from './templates.js'

export interface WorkflowFile {
  /** As messages call it. */
  readonly name: string
  readonly text: string
}

/** The file that a workflow uses; undefined: there is none, and that was told. */
export type WorkflowFiles = (use: string) => WorkflowFile | undefined

export function withWorkflows(root: YamlMap, files: WorkflowFiles, list: ProblemList): YamlMap {
  const workflows = root['workflows']
  if (!isMap(workflows)) return root
  const own = root['tasks']
  const tasks = newMap()
  if (isMap(own)) for (const name of Object.keys(own)) move(own, name, tasks)
  for (const [id, value] of Object.entries(workflows)) {
    const { use } = readWorkflow(value)
    const file = use === null ? undefined : files(use)
    if (!isMap(value) || file === undefined) continue
    for (const { name, from, key, task } of new Workflow(root, id, value, list).tasksOf(file)) {
      const path = ['workflows', id]
      if (Object.hasOwn(tasks, name)) list.report(path, `the task ${name} is in the layout already`)
      else if (!isId(name)) list.report(path, `${name} is too long a name for a task: at most 64 characters`)
      else put(tasks, name, task, entryOf(from, key)!)
    }
  }
  return withValue(root, 'tasks', tasks, entryOf(root, 'tasks') ?? entryOf(root, 'workflows'))
}

interface NamedTask {
  readonly name: string
  /** Where its name stands. */
  readonly from: YamlMap
  readonly key: string
  readonly task: unknown
}

class Workflow {
  readonly #root: YamlMap
  readonly #id: string
  readonly #value: YamlMap
  readonly #list: ProblemList

  constructor(root: YamlMap, id: string, value: YamlMap, list: ProblemList) {
    this.#root = root
    this.#id = id
    this.#value = value
    this.#list = list
  }

  tasksOf(file: WorkflowFile): NamedTask[] {
    const values = this.#valuesFor(file)
    if (values === undefined) return []
    const { root, problems } = parseYaml(file.text, file.name, values)
    this.#list.take(problems)
    if (root === null) return []
    const report = (path: LayoutPath, message: string | (() => string)) =>
      this.#list.add(root, path, message, 'error', false)
    const filled = withTemplates(withoutEmpty(root), 'tasks', 'title', report)
    const changed = this.#changed(filled)
    if (!this.#fits(changed)) return []
    const tasks = changed['tasks']
    if (!isMap(tasks)) return []
    const names = Object.keys(tasks)
    return names.map((key) => ({
      name: `${this.#id}-${key}`,
      from: tasks,
      key,
      task: this.#named(tasks[key], names),
    }))
  }

  /** The inputs as the layout gives them; undefined: some are missing, or the file cannot be read. */
  #valuesFor({ name, text }: WorkflowFile): Record<string, string> | undefined {
    const { root, problems } = parseYaml(text, name, {})
    if (root === null) {
      this.#list.take(problems)
      return undefined
    }
    const { use, with: given } = readWorkflow(this.#value)
    const inputs = inputsOf(root)
    const path = ['workflows', this.#id, 'with']
    const values: Record<string, string> = { id: this.#id }
    let isWhole = true
    for (const key of Object.keys(given)) {
      const names = inputs.map((input) => input.name)
      if (names.includes(key)) continue
      const hint = didYouMean(key, names) || ` (there are ${names.join(', ')})`
      this.#list.report([...path, key], `${use} has no input ${quote(key)}${hint}`)
    }
    for (const { name: input, fallback, about, isRole } of inputs) {
      const own = given[input] === undefined ? undefined : textAt(given, input)
      if (own === undefined && fallback === undefined) {
        isWhole = false
        this.#list.report(path, `${use} needs ${input}${about === null ? '' : `: ${about}`}`)
      } else if (own !== undefined) values[input] = own
      else values[input] = isRole && !rolesIn(this.#root).has(String(fallback)) ? '' : String(fallback)
    }
    return isWhole ? values : undefined
  }

  /** With what the layout says over the tasks of the file. */
  #changed(root: YamlMap): YamlMap {
    const { tasks: changes } = readWorkflow(this.#value)
    let tasks = root['tasks']
    for (const [name, change] of Object.entries(changes)) {
      if (!isMap(tasks) || !Object.hasOwn(tasks, name)) {
        const names = Object.keys(isMap(tasks) ? tasks : {})
        const hint = didYouMean(name, names) || ` (there are ${names.join(', ')})`
        this.#list.report(['workflows', this.#id, 'tasks', name], `the workflow has no task ${name}${hint}`)
      } else if (isMap(change) && 'extends' in change) {
        const path = ['workflows', this.#id, 'tasks', name, 'extends']
        this.#list.report(path, 'a task of a workflow takes nothing from templates of the layout')
      } else if (isMap(change) && isMap(tasks[name])) {
        tasks = withValue(tasks, name, laidOver(tasks[name], change, ['env']))
      }
    }
    return withValue(root, 'tasks', tasks)
  }

  #fits(root: YamlMap): boolean {
    const schema = workflowFileSchema()
    let result = schema.safeParse(root)
    if (!result.success && settleEnvValues(root, result.error.issues)) result = schema.safeParse(root)
    if (result.success) return true
    for (const { path, message, atKey } of explainIssues(result.error.issues, root))
      this.#list.add(root, path, message, 'error', atKey)
    return false
  }

  /** Its needs by their whole names; the first ones of the workflow also wait for what the workflow needs. */
  #named(value: unknown, names: readonly string[]): unknown {
    const task = isMap(value) ? value : newMap()
    const needs = textsOf(task['needs'])
    const inner = needs.some((need) => names.includes(need))
    const outer = inner ? [] : (readWorkflow(this.#value).needs ?? [])
    const all = newList()
    const place = entryOf(task, 'needs') ?? entryOf(this.#value, 'needs') ?? entryOf(this.#value, 'use')
    for (const need of [...outer, ...needs])
      put(all, all.length, names.includes(need) ? `${this.#id}-${need}` : need, place!)
    return all.length === 0 ? value : withValue(task, 'needs', all, place)
  }
}

/** An input that is left empty: the key that it stands under is not there. */
function withoutEmpty(map: YamlMap): YamlMap {
  const result = newMap()
  for (const [key, value] of Object.entries(map)) {
    if (value === '' && entryOf(map, key)?.source?.includes('${') === true) continue
    put(result, key, isMap(value) ? withoutEmpty(value) : value, entryOf(map, key)!)
  }
  return result
}

function textAt(map: YamlMap, key: string): string {
  const value = map[key]
  return typeof value === 'string' ? value : (entryOf(map, key)?.source ?? String(value))
}

/** Roles that an agent or a type of agents has. */
function rolesIn(root: YamlMap): ReadonlySet<string> {
  const roles = new Set<string>()
  for (const section of ['agents', 'agent_types']) {
    const entries = root[section]
    for (const entry of Object.values(isMap(entries) ? entries : {}))
      if (isMap(entry) && typeof entry['role'] === 'string') roles.add(entry['role'])
  }
  return roles
}
