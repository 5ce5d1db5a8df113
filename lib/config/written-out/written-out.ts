/** The document of a layout with its shorthands written out: templates, counted agents. Places stay those of the file. */
import type { Report } from '../../core/layout/report.js'
import type { YamlMap } from '../located.js'
import { withCounts } from './counted-agents.js'
import { withTemplates } from './templates.js'

/** @param follow hears of each new form of the document: what is reported after it has paths of that one */
export function writtenOut(root: YamlMap, report: Report, follow: (root: YamlMap) => void): YamlMap {
  const steps = [
    (from: YamlMap) => withTemplates(from, 'tasks', 'title', report),
    (from: YamlMap) => withTemplates(from, 'agents', 'type', report),
    (from: YamlMap) => withCounts(from, report),
  ]
  let document = root
  for (const step of steps) {
    document = step(document)
    follow(document)
  }
  return document
}
