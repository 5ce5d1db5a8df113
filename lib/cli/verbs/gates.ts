import { tableVerb } from '../table-verb.js'

export const gates = tableVerb('gates')
