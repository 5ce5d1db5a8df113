/** Faults that come by themselves, at random times until the weather clears. */
import { every } from './every.js'
import { startPerson } from './person.js'
import type { Stage } from './stage.js'

export function startWeather(stage: Stage): void {
  startPerson(stage)
  const { faults, world, random, clock } = stage
  every(stage, faults.agentDeathEvery, () => {
    const living = [...world.processes.values()].filter((process) => process.alive)
    const victim = random.pick(living)
    if (victim !== undefined) world.kill(victim, random.pick([0, 1, null]) ?? null)
  })
  every(stage, faults.machineOfflineEvery, () => {
    const host = random.pick([...world.hosts.values()])
    if (host === undefined || !host.online) return
    host.online = false
    const away = random.between(1000, 60_000)
    clock.after(away, () => {
      host.online = true
    })
  })
  every(stage, faults.machineResetEvery, () => {
    const host = random.pick([...world.hosts.values()])
    if (host !== undefined) world.reboot(host)
  })
  every(stage, faults.limitEvery, () => {
    const victim = random.pick([...world.processes.values()].filter((process) => process.alive))
    if (victim === undefined) return
    victim.state = 'limited'
    const wait = random.between(5000, 60_000)
    victim.limitedUntil = clock.now + wait
    clock.after(wait, () => {
      if (victim.state !== 'limited') return
      victim.state = [...world.work.values()].some((work) => work.agent === victim.id) ? 'working' : 'idle'
    })
  })
}
