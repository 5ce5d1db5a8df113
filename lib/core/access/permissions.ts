/** What a request or a verb asks for. Every one names exactly one of these; roles say who has them. */
export const PERMISSIONS = [
  'status:read',
  'events:read',
  'screens:read',
  'logs:read',
  'context:read',
  'answers:write',
  'agents:send',
  'agents:restart',
  'tasks:write',
  'tasks:delete',
  'run:write',
  'layout:write',
  'agent:execute',
  'deploy:production',
  'secrets:write',
  'admin:access',
] as const

export type Permission = (typeof PERMISSIONS)[number]
