import type { DiffForm } from '../trees/diff-work.js'

const FORMS: readonly DiffForm[] = ['stat', 'patch', 'names']

export function diffForm(query: URLSearchParams): DiffForm {
  return FORMS.find((form) => form === query.get('form')) ?? 'patch'
}
