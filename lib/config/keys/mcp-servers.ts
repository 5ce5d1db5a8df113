/** `mcp_servers:`. */
import type { MachineId } from '../../core/ids.js'
import type { McpServerSpec } from '../../core/layout/model.js'
import { isMap } from '../located.js'
import { keys, required, whole, type Docs } from './key.js'
import { command, env, id, section } from './kinds.js'

const server = keys(() => ({ machine: id<MachineId>(), command: required(command()), env: env() }))

export const MCP_SERVER_DOCS: Docs<typeof server> = {
  machine: 'on which machine; without it on this one',
  command: 'argv, or a line of words',
  env: 'its environment',
}

export const mcpServers = () => section(server.schema)

export function expandMcpServers(
  entries: readonly (readonly [string, unknown])[],
  local: MachineId,
): McpServerSpec[] {
  return entries.flatMap(([id, value]) => {
    if (!isMap(value)) return []
    const { machine, command, ...rest } = server.read(value)
    return [whole<McpServerSpec>()({ ...rest, id, machine: machine ?? local, command: command ?? [] })]
  })
}
