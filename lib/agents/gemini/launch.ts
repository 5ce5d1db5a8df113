/**
 * How Gemini CLI is started: trust, session and leave for the report program by flags; no file of the person is touched.
 * Its hooks are left alone: it takes them only from files of the person or of root, and its title tells its state.
 */
import { inRange } from '../../core/status/versions.js'
import type { FileEdit, Launch, LaunchContext } from '../definition.js'
import { quote } from '../hooks-json.js'
import { isTrusted } from '../is-trusted.js'

export function launchGemini(context: LaunchContext): Launch {
  const { command, version, cwd, autoTrust, resume, sessionId } = context
  // The flags are recent; an older version refuses what it does not know.
  const recent = version !== null && inRange(version, '>=0.61.0')
  const trust = recent && isTrusted(cwd, autoTrust) ? ['--skip-trust'] : []
  const session = !recent ? [] : resume === null ? ['--session-id', sessionId] : ['--resume', resume]
  const leave = leaveToReport(context)
  return {
    argv: [...command, ...trust, ...session, ...leave.argv],
    env: {},
    files: leave.files,
    session: recent ? (resume ?? sessionId) : null,
  }
}

/** Without leave it asks a person for every report. Nothing else is allowed by us. */
function leaveToReport(context: LaunchContext): Pick<Launch, 'argv' | 'files'> {
  const { command, version, home, startDir, reportProgram } = context
  const programs = [quote(reportProgram), 'orchestra-report']
  const has = (flag: string) => command.some((word) => word === flag || word.startsWith(`${flag}=`))
  if (version === null) return { argv: [], files: [] }
  if (inRange(version, '>=0.36.0')) {
    const path = `${startDir}/report-policy.toml`
    // The flag takes the place of the person's own policies, which therefore are named, too.
    const own = has('--policy') ? [] : ['--policy', `${home}/.gemini/policies`]
    return { argv: ['--policy', path, ...own], files: [policyFile(path, programs)] }
  }
  // It would take the place of the person's own list, if the command names one.
  if (has('--allowed-tools')) return { argv: [], files: [] }
  return {
    argv: programs.flatMap((program) => ['--allowed-tools', `run_shell_command(${program})`]),
    files: [],
  }
}

function policyFile(path: string, programs: readonly string[]): FileEdit {
  const text = [
    '[[rule]]',
    'toolName = "run_shell_command"',
    `commandPrefix = ${JSON.stringify(programs)}`,
    'decision = "allow"',
    'priority = 500',
    '',
  ].join('\n')
  return { path, merge: () => text, remove: () => null }
}
