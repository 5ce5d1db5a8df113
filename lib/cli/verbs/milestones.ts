import { tableVerb } from '../table-verb.js'

export const milestones = tableVerb('milestones')
