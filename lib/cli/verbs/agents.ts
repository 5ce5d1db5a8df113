import { tableVerb } from '../table-verb.js'

export const agents = tableVerb('agents')
