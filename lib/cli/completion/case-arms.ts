/** Arms of `case` that bash and zsh both read. */
import { GLOBAL_OPTIONS } from '../verb.js'
import { optionPlaces, optionWords, ownOptions, type VerbPlaces } from './places.js'

/** A verb sets its options, the places of its words, and whether the last place is repeated. */
export function verbArms(verbs: readonly VerbPlaces[]): string {
  return verbs
    .map((verb) => {
      const { name, isVariadic } = verb
      const places = verb.places.map((place) => `'${place}'`).join(' ')
      return `    ${name}) options='${optionWords(verb)}'; places=(${places}); more=${isVariadic ? 1 : ''} ;;`
    })
    .join('\n')
}

/** `VERB OPTION` sets the place that follows the option; global options are matched with any verb. */
export function valueArms(verbs: readonly VerbPlaces[]): string {
  const arms = (options: VerbPlaces['options'], at: (option: string) => string) =>
    optionPlaces(options).map(([option, place]) => `      ${at(option)}) place='${place}' ;;`)
  return [
    ...arms(Object.entries(GLOBAL_OPTIONS), (option) => `*' ${option}'`),
    ...verbs.flatMap((verb) => arms(ownOptions(verb), (option) => `'${verb.name} ${option}'`)),
  ].join('\n')
}
