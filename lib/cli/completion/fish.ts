import { GLOBAL_OPTIONS, type OptionSpec } from '../verb.js'
import { MEANS, ownOptions, valueOf, valueOptions, type VerbPlaces } from './places.js'

const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** The words that may stand at a place, as fish takes them; null: files. */
function answers(place: string): string | null {
  if (place === '-') return null
  return quote(place.startsWith('@') ? `(__orchestra_ids ${place.slice(1)})` : place.replaceAll('|', ' '))
}

function option([name, spec]: [string, OptionSpec]): string {
  const place = valueOf(name, spec)
  const words = place === null ? null : answers(place)
  return [
    `-l ${name}`,
    ...(spec.short === undefined ? [] : [`-s ${spec.short}`]),
    ...(place === null ? [] : [words === null ? '-r' : `-x -a ${words}`]),
    `-d ${quote(spec.describe)}`,
  ].join(' ')
}

export function fish(verbs: readonly VerbPlaces[]): string {
  const rows = verbs.flatMap((verb) => {
    const { name, describe, places, isVariadic } = verb
    const at = (n: string) => `complete -c orchestra -n '__orchestra_at ${name} ${n}'`
    return [
      `complete -c orchestra -n 'test -z "$(__orchestra_words)"' -f -a ${name} -d ${quote(describe)}`,
      ...ownOptions(verb).map((one) => `${at('0+')} ${option(one)}`),
      ...places.flatMap((place, n) => {
        const words = answers(place)
        const isLast = n === places.length - 1 && isVariadic
        return words === null ? [] : [`${at(isLast ? `${n}+` : String(n))} -f -a ${words}`]
      }),
    ]
  })
  const globals = Object.entries(GLOBAL_OPTIONS).map((one) => `complete -c orchestra ${option(one)}`)
  return `# orchestra completion for fish: orchestra completion fish > ~/.config/fish/completions/orchestra.fish
# The verb and the words behind it, without options and their values.
function __orchestra_words
  set -l value 0
  for word in (commandline -opc)[2..]
    if test $value = 1
      set value 0
    else if contains -- $word ${valueOptions(verbs).join(' ')}
      set value 1
    else if not string match -q -- '-*' $word
      echo $word
    end
  end
end
# That verb, and so many words behind it; N+: so many or more.
function __orchestra_at
  set -l words (__orchestra_words)
  test "$words[1]" = $argv[1]; or return 1
  set -l n (math (count $words) - 1)
  if string match -q -- '*+' $argv[2]
    test $n -ge (string trim -r -c + $argv[2])
  else
    test $n -eq $argv[2]
  end
end
function __orchestra_ids
  set -l means
  set -l option ''
  for word in (commandline -opc)[2..]
    if test -n "$option"
      set -a means $option $word
      set option ''
    else if contains -- $word ${MEANS.join(' ')}
      set option $word
    else if string match -qr -- '^(${MEANS.join('|')})=' $word
      set -a means $word
    end
  end
  orchestra $means completion ids $argv[1] 2>/dev/null
end
${[...globals, ...rows].join('\n')}
`
}
