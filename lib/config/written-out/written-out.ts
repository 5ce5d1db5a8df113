/** The document of a layout with its shorthands written out: workflows, templates, counted agents. Places stay those of the files. */
import type { YamlMap } from '../located.js'
import type { ProblemList } from '../problem-list.js'
import { withCounts } from './counted-agents.js'
import { withTemplates } from './templates.js'
import { withWorkflows, type WorkflowFiles } from './workflows.js'

/** The list hears of each new form of the document: what is reported after it has paths of that one. */
export function writtenOut(root: YamlMap, files: WorkflowFiles, list: ProblemList): YamlMap {
  const { report } = list
  const steps = [
    (from: YamlMap) => withTemplates(from, 'agents', 'type', report),
    (from: YamlMap) => withTemplates(from, 'tasks', 'title', report),
    (from: YamlMap) => withWorkflows(from, files, list),
    (from: YamlMap) => withCounts(from, report),
  ]
  let document = root
  for (const step of steps) {
    document = step(document)
    list.follow(document)
  }
  return document
}
