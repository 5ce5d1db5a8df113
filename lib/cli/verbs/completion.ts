/** Completion scripts made from the table of verbs. A process of ours runs only where a person presses Tab for an id. */
import type { StatusDocument } from '../../core/protocol/status.js'
import { OrchestraError } from '../../core/errors.js'
import { GLOBAL_OPTIONS, type OptionSpec, type Verb, type VerbContext } from '../verb.js'
import { may } from '../verb-arguments.js'

const SHELLS: Readonly<Record<string, (verbs: readonly Verb[]) => string>> = { bash, zsh, fish }

export const completion: Verb = {
  name: 'completion',
  permission: null,
  describe: 'print the completion script for bash, zsh or fish',
  notOverApi: 'prints words for this shell',
  positionals: [
    may('shell', 'bash, zsh or fish; the scripts themselves ask for `ids`'),
    may('of', 'with `ids`: agent, task, gate, machine or id'),
  ],
  options: {},
  example: 'orchestra completion bash >> ~/.bashrc',
  run: async (c) => {
    const [asked, of = 'id'] = c.positionals
    if (asked === 'ids') return printIds(of, c)
    const shell = asked ?? (c.env['SHELL'] ?? '').split('/').pop() ?? ''
    const script = SHELLS[shell]
    if (script === undefined) {
      throw new OrchestraError(`there is no completion for ${shell || 'this shell'}`, {
        kind: 'usage',
        hint: 'bash, zsh or fish',
      })
    }
    c.out(script(await c.verbs()))
    return 0
  },
}

/** What a positional of that name may be. */
const KIND_OF: Readonly<Record<string, string>> = {
  agent: 'agent',
  task: 'task',
  gate: 'gate',
  machine: 'machine',
  id: 'id',
  target: 'id',
}

async function printIds(of: string, c: VerbContext): Promise<number> {
  const client = await c.connect()
  const { agents, tasks, gates, machines } = await client.get<StatusDocument>('/v1/status')
  const lists: Readonly<Record<string, readonly { readonly id: string }[]>> = {
    agent: agents,
    task: tasks,
    gate: gates,
    machine: machines,
    id: [...agents, ...tasks, ...gates],
  }
  for (const { id } of lists[of] ?? []) c.out(`${id}\n`)
  return 0
}

function kindOf({ positionals }: Verb): string | undefined {
  return positionals.flatMap(({ name }) => KIND_OF[name] ?? [])[0]
}

function optionsOf(verb: Verb): [string, OptionSpec][] {
  return Object.entries({ ...GLOBAL_OPTIONS, ...verb.options })
}

const optionWords = (verb: Verb) =>
  optionsOf(verb)
    .map(([name]) => `--${name}`)
    .join(' ')
const globalWords = Object.keys(GLOBAL_OPTIONS)
  .map((name) => `--${name}`)
  .join(' ')

/** All options that are followed by a value. */
function valueWords(verbs: readonly Verb[]): string[] {
  const all = verbs.flatMap((verb) =>
    optionsOf(verb).flatMap(([name, { type, short }]) =>
      type === 'string' ? [`--${name}`, ...(short === undefined ? [] : [`-${short}`])] : [],
    ),
  )
  return [...new Set(all)]
}

/** `VERB --OPTION`, with the words that may follow. */
function choices(verbs: readonly Verb[]): [string, string][] {
  return verbs.flatMap((verb) =>
    optionsOf(verb).flatMap(([name, { choices: words, short }]) =>
      words === undefined
        ? []
        : [`--${name}`, ...(short === undefined ? [] : [`-${short}`])].map((option): [string, string] => [
            `${verb.name} ${option}`,
            words.join(' '),
          ]),
    ),
  )
}

function bash(verbs: readonly Verb[]): string {
  const rows = verbs.map((v) => `    ${v.name}) words='${optionWords(v)}'; ids=${kindOf(v) ?? ''} ;;`)
  const values = choices(verbs).map(([at, words]) => `      '${at}') words='${words}' ;;`)
  return `# orchestra completion for bash: orchestra completion bash >> ~/.bashrc
_orchestra() {
  local current=\${COMP_WORDS[COMP_CWORD]} verb= word= words= value= session= ids=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [ -n "$value" ]; then [ "$value" = --session ] && session=$word; value=; continue; fi
    case $word in
      ${valueWords(verbs).join('|')}) value=$word ;;
      -*) ;;
      *) [ -n "$verb" ] || verb=$word ;;
    esac
  done
  if [ -n "$value" ]; then
    case "$verb $value" in
${values.join('\n')}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case $verb in
    '') words='${verbs.map((v) => v.name).join(' ')} ${globalWords}' ;;
${rows.join('\n')}
  esac
  case $current in
    -*) ;;
    *) [ -z "$ids" ] || words=$(orchestra \${session:+--session "$session"} completion ids $ids 2>/dev/null) ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _orchestra orchestra
`
}

function zsh(verbs: readonly Verb[]): string {
  const quote = (text: string) => text.replaceAll("'", "'\\''").replaceAll(':', '\\:')
  const rows = verbs.map((v) => `    '${v.name}:${quote(v.describe)}'`)
  const cases = verbs.map((v) => `    ${v.name}) options='${optionWords(v)}'; ids=${kindOf(v) ?? ''} ;;`)
  const values = choices(verbs).map(([at, words]) => `      '${at}') compadd -- ${words} ;;`)
  return `#compdef orchestra
# orchestra completion for zsh: orchestra completion zsh > "\${fpath[1]}/_orchestra"
_orchestra() {
  local -a verbs=(
${rows.join('\n')}
  )
  local word verb value session options ids
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $value ]]; then [[ $value == --session ]] && session=$word; value=; continue; fi
    case $word in
      ${valueWords(verbs).join('|')}) value=$word ;;
      -*) ;;
      *) [[ -n $verb ]] || verb=$word ;;
    esac
  done
  if [[ -n $value ]]; then
    case "$verb $value" in
${values.join('\n')}
      *) _files ;;
    esac
    return
  fi
  case $verb in
    '') options='${globalWords}' ;;
${cases.join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then compadd -- \${=options}; return; fi
  if [[ -z $verb ]]; then _describe verb verbs; return; fi
  if [[ -n $ids ]]; then compadd -- $(orchestra \${session:+--session} $session completion ids $ids 2>/dev/null); return; fi
  _files
}
compdef _orchestra orchestra
`
}

function fish(verbs: readonly Verb[]): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const option = ([name, { type, describe, short, choices: words }]: [string, OptionSpec]) =>
    [
      `-l ${name}`,
      ...(short === undefined ? [] : [`-s ${short}`]),
      ...(type === 'string' ? [words === undefined ? '-r' : `-x -a ${quote(words.join(' '))}`] : []),
      `-d ${quote(describe)}`,
    ].join(' ')
  const rows = verbs.flatMap((v) => {
    const at = `complete -c orchestra -n 'test "$(__orchestra_verb)" = ${v.name}'`
    const kind = kindOf(v)
    return [
      `complete -c orchestra -n 'test -z "$(__orchestra_verb)"' -f -a ${v.name} -d ${quote(v.describe)}`,
      ...Object.entries(v.options).map((one) => `${at} ${option(one)}`),
      ...(kind === undefined ? [] : [`${at} -f -a '(orchestra completion ids ${kind} 2>/dev/null)'`]),
    ]
  })
  const globals = Object.entries(GLOBAL_OPTIONS).map((one) => `complete -c orchestra ${option(one)}`)
  return `# orchestra completion for fish: orchestra completion fish > ~/.config/fish/completions/orchestra.fish
function __orchestra_verb
  set -l value 0
  for word in (commandline -opc)[2..]
    if test $value = 1
      set value 0
    else if contains -- $word ${valueWords(verbs).join(' ')}
      set value 1
    else if not string match -q -- '-*' $word
      echo $word
      return
    end
  end
end
${[...globals, ...rows].join('\n')}
`
}
