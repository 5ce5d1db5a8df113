import type { Report } from '../core/layout/report.js'
import { promptFilesOf } from './keys/layout.js'
import { localPath } from './local-path.js'
import type { YamlMap } from './located.js'
import { readText } from './read-text.js'

export interface Prompts {
  /** By task id. */
  readonly texts: ReadonlyMap<string, string>
  readonly files: readonly string[]
}

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

/** The files of `prompt_file:`, each read once. */
export async function readPrompts(
  root: YamlMap,
  options: { readonly directory: string; readonly home: string },
  report: Report,
): Promise<Prompts> {
  const results = new Map<string, Awaited<ReturnType<typeof readText>>>()
  const texts = new Map<string, string>()
  for (const [id, name] of promptFilesOf(root)) {
    if (name.includes('\0')) continue
    const path = localPath(name, options)
    const file = results.get(path) ?? (await readText(path))
    results.set(path, file)
    const fault = file.ok ? textFault(file.text) : file.message
    if (fault !== null) report(['tasks', id, 'prompt_file'], `${name}: ${fault}`)
    else if (file.ok) texts.set(id, file.text)
  }
  const files = [...results].filter(([, file]) => file.ok).map(([path]) => path)
  return { texts, files }
}

function textFault(text: string): string | null {
  if (text.trim() === '') return 'the file is empty'
  const at = text.search(CONTROL)
  if (at < 0) return null
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')
  return `line ${text.slice(0, at).split('\n').length} holds a control character (U+${code})`
}
