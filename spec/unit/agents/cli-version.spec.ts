import { expect } from 'chai'
import { readVersion, versionCommands, versionProblem } from '../../../lib/agents/cli-version.js'
import { agentDefinition } from '../../../lib/agents/registry.js'

const gemini = agentDefinition('gemini')
const asked = (...command: string[]) =>
  gemini.version === null ? [] : versionCommands(command, gemini.version).map((argv) => argv.join(' '))

describe('the version of an agent CLI', () => {
  it('is asked of the CLI, wherever it stands in the command', () => {
    expect(asked('gemini', '--model', 'x')).to.deep.equal(['gemini --version'])
    expect(asked('node', '/opt/bin/gemini', '-m', 'x')).to.deep.equal(['node /opt/bin/gemini --version'])
    expect(asked('nice', '-n', '5', 'gemini')).to.deep.equal(['nice -n 5 gemini --version'])
    expect(asked('env', 'A=/x/gemini', 'gemini')).to.deep.equal(['env A=/x/gemini gemini --version'])
    expect(asked('npx', '-y', '@google/gemini-cli@0.61.0')).to.deep.equal([
      'npx -y @google/gemini-cli@0.61.0 --version',
    ])
    expect(asked('node', '/lib/@google/gemini-cli/dist/index.js')).to.deep.equal([
      'node /lib/@google/gemini-cli/dist/index.js --version',
    ])
    expect(asked('env', '-C', '/src/gemini', 'gemini')).to.include('env -C /src/gemini gemini --version')
    expect(asked('sh', '-c', 'exec gemini "$@"', 'sh')).to.deep.equal(['sh -c exec gemini "$@" sh --version'])
  })

  it('is asked of a program with another name, and never of one that only starts another', () => {
    expect(asked('/opt/wrapper', '--fast')).to.deep.equal(['/opt/wrapper --version'])
    expect(asked('node', 'run.mjs')).to.deep.equal([])
    expect(asked('sh', '-c', 'cd /x && gemini')).to.deep.equal([])
    expect(asked()).to.deep.equal([])
  })

  it('is believed only in the form that agent CLIs print', () => {
    expect(readVersion('a warning\n0.61.0\n')).to.equal('0.61.0')
    expect(readVersion('codex-cli 0.169.0')).to.equal('0.169.0')
    expect(readVersion('2.1.329 (Claude Code)')).to.equal('2.1.329')
    for (const other of [
      'v24.1.0',
      'env (GNU coreutils) 9.1',
      'nice (GNU coreutils) 9.1',
      'Python 3.11.2',
      '',
    ])
      expect(readVersion(other), other).to.equal(null)
  })

  it('is pointed out when it is older than the rules', () => {
    expect(versionProblem(gemini, '0.36.0')).to.match(/^Gemini CLI 0\.36\.0 is older than 0\.40\.0/)
    expect(versionProblem(gemini, '0.40.0')).to.equal(null)
    expect(versionProblem(gemini, null)).to.equal(null)
    expect(versionProblem(agentDefinition('codex'), '0.101.0')).to.include('older than 0.117.0')
    expect(versionProblem(agentDefinition('shell'), '0.1.0')).to.equal(null)
  })
})
