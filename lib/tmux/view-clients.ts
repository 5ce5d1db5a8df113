import type { ControlClient } from './control-client.js'
import { exactSession } from './protocol/targets.js'

export interface ViewClient {
  readonly name: string
  readonly cols: number
  readonly rows: number
  readonly isReadOnly: boolean
}

/** Terminals attached to the session; control clients do not count. */
export async function viewClients(client: ControlClient, session: string): Promise<readonly ViewClient[]> {
  const format =
    '#{client_control_mode}\t#{client_readonly}\t#{client_width}\t#{client_height}\t#{client_name}'
  const reply = await client.command(['list-clients', '-t', exactSession(session), '-F', format])
  return reply.body
    .toString('utf8')
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([control]) => control === '0')
    .map(([, readOnly, cols, rows, name = '']) => ({
      name,
      cols: Number(cols),
      rows: Number(rows),
      isReadOnly: readOnly === '1',
    }))
}
