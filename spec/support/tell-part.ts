import type { RunEvent } from '../../lib/core/run/events.js'
import { followersOf, type Part } from '../../lib/daemon/kernel/part.js'
import { hearersOf, type Hears } from '../../lib/daemon/machines/hears.js'
import type { Host, HostEvent } from '../../lib/daemon/machines/host.js'

/** As the daemon tells a part of an event. */
export function tellPart(part: Part, event: RunEvent, seq = 1): void {
  for (const follow of followersOf([part])(event.type)) follow(event, seq)
}

/** As the fleet tells a part what a machine says. */
export function hearPart(part: Hears, event: HostEvent, host: Host): void {
  for (const hear of hearersOf([part])(event.type)) hear(event, host)
}
