/**
 * A private home for one agent CLI under test: seeded so that no first-run dialog appears (unless the case wants it),
 * a fake key, the model on the loopback, an environment that holds nothing of the person who runs this.
 */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

export type LabType = 'claude' | 'codex' | 'gemini' | 'opencode'

export interface LabHome {
  readonly root: string
  readonly home: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly argv: readonly string[]
  readonly remove: () => Promise<void>
}

export interface HomeOptions {
  /** Base URL of the model for this directory; see `Stub.urlFor`. */
  readonly urlFor: (cwd: string) => string
  /** Nothing seeded: onboarding, login and trust dialogs appear. */
  readonly bare?: boolean
  /** Seeded, but the directory is not trusted. */
  readonly untrusted?: boolean
  /** No key in the environment. */
  readonly noKey?: boolean
  /** Folder of the laboratory in which the CLI is installed; another version than the pinned one. */
  readonly install?: string
  readonly retries?: number
  /** The composer with the keys of vi. */
  readonly vim?: boolean
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export const FAKE_KEY = 'sk-test-orchestra'

export function labDir(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache')
  return process.env['ORCHESTRA_LAB'] ?? path.join(cache, 'orchestra-lab')
}

export function labProgram(type: LabType, install: string = type): string {
  return path.join(labDir(), install, 'node_modules', '.bin', type)
}

export async function labHome(type: LabType, options: HomeOptions): Promise<LabHome> {
  // Not below /tmp: Codex warns about a home there on every start.
  const root = await mkdtemp(path.join(process.env['ORCHESTRA_LAB_RUN'] ?? '/var/tmp', 'orc-lab-'))
  const home = path.join(root, 'home')
  const cwd = path.join(root, 'shop')
  const tmp = path.join(root, 'tmp')
  for (const dir of [home, cwd, tmp]) await mkdir(dir, { recursive: true })
  await writeFile(path.join(cwd, 'README.md'), '# shop\n\nA lab for caches.\n')
  // Codex asks for trust in working copies only.
  if (options.untrusted === true) await promisify(execFile)('git', ['init', '-q', cwd])
  const seed = SEEDS[type]({ ...options, home, cwd, url: options.urlFor(cwd) })
  for (const [name, content] of Object.entries(seed.files)) {
    const file = path.join(home, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2), {
      mode: 0o600,
    })
  }
  return {
    root,
    home,
    cwd,
    env: {
      HOME: home,
      PATH: `${path.dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      LANG: 'C.UTF-8',
      TMPDIR: tmp,
      SHELL: '/bin/sh',
      COLORTERM: 'truecolor',
      ...seed.env,
      ...options.env,
    },
    argv: [labProgram(type, options.install), ...seed.args, ...(options.args ?? [])],
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  }
}

interface SeedInput extends HomeOptions {
  readonly home: string
  readonly cwd: string
  readonly url: string
}

interface Seed {
  readonly files: Readonly<Record<string, unknown>>
  readonly env: Readonly<Record<string, string>>
  readonly args: readonly string[]
}

const SEEDS: Readonly<Record<LabType, (input: SeedInput) => Seed>> = {
  codex: ({ cwd, url, bare, untrusted, noKey, retries }) => ({
    files:
      bare === true
        ? {}
        : {
            '.codex/config.toml': [
              'model = "gpt-5.1-codex"',
              'model_provider = "stub"',
              'check_for_update_on_startup = false',
              // Either of them answers the trust dialog.
              ...(untrusted === true
                ? []
                : ['approval_policy = "on-request"', 'sandbox_mode = "workspace-write"']),
              // Versions of before 0.125 ask on every start whether a newer model is wanted.
              '[notice.model_migrations]',
              '"gpt-5.1-codex" = "gpt-5.3-codex"',
              '[features]',
              'daemon_auto_start = false',
              '[model_providers.stub]',
              'name = "stub"',
              `base_url = "${url}/v1"`,
              'wire_api = "responses"',
              'env_key = "STUB_KEY"',
              ...(retries === undefined
                ? []
                : [`request_max_retries = ${retries}`, `stream_max_retries = ${retries}`]),
              ...(untrusted === true ? [] : [`[projects."${cwd}"]`, 'trust_level = "trusted"']),
              '',
            ].join('\n'),
          },
    env: noKey === true ? {} : { STUB_KEY: FAKE_KEY },
    args: [],
  }),
  claude: ({ cwd, url, bare, untrusted, noKey, retries, vim }) => ({
    files:
      bare === true
        ? {}
        : {
            '.claude.json': {
              hasCompletedOnboarding: true,
              theme: 'dark',
              ...(vim === true ? { editorMode: 'vim' } : {}),
              customApiKeyResponses: { approved: [FAKE_KEY], rejected: [] },
              projects: untrusted === true ? {} : { [cwd]: { hasTrustDialogAccepted: true } },
            },
          },
    env: {
      ANTHROPIC_BASE_URL: url,
      ...(noKey === true ? {} : { ANTHROPIC_API_KEY: FAKE_KEY }),
      DISABLE_AUTOUPDATER: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_ERROR_REPORTING: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ...(retries === undefined ? {} : { CLAUDE_CODE_MAX_RETRIES: String(retries) }),
    },
    args: ['--permission-mode', 'default'],
  }),
  gemini: ({ url, bare, untrusted, noKey, vim }) => ({
    files:
      bare === true
        ? {}
        : {
            '.gemini/settings.json': {
              security: {
                auth: noKey === true ? {} : { selectedType: 'gemini-api-key' },
                folderTrust: { enabled: untrusted === true },
              },
              general: {
                ...(vim === true ? { vimMode: true } : {}),
                enableAutoUpdate: false,
                enableAutoUpdateNotification: false,
              },
              privacy: { usageStatisticsEnabled: false },
              telemetry: { enabled: false },
            },
          },
    env: { GOOGLE_GEMINI_BASE_URL: url, ...(noKey === true ? {} : { GEMINI_API_KEY: FAKE_KEY }) },
    args: [],
  }),
  opencode: ({ url, bare }) => ({
    files:
      bare === true
        ? {}
        : {
            '.config/opencode/opencode.json': {
              $schema: 'https://opencode.ai/config.json',
              provider: {
                stub: {
                  npm: '@ai-sdk/openai-compatible',
                  name: 'Stub',
                  options: { baseURL: `${url}/v1`, apiKey: FAKE_KEY },
                  models: { lab: { name: 'Lab', tool_call: true, limit: { context: 200000, output: 8000 } } },
                },
              },
              model: 'stub/lab',
              small_model: 'stub/lab',
              autoupdate: false,
              share: 'disabled',
              permission: { bash: 'ask', edit: 'ask' },
            },
          },
    env: { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' },
    args: [],
  }),
}
