/** The shape of a verb. Its row feeds the parser of the fast path, the help and the completion alike. */
import type { ApiClient } from '../api/client.js'
import type { Permission } from '../core/access/permissions.js'

export interface OptionSpec {
  readonly type: 'boolean' | 'string'
  readonly short?: string
  readonly describe: string
  readonly choices?: readonly string[]
  /** May be given several times. */
  readonly isRepeatable?: true
}

export interface PositionalSpec {
  readonly name: string
  readonly required: boolean
  readonly variadic?: boolean
  readonly describe: string
}

export interface Verb {
  readonly name: string
  /** What it asks of the daemon needs this. `any`: nothing but to be known; null: it asks nothing of a daemon. */
  readonly permission: Permission | 'any' | null
  readonly describe: string
  /** Why it is of no use over `--api`, as the end of a sentence that begins with its name; absent: it works there. */
  readonly notOverApi?: string
  /** The verb handles a missing daemon itself. Other verbs that read are answered from the store; the rest start the daemon again. */
  readonly startsNoDaemon?: true
  readonly positionals: readonly PositionalSpec[]
  readonly options: Readonly<Record<string, OptionSpec>>
  readonly example: string
  readonly run: RunVerb
}

/** Resolves to the exit code. Results go to `out`, everything else to `err`. */
export type RunVerb = (context: VerbContext) => Promise<number>

export interface VerbContext {
  readonly positionals: readonly string[]
  readonly flag: (name: string) => boolean
  readonly option: (name: string) => string | undefined
  /** All values of an option that may be repeated, each as it was given. */
  readonly all: (name: string) => readonly string[]
  /** All values of an option that may be repeated or comma-separated. */
  readonly list: (name: string) => readonly string[]
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly json: boolean
  readonly ascii: boolean
  readonly color: boolean
  readonly verbose: boolean
  readonly cols: number
  readonly interactive: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** The daemon that is meant: `--session`, `--host`, `use`, or the only one there is. */
  readonly connect: () => Promise<ApiClient>
  /** All rows, for what speaks of every verb. */
  readonly verbs: () => Promise<readonly Verb[]>
  readonly session: string | undefined
  readonly host: string | undefined
  /** `--api`: the address of a daemon; `host` is it then, too. */
  readonly api: string | undefined
}

export const GLOBAL_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  session: { type: 'string', describe: 'the session that is meant, when there are several' },
  host: { type: 'string', describe: 'talk to the daemon of another machine, over ssh' },
  api: { type: 'string', describe: 'talk to a daemon over TCP: its URL, with --token-file' },
  'token-file': { type: 'string', describe: 'a file of yours alone with the token for --api' },
  json: { type: 'boolean', describe: 'print one JSON document' },
  ascii: { type: 'boolean', describe: 'no characters outside ASCII in our own marks' },
  color: { type: 'boolean', describe: 'colours (default: on a terminal, unless NO_COLOR is set)' },
  verbose: { type: 'boolean', describe: 'say more on errors' },
  help: { type: 'boolean', short: 'h', describe: 'help' },
  version: { type: 'boolean', describe: 'version' },
}
