/** Directories of this machine that the layout names and that cannot be entered: found before something starts there. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Layout } from '../core/layout/model.js'
import { quote, type LayoutPath, type Report } from '../core/layout/report.js'
import { workDirectory } from '../core/layout/work-directory.js'

/** Tasks are not asked about: an earlier one may make the directory. @returns how many directories were looked at. */
export async function checkDirectories(layout: Layout, home: string, report: Report): Promise<number> {
  const local = new Set<string>(layout.machines.filter(({ kind }) => kind === 'local').map(({ id }) => id))
  const faults = new Map<string, Promise<string | null>>()
  const check = async (path: LayoutPath, cwd: string | null, whose: string): Promise<void> => {
    const directory = workDirectory(layout, null, cwd)
    if (cwd === null || directory === null) return
    const whole = directory.replace(/^~(?=\/|$)/, () => home)
    const fault = faults.get(whole) ?? faultOf(whole)
    faults.set(whole, fault)
    const said = await fault
    if (said !== null) report(path, `${quote(cwd)} ${said}: ${whose} there`, 'warning')
  }
  for (const agent of layout.agents) {
    if (local.has(agent.machine))
      await check(['agents', agent.id, 'cwd'], agent.cwd, `${agent.id} cannot start`)
  }
  for (const [i, { panes }] of layout.windows.entries()) {
    for (const pane of panes)
      if (pane.kind === 'command') await check(['windows', i], pane.cwd, 'the command cannot run')
  }
  return faults.size
}

async function faultOf(directory: string): Promise<string | null> {
  try {
    if (!(await stat(directory)).isDirectory()) return 'is not a directory'
    await access(join(directory, '.'), constants.X_OK)
    return null
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT'
      ? 'does not exist'
      : code === 'ENOTDIR'
        ? 'is not a directory'
        : 'cannot be entered'
  }
}
