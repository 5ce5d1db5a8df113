import { tableVerb } from '../table-verb.js'

export const machines = tableVerb('machines')
