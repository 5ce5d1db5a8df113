/** Writes config/orchestra.schema.json: `npx tsx scripts/schema.ts`. */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { format } from 'prettier'
import { layoutJsonSchema } from '../lib/config/json-schema.js'

const path = fileURLToPath(new URL('../config/orchestra.schema.json', import.meta.url))
await writeFile(path, await format(JSON.stringify(layoutJsonSchema()), { parser: 'json', printWidth: 110 }))
