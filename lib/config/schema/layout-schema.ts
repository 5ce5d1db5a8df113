/** The shape of a layout file. The JSON Schema for editors is made from this very schema. */
import * as z from 'zod'
import { once } from '../../core/once.js'
import { BUILT_IN_AGENT_TYPES, NOISE, TRANSPORTS } from '../../core/layout/model.js'
import {
  code,
  command,
  count,
  destination,
  duration,
  envMap,
  host,
  id,
  line,
  listOf,
  path,
  percentage,
  principal,
  quiet,
  repository,
  socket,
  strict,
  text,
  title,
  user,
  webhook,
} from './fields.js'

import { milestone, phase, standby, tier, timezone } from './plan.js'

export const VIEW_NAMES = ['queue', 'monitor', 'events', 'status'] as const

const layer = () => z.union([title(), strict({ name: title() })])

const machine = () =>
  z.union([
    destination(),
    strict({
      kind: z.enum(['local', 'ssh', 'client', 'github']).optional(),
      layer: id().optional(),
      code: code().optional(),
      label: title().optional(),
      repo: path().optional(),
      capacity: count(1, 10_000).optional(),
      max_load: z.number().positive().max(100_000).optional(),
      host: host().optional(),
      user: user().optional(),
      port: count(1, 65_535).optional(),
      jump: destination().optional(),
      identity_file: path().optional(),
      transport: z.enum(TRANSPORTS).optional(),
      on_unreachable: id().optional().meta({ description: 'hold, local, or the id of another machine' }),
      repository: repository().optional(),
    }),
  ])

const agentFields = () => ({
  command: command().optional(),
  env: envMap().optional(),
  role: id().optional(),
  cwd: path().optional(),
  restart: z.enum(['never', 'on-failure', 'always']).optional(),
  auto_trust: listOf(path()).optional(),
  auto_approve: listOf(line(500).min(1)).optional(),
  on_limit: z.enum(['wait', 'hold', 'move']).optional(),
  stall_after: z.union([z.literal('never'), duration()]).optional(),
  mode: z.enum(['interactive', 'headless']).optional(),
})

const agentType = () => strict({ extends: id().optional(), ...agentFields() })

const agent = () =>
  z.union([
    id(),
    strict({
      type: id()
        .optional()
        .meta({ description: `a type of agent_types, or ${BUILT_IN_AGENT_TYPES.join(', ')}` }),
      machine: id().optional(),
      label: title().optional(),
      fallback: id().optional(),
      standby: standby().optional(),
      ...agentFields(),
    }),
  ])

const mcpServer = () => strict({ machine: id().optional(), command: command(), env: envMap().optional() })

const pane = () =>
  z.union([
    text().min(1),
    z.null(),
    strict({
      agent: id().optional(),
      view: z.enum(VIEW_NAMES).optional(),
      command: command().optional(),
      cwd: path().optional(),
      env: envMap().optional(),
      size: percentage().optional(),
      focus: z.boolean().optional(),
    }),
  ])

const window = () =>
  z.union([
    id(),
    strict({
      name: id().optional(),
      title: title().optional(),
      layout: line(8192).min(1).optional(),
      agent: id().optional(),
      agents: z.array(id()).min(1).optional(),
      view: z.enum(VIEW_NAMES).optional(),
      command: command().optional(),
      panes: z.array(pane()).min(1).optional(),
      cwd: path().optional(),
      env: envMap().optional(),
      focus: z.boolean().optional(),
    }),
  ])

const retry = () =>
  z.union([
    count(1, 100),
    strict({
      attempts: count(1, 100).optional(),
      delay: duration().optional(),
      backoff: z.number().min(1).max(100).optional(),
      max_delay: duration().optional(),
      jitter: z.number().min(0).max(1).optional(),
      except: listOf(
        z.string().regex(/^(exit:\d{1,3}|timeout|verify|outputs|blocked|lost)$/, {
          error: 'is no reason: exit:CODE, timeout, verify, outputs, blocked or lost',
        }),
      ).optional(),
    }),
  ])

const task = () =>
  z.union([
    title(),
    strict({
      title: title().optional(),
      type: z.enum(['prompt', 'command']).optional(),
      prompt: text().min(1).optional(),
      prompt_file: path().optional(),
      command: text().min(1).optional(),
      machine: id().optional(),
      cwd: path().optional(),
      env: envMap().optional(),
      agent: id().optional(),
      role: id().optional(),
      fallback: id().optional(),
      needs: listOf(id()).optional(),
      priority: count(1, 1_000_000).optional(),
      estimate: duration().optional(),
      timeout: duration().optional(),
      retry: retry().optional(),
      outputs: listOf(path()).optional(),
      verify: listOf(text().min(1)).optional(),
      when_already_done: text().min(1).optional(),
      success_exit_codes: listOf(count(0, 255)).optional(),
      disabled: z.boolean().optional(),
      tier: tier().optional(),
    }),
  ])

const criterion = () =>
  z.union([title(), strict({ text: title(), verify: listOf(text().min(1)).optional() })])

const gate = () =>
  strict({
    title: title().optional(),
    after: listOf(id()).optional(),
    verify: listOf(text().min(1)).optional(),
    machine: id().optional(),
    cwd: path().optional(),
    timeout: duration().optional(),
    criteria: z.array(criterion()).min(1).max(99).optional(),
    approve: z
      .union([z.enum(['human', 'none']), strict({ role: id().optional(), count: count(1, 99).optional() })])
      .optional(),
  })

const person = () =>
  strict({
    is: listOf(principal()).optional(),
    roles: listOf(id()).optional(),
    layer: id().optional(),
    notify: z.boolean().optional(),
  })

/** What a file that is included may hold. */
const fragmentFields = () => ({
  include: listOf(path()).optional(),
  layers: z.record(id(), z.lazy(layer)).optional(),
  machines: z.record(id(), z.lazy(machine)).optional(),
  agent_types: z.record(id(), z.lazy(agentType)).optional(),
  mcp_servers: z.record(id(), z.lazy(mcpServer)).optional(),
})

const version = () =>
  z.literal(1, { error: 'is a version that this orchestra does not read; it reads version: 1' })

/** Made when first asked for: importing this file costs nothing but zod. */
export const layoutSchema = once(() =>
  strict({
    version: version(),
    session: id(),
    title: title().optional(),
    run_dir: path().optional(),
    tmux: strict({ socket: socket().optional(), keys: z.enum(['own', 'user']).optional() }).optional(),
    ...fragmentFields(),
    agents: z.record(id(), z.lazy(agent)).optional(),
    windows: z.array(window()).min(1).optional(),
    tasks: z.record(id(), z.lazy(task)).optional(),
    gates: z.record(id(), z.lazy(gate)).optional(),
    phases: z.record(id(), z.lazy(phase)).optional(),
    milestones: z.record(id(), z.lazy(milestone)).optional(),
    timezone: timezone().optional(),
    people: z.record(id(), z.lazy(person)).optional(),
    waves: strict({ barrier: z.boolean().optional() }).optional(),
    notify: strict({
      command: command().optional(),
      webhook: webhook().optional(),
      quiet: quiet().optional(),
    }).optional(),
    problems: strict({ show: z.array(z.enum(NOISE)).optional() }).optional(),
  }),
)

export const fragmentSchema = once(() => strict({ version: version().optional(), ...fragmentFields() }))
export const FRAGMENT_KEYS = ['include', 'layers', 'machines', 'agent_types', 'mcp_servers'] as const
