/** Writes config/orchestra.schema.json and the tables of keys in docs/: `npx tsx scripts/schema.ts`. */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { format } from 'prettier'
import { layoutJsonSchema } from '../lib/config/json-schema.js'
import { LAYOUT_PAGES, layoutDocs } from './layout-docs.js'

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const schema = await format(JSON.stringify(layoutJsonSchema()), { parser: 'json', printWidth: 110 })
await writeFile(at('config/orchestra.schema.json'), schema)
for (const page of LAYOUT_PAGES) await writeFile(at(page), layoutDocs(await readFile(at(page), 'utf8')).text)
