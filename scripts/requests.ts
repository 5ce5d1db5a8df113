/** Writes the list of requests, `lib/daemon/requests/index.ts`: one line for each file there that has a row. Part of `npm run fix`. */
import { writeFileSync } from 'node:fs'
import { LIST, requestList } from './support/request-list.js'

writeFileSync(LIST, requestList())
