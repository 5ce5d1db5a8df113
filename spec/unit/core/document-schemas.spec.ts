import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { expect } from 'chai'
import {
  DOCUMENT_NAMES,
  documentSchema,
  SCHEMAS_DIR,
  schemaText,
} from '../../../scripts/support/document-schemas.js'
import { levelSix } from './view/sample-status.js'

describe('the schemas of documents', () => {
  it('are what the types say: `npx tsx scripts/document-schemas.ts` writes them', () => {
    expect(readdirSync(SCHEMAS_DIR).toSorted()).to.deep.equal(
      DOCUMENT_NAMES.map((name) => `${name}.json`).toSorted(),
    )
    for (const name of DOCUMENT_NAMES)
      expect(readFileSync(join(SCHEMAS_DIR, `${name}.json`), 'utf8'), name).to.equal(schemaText(name))
  })

  it('take a state of ours, and refuse another word and a field that is missing', () => {
    const isValid = new Ajv({ strict: false }).compile(documentSchema('status'))
    const good = JSON.parse(JSON.stringify(levelSix())) as { summary: object; agents: { state: string }[] }
    expect(isValid(good), JSON.stringify(isValid.errors)).to.equal(true)
    expect(isValid({ ...good, daemon: null })).to.equal(true)
    expect(isValid({ ...good, agents: good.agents.map((one) => ({ ...one, state: 'bored' })) })).to.equal(
      false,
    )
    expect(isValid({ ...good, summary: undefined })).to.equal(false)
  })
})
