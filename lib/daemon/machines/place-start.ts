/**
 * Puts what a start needs onto a machine, and makes good what is missing there: programs of ours that are damaged or
 * gone, a directory that somebody swept away. The same round trip looks and places.
 */
import { OrchestraError, isUnreachable } from '../../core/errors.js'
import type { StartedWindow, StartWindow } from '../../tmux/agent-session.js'
import type { Host } from './host.js'
import { checkToolsLine, placeToolsAgain, toolsAreWrong } from './place-tools.js'

const DEAF = 'deaf'
const CHECK = (): string => `${checkToolsLine()}
[ -p bell ] || echo ${DEAF}`

/** @param lines for `runPlacing` */
export async function placeStart(host: Host, lines: readonly string[]): Promise<void> {
  let placed = await host.place([CHECK(), ...lines])
  if (toolsAreWrong(placed)) {
    await placeToolsAgain(host.shell, host.paths)
    placed = await host.place([CHECK(), ...lines])
    if (toolsAreWrong(placed))
      throw new OrchestraError(`our programs in ${host.paths.bin} are damaged, and stay so`, {
        kind: 'failed',
        hint: 'Is its disk full, or broken? `df` and `dmesg` there.',
      })
  }
  if (placed.said.includes(DEAF)) await host.comeUpAgain()
}

/** @param start the directory of that one start: its secrets do not stay when it comes to nothing */
export async function openWindow(host: Host, start: string, window: StartWindow): Promise<StartedWindow> {
  try {
    return await host.session.startWindow(window)
  } catch (error) {
    // Not known whether it was opened: it is asked for again.
    if (!isUnreachable(error)) await dropSecrets(host, start).catch(() => {})
    throw error
  }
}

export async function dropSecrets({ shell }: Pick<Host, 'shell'>, start: string): Promise<void> {
  await shell.run('rm -f -- "$1/env"', { args: [start] })
}

const WHY = `
[ ! -d "$1/started" ] && [ ! -d "$2" ] || { echo started; exit; }
if [ ! -d "$1" ]; then echo swept; exit; fi
rm -f -- "$1/env"
if [ ! -e "$3" ]; then echo 'is missing'; elif [ ! -s "$3" ]; then echo 'is empty'; else echo; fi`

/**
 * Why a start whose window is gone left no record. What it would have been given as secrets is removed if nobody took
 * it. @param before where an earlier version of us put a start
 */
export async function whyNoRecord(host: Host, start: string, before: string): Promise<string> {
  const { launcher } = host.paths
  const said = (await host.shell.must(WHY, { args: [start, before, launcher] })).toString('utf8').trim()
  if (said === 'started') return 'its window is gone, and it left no record'
  if (said === 'swept') return 'its window is gone, and so is its directory, with the record of how it ended'
  return said === '' ? 'its launcher did not run' : `its launcher did not run: ${launcher} ${said}`
}
