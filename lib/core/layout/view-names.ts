/** What a pane can show beside agents and commands; the monitor goes through them in this order. */
export const VIEW_NAMES = [
  'monitor',
  'queue',
  'events',
  'status',
  'phases',
  'milestones',
  'gates',
  'workers',
  'escalations',
  'github',
] as const
export type ViewName = (typeof VIEW_NAMES)[number]
