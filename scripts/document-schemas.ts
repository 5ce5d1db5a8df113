/** Writes config/schemas: a JSON Schema for each document that `--json` prints. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DOCUMENT_NAMES, SCHEMAS_DIR, schemaText } from './support/document-schemas.js'

mkdirSync(SCHEMAS_DIR, { recursive: true })
for (const name of DOCUMENT_NAMES) writeFileSync(join(SCHEMAS_DIR, `${name}.json`), schemaText(name))
