/** Workflow runs, their jobs and logs, and commits, of the fake GitHub. */
import type { Handler } from './fake-routes.js'

export const actionsRoutes = (repo: string): Readonly<Record<string, Handler>> => ({
  [`GET ${repo}/actions/runs`]: ({ repository, query }, { json }) => {
    const found = repository.runs
      .filter(
        (run) =>
          (query['branch'] === undefined || run.branch === query['branch']) &&
          (query['event'] === undefined || run.event === query['event']) &&
          (query['status'] === undefined || [run.status, run.conclusion].includes(query['status'])),
      )
      .toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id)
    return {
      status: 200,
      list: found.map((run) => json.run(repository, run)),
      wrap: (page, total) => ({ total_count: total, workflow_runs: page }),
    }
  },
  [`GET ${repo}/actions/runs/{run_id}`]: ({ repository, params }, { json }) => {
    const run = repository.runs.find(({ id }) => id === Number(params['run_id']))
    return run === undefined
      ? { status: 404, body: { message: 'Not Found' } }
      : { status: 200, body: json.run(repository, run) }
  },
  [`GET ${repo}/actions/runs/{run_id}/jobs`]: ({ repository, params }, { json }) => {
    const run = repository.runs.find(({ id }) => id === Number(params['run_id']))
    if (run === undefined) return { status: 404, body: { message: 'Not Found' } }
    return {
      status: 200,
      list: run.jobs.map((job) => json.job(repository, run, job)),
      wrap: (page, total) => ({ total_count: total, jobs: page }),
    }
  },
  [`GET ${repo}/actions/jobs/{job_id}/logs`]: ({ repository, params }, { api }) => {
    const id = Number(params['job_id'])
    const isThere = repository.runs.some(({ jobs }) => jobs.some((job) => job.id === id))
    if (!isThere) return { status: 404, body: { message: 'Not Found' } }
    // On another host, with a key of its own in the link.
    const host = api().replace('127.0.0.1', 'localhost')
    return { status: 302, headers: { location: `${host}/_logs/${repository.id}/${id}?sig=short-lived` } }
  },
  [`GET ${repo}/commits`]: ({ repository, query }, { json }) => {
    const since = query['since'] === undefined ? -Infinity : Date.parse(query['since'])
    const found = repository.commits.filter(({ at }) => at >= since).toSorted((a, b) => b.at - a.at)
    return { status: 200, list: found.map((one) => json.commit(repository, one)) }
  },
})
