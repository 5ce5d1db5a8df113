import { tableVerb } from '../table-verb.js'

export const escalations = tableVerb('escalations')
