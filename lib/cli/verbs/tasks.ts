import { tableVerb } from '../table-verb.js'

export const tasks = tableVerb('tasks')
