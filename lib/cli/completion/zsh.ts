import { valueArms, verbArms } from './case-arms.js'
import { GLOBAL_WORDS, MEANS, valueOptions, type VerbPlaces } from './places.js'

export function zsh(verbs: readonly VerbPlaces[]): string {
  const quote = (text: string) => text.replaceAll("'", "'\\''").replaceAll(':', '\\:')
  const rows = verbs.map(({ name, describe }) => `    '${name}:${quote(describe)}'`)
  return `#compdef orchestra
# orchestra completion for zsh: orchestra completion zsh > "\${fpath[1]}/_orchestra"
_orchestra() {
  local -a verbs=(
${rows.join('\n')}
  )
  local -a places=() means=()
  local word verb value place options more
  integer n=0
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $value ]]; then
      case $value in ${MEANS.join('|')}) means+=("$value" "$word") ;; esac
      value=
      continue
    fi
    case $word in
      ${MEANS.map((one) => `${one}=*`).join('|')}) means+=("$word") ;;
      ${valueOptions(verbs).join('|')}) value=$word ;;
      -*) ;;
      *) if [[ -n $verb ]]; then n+=1; else verb=$word; fi ;;
    esac
  done
  if [[ -z $value && $PREFIX == --*=* ]]; then
    value=\${PREFIX%%=*}
    compset -P '*='
  fi
  case $verb in
    '') options='${GLOBAL_WORDS}' ;;
${verbArms(verbs)}
  esac
  if [[ -n $value ]]; then
    case "$verb $value" in
${valueArms(verbs)}
    esac
  elif [[ $PREFIX == -* ]]; then
    compadd -- \${=options}
    return
  elif [[ -z $verb ]]; then
    _describe verb verbs
    return
  elif (( n < \${#places} )); then
    place=\${places[n+1]}
  elif [[ -n $more ]]; then
    place=\${places[-1]}
  fi
  case $place in
    @*) compadd -- \${(f)"$(orchestra "\${(@)means}" completion ids \${place#@} 2>/dev/null)"} ;;
    -|'') _files ;;
    *) compadd -- \${(s:|:)place} ;;
  esac
}
compdef _orchestra orchestra
`
}
