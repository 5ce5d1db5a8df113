import type { Host, HostEvent } from './host.js'

/** A part that listens to machines: what a host says is told to each, in the list's order. */
export interface Hears {
  heard(event: HostEvent, host: Host): void
}
