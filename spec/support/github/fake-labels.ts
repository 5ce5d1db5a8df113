/** Labels of a repository: the name of one is there once, whoever asks for it. */
import { labelNamed } from './fake-json.js'
import { refuse } from './fake-refuse.js'
import { invalid, mayPush, type FakeContext, type Handler } from './fake-routes.js'
import type { FakeRepository } from './fake-world.js'

export function addLabel(
  { world }: FakeContext,
  repository: FakeRepository,
  name: string,
  description: string | null = null,
): void {
  if (!repository.labels.some((one) => one.name.toLowerCase() === name.toLowerCase()))
    repository.labels.push({ id: world.nextId(), name, color: 'ededed', description })
}

const textOr = (value: unknown) => (typeof value === 'string' ? value : null)

export function labelRoutes(repo: string): Readonly<Record<string, Handler>> {
  const ofLabel =
    (work: (at: number, ...args: Parameters<Handler>) => ReturnType<Handler>): Handler =>
    (request, context) => {
      const name = decodeURIComponent(request.params['name'] ?? '').toLowerCase()
      const at = request.repository.labels.findIndex((one) => one.name.toLowerCase() === name)
      if (at < 0) return refuse(404, 'Not Found')
      return mayPush(request) ? work(at, request, context) : refuse(403, 'Resource not accessible')
    }
  return {
    [`GET ${repo}/labels`]: ({ repository }, { json }) => ({
      status: 200,
      list: repository.labels.map((one) => json.label(one)),
    }),
    [`POST ${repo}/labels`]: (request, context) => {
      const { body, repository } = request
      const name = String(body['name'])
      if (!mayPush(request)) return refuse(403, 'Resource not accessible')
      if (repository.labels.some((one) => one.name.toLowerCase() === name.toLowerCase()))
        return invalid('Label', 'already_exists', 'name')
      addLabel(context, repository, name, textOr(body['description']))
      return { status: 201, body: context.json.label(labelNamed(repository, name)) }
    },
    [`PATCH ${repo}/labels/{name}`]: ofLabel((at, { repository, body }, { json }) => {
      const changed = { ...repository.labels[at]!, description: textOr(body['description']) }
      repository.labels[at] = changed
      return { status: 200, body: json.label(changed) }
    }),
    [`DELETE ${repo}/labels/{name}`]: ofLabel((at, { repository }) => {
      repository.labels.splice(at, 1)
      return { status: 204 }
    }),
  }
}
