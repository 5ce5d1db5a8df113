import { valueArms, verbArms } from './case-arms.js'
import { GLOBAL_WORDS, MEANS, valueOptions, type VerbPlaces } from './places.js'

/** bash cuts words at `=`, so that `--session=a` comes as three; 3.2, as macOS has it, knows no compopt. */
export function bash(verbs: readonly VerbPlaces[]): string {
  return `# orchestra completion for bash: orchestra completion bash >> ~/.bashrc
_orchestra() {
  local current=\${COMP_WORDS[COMP_CWORD]} verb= word= words= value= place= options= more= n=0
  local -a places=() means=()
  [ "$current" = = ] && current=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [ "$word" = = ] && continue
    if [ -n "$value" ]; then
      case $value in ${MEANS.join('|')}) means+=("$value" "$word") ;; esac
      value=
      continue
    fi
    case $word in
      ${valueOptions(verbs).join('|')}) value=$word ;;
      -*) ;;
      *) if [ -n "$verb" ]; then n=$((n + 1)); else verb=$word; fi ;;
    esac
  done
  case $verb in
    '') options='${GLOBAL_WORDS}'; places=('${verbs.map(({ name }) => name).join('|')}') ;;
${verbArms(verbs)}
  esac
  if [ -n "$value" ]; then
    case "$verb $value" in
${valueArms(verbs)}
    esac
  elif [ "\${current:0:1}" = - ]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
    return
  elif [ $n -lt \${#places[@]} ]; then
    place=\${places[n]}
  elif [ -n "$more" ]; then
    place=\${places[\${#places[@]}-1]}
  fi
  case $place in
    @*)
      compopt +o default 2>/dev/null
      words=$(orchestra "\${means[@]}" completion ids "\${place#@}" 2>/dev/null) ;;
    -) ;;
    *) words=\${place//|/ } ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _orchestra orchestra
`
}
