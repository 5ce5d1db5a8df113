/** Each line of the catalogue has its folder, and the folder says the same. */
import { expect } from 'chai'
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { agentDefinition } from '../../../lib/agents/registry.js'
import { AGENT_TYPES, BUILT_IN_AGENT_TYPES, isAgentCli } from '../../../lib/core/layout/agent-types.js'

const ROOT = resolve(import.meta.dirname, '../../..')

describe('the catalogue of agent types', () => {
  for (const type of BUILT_IN_AGENT_TYPES) {
    it(`says of ${type} what its folder says`, () => {
      const definition = agentDefinition(type)
      expect(definition.behaviour).to.equal(type)
      expect(definition.rules.type).to.equal(type)
      expect(definition.headless !== null).to.equal(AGENT_TYPES[type].headless)
      if (!isAgentCli(type)) return
      expect(definition.command[0]).to.equal(AGENT_TYPES[type].program)
      expect(definition.version).not.to.equal(null)
      expect(definition.ownKeys).not.to.deep.equal([])
      const screens = join(ROOT, 'spec/fixtures/screens', type)
      expect(
        existsSync(screens) && readdirSync(screens).length,
        `recorded screens of ${type}`,
      ).to.be.greaterThan(0)
    })
  }

  it('has a line for each folder', () => {
    const folders = readdirSync(join(ROOT, 'lib/agents'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'host')
      .map(({ name }) => name)
    expect(folders.toSorted()).to.deep.equal(BUILT_IN_AGENT_TYPES.toSorted())
  })
})
