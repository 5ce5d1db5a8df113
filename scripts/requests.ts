/** Writes the lists of requests (one line for each file with a row) and the tables of docs/permissions.md. Part of `npm run fix`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { LIST, READING_LIST, readingList, requestList } from './support/request-list.js'

writeFileSync(LIST, requestList())
writeFileSync(READING_LIST, readingList())
// Only now: it reads the list.
const { PERMISSIONS_PAGE, permissionDocs } = await import('./support/permission-docs.js')
writeFileSync(PERMISSIONS_PAGE, await permissionDocs(readFileSync(PERMISSIONS_PAGE, 'utf8')))
