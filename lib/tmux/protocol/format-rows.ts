/** Rows of fields out of tmux formats. A row that does not fit is an error: it must never read as "absent". */
import { fix } from '../../core/fixes.js'
import { OrchestraError } from '../../core/errors.js'

const SEPARATOR = '|'

/** The format that prints the fields (names of variables or `@options`). Only the last may hold free text. */
export function rowFormat(fields: readonly string[]): string {
  return fields.map((field) => `#{${field}}`).join(SEPARATOR)
}

export type Row<Field extends string> = Readonly<Record<Field, string>>

/** Throws OrchestraError(failed) on a row with too few fields. */
export function parseRows<const Field extends string>(text: string, fields: readonly Field[]): Row<Field>[] {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n')
  return lines.map((line) => parseRow(line, fields))
}

export function parseRow<const Field extends string>(line: string, fields: readonly Field[]): Row<Field> {
  const values = line.split(SEPARATOR)
  if (values.length < fields.length) throw malformedRow(line)
  const last = values.slice(fields.length - 1).join(SEPARATOR)
  return Object.fromEntries(
    fields.map((field, i) => [field, i === fields.length - 1 ? last : values[i]]),
  ) as Row<Field>
}

export function malformedRow(line: string): OrchestraError {
  return new OrchestraError('tmux gave a row that does not parse', {
    kind: 'failed',
    hint: `Something changed an @orch_… option or the format of tmux; \`${fix('doctor.ask')}\` looks at the server.`,
    details: { line: line.slice(0, 200) },
  })
}
