/** Completion scripts made from the table of verbs: no process of ours runs while a person presses Tab. */
import { OrchestraError } from '../../core/errors.js'
import { GLOBAL_OPTIONS, type Verb } from '../verb.js'

const SHELLS: Readonly<Record<string, (verbs: readonly Verb[]) => string>> = { bash, zsh, fish }

export const completion: Verb = {
  name: 'completion',
  permission: null,
  describe: 'print the completion script for bash, zsh or fish',
  notOverApi: 'prints words for this shell',
  positionals: [{ name: 'shell', required: false, describe: 'bash, zsh or fish' }],
  options: {},
  example: 'orchestra completion bash >> ~/.bashrc',
  run: async (c) => {
    const shell = c.positionals[0] ?? (c.env['SHELL'] ?? '').split('/').pop() ?? ''
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

function optionWords(verb: Verb): string[] {
  return Object.keys({ ...GLOBAL_OPTIONS, ...verb.options }).map((name) => `--${name}`)
}

function bash(verbs: readonly Verb[]): string {
  const cases = verbs.map((v) => `    ${v.name}) words='${optionWords(v).join(' ')}' ;;`).join('\n')
  return `# orchestra completion for bash: orchestra completion bash >> ~/.bashrc
_orchestra() {
  local current=\${COMP_WORDS[COMP_CWORD]} verb= word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do case $word in -*) ;; *) verb=$word; break ;; esac; done
  case $verb in
    '') words='${verbs.map((v) => v.name).join(' ')}' ;;
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _orchestra orchestra
`
}

function zsh(verbs: readonly Verb[]): string {
  const quote = (text: string) => text.replaceAll("'", "'\\''").replaceAll(':', '\\:')
  const rows = verbs.map((v) => `    '${v.name}:${quote(v.describe)}'`).join('\n')
  const cases = verbs.map((v) => `    ${v.name}) compadd -- ${optionWords(v).join(' ')} ;;`).join('\n')
  return `#compdef orchestra
# orchestra completion for zsh: orchestra completion zsh > "\${fpath[1]}/_orchestra"
_orchestra() {
  local -a verbs=(
${rows}
  )
  if (( CURRENT == 2 )); then _describe verb verbs; return; fi
  case $words[2] in
${cases}
  esac
  _files
}
compdef _orchestra orchestra
`
}

function fish(verbs: readonly Verb[]): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const rows = verbs.flatMap((v) => [
    `complete -c orchestra -n __fish_use_subcommand -a ${v.name} -d ${quote(v.describe)}`,
    ...Object.entries(v.options).map(
      ([name, o]) =>
        `complete -c orchestra -n '__fish_seen_subcommand_from ${v.name}' -l ${name} -d ${quote(o.describe)}`,
    ),
  ])
  return `# orchestra completion for fish: orchestra completion fish > ~/.config/fish/completions/orchestra.fish\n${rows.join('\n')}\n`
}
