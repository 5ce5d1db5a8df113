import { tableVerb } from '../table-verb.js'

export const phases = tableVerb('phases')
