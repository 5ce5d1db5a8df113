import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { namedHosts, readSshConfig, splitWords } from '../../../lib/ssh/ssh-config-reader.js'

describe('the small reader of ssh_config', () => {
  let home: string
  const read = (text: string, host: string) => {
    writeFileSync(join(home, '.ssh', 'config'), text)
    return Object.fromEntries(readSshConfig(join(home, '.ssh', 'config'), host, home))
  }

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'orch-config-'))
    mkdirSync(join(home, '.ssh', 'd'), { recursive: true })
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  it('lets the first value win and collects identity files', () => {
    const text = `User first\nHost mu*\n  user second\n  IdentityFile a\nHost * !x\n Port=2222\n IdentityFile "b c"\n`
    expect(read(text, 'mugen')).to.deep.equal({ user: ['first'], identityfile: ['a', 'b c'], port: ['2222'] })
    expect(read(text, 'x')).to.deep.equal({ user: ['first'] })
  })

  it('follows Include, with wildcards, and not for ever', () => {
    writeFileSync(join(home, '.ssh', 'd', 'one'), 'Host mugen\n Port 1\n')
    writeFileSync(join(home, '.ssh', 'd', 'two'), 'Include ~/.ssh/config\nUser two\n')
    expect(read('Include d/*\n', 'mugen')).to.deep.equal({ port: ['1'], user: ['two'] })
  })

  it('passes over Match blocks that it cannot judge', () => {
    expect(read('Match exec "rm -rf /"\n User bad\nMatch all\n User good\n', 'm')).to.deep.equal({
      user: ['good'],
    })
  })

  it('names a host by the first word of its line that a person could type', () => {
    writeFileSync(
      join(home, '.ssh', 'config'),
      'Host "build box" plain p2\nHost "quoted"\nHost "only this"\n',
    )
    expect(namedHosts(join(home, '.ssh', 'config'), home)).to.deep.equal({
      hosts: [
        { name: 'plain', aliases: ['p2'] },
        { name: 'quoted', aliases: [] },
      ],
      others: [],
    })
  })

  it('is empty without a file', () => {
    expect(readSshConfig(join(home, 'none'), 'm', home).size).to.equal(0)
  })

  it('splits words as ssh does', () => {
    expect(splitWords('  Key = "a b" c ')).to.deep.equal(['Key', 'a b', 'c'])
    expect(splitWords('# Key value')).to.deep.equal([])
  })
})

/** Two readers of one format: ours, and OpenSSH's own. */
describe('the small reader of ssh_config, beside ssh -G', function () {
  const CORPUS: readonly string[] = [
    'Host a b\n  HostName h.%h\n  Port 2022\nHost *\n  User u\n',
    'Host="quoted"\n  HostName=10.0.0.1\n  User\t"a user"\n',
    "Host 'single'\n  HostName 10.0.0.2 # a remark\n  User x\n",
    'Host one # two three\n  Port 1022\n',
    '\uFEFFHost bom\r\n  Port 1023\r\n',
    'Host *.example !bad.example\n  User w\n',
    'User early\nHost a\n  User late\n',
    'Include d/*.conf\nHost included\n  User second\n',
    'Host a\n  Include d/one.conf\nHost included\n  Port 77\n',
    'Match all\n  User everyone\nHost a\n  Port 3\n',
    'Host a\n  ProxyJump gate:2200\n  IdentityFile ~/.ssh/x\n  IdentityFile "~/.ssh/y z"\n  IdentitiesOnly yes\n',
    'HOST a\n  hostname 10.1.1.1\n  PORT 9\n',
    'Host 10.0.0.* 192.168.?.1\n  User net',
  ]
  const NAMES = [
    'a',
    'b',
    'quoted',
    'single',
    'one',
    'two',
    'bom',
    'x.example',
    'bad.example',
    'included',
    '10.0.0.7',
    '192.168.3.1',
  ]
  const KEYS = ['hostname', 'user', 'port', 'proxyjump', 'identityfile', 'identitiesonly']

  /** null: it refuses the file. */
  function openssh(config: string, name: string): Map<string, string[]> | null {
    const { stdout, status } = spawnSync('ssh', ['-F', config, '-G', name], { encoding: 'utf8' })
    if (status !== 0) return null
    const values = new Map<string, string[]>()
    for (const line of stdout.split('\n')) {
      const [key = '', ...words] = line.split(' ')
      values.set(key, [...(key === 'identityfile' ? (values.get(key) ?? []) : []), words.join(' ')])
    }
    return values
  }

  it('agrees on every host of the corpus', function () {
    if (spawnSync('ssh', ['-V']).error !== undefined) this.skip()
    const home = mkdtempSync(join(tmpdir(), 'orch-corpus-'))
    try {
      mkdirSync(join(home, '.ssh', 'd'), { recursive: true })
      const config = join(home, '.ssh', 'config')
      const usualOf = new Map<string, Map<string, string[]> | null>()
      for (const text of CORPUS) {
        // ssh takes relative names of Include from the passwd home, whatever HOME says.
        writeFileSync(
          join(home, '.ssh', 'd', 'one.conf'),
          'Host included\n  HostName 10.9.9.9\n  User first\n',
        )
        const absolute = text.replace('Include d/', `Include ${home}/.ssh/d/`)
        writeFileSync(config, absolute)
        for (const name of NAMES) {
          const theirs = openssh(config, name)
          if (theirs === null) continue
          const usual = usualOf.get(name) ?? openssh('/dev/null', name)
          usualOf.set(name, usual)
          const ours = readSshConfig(config, name, home)
          for (const key of KEYS) {
            const mine = ours.get(key)
            if (mine === undefined) {
              expect(theirs.get(key), `${JSON.stringify(text)}: ${name}: ${key}`).to.deep.equal(
                usual?.get(key),
              )
              continue
            }
            const said = key === 'identityfile' ? mine : [mine[0]?.replaceAll('%h', name)]
            expect(said, `${JSON.stringify(text)}: ${name}: ${key}`).to.deep.equal(theirs.get(key))
          }
        }
      }
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })

  it('lists what a person could type after ssh', () => {
    const home = mkdtempSync(join(tmpdir(), 'orch-list-'))
    try {
      mkdirSync(join(home, '.ssh', 'd'), { recursive: true })
      const config = join(home, '.ssh', 'config')
      writeFileSync(join(home, '.ssh', 'd', 'one.conf'), 'Host included\n  HostName 10.9.9.9\n')
      writeFileSync(
        config,
        '\uFEFFHost build1 b1 "quoted" # our build box\n  Include d/*.conf\nHost *.corp\nHost github.com\nHost forge\n  HostName gitlab.com\nMatch exec "true"\nHost *\n  User u\nHost b1 last\r\n',
      )
      const { hosts, others } = namedHosts(config, home)
      expect(hosts).to.deep.equal([
        { name: 'build1', aliases: ['b1', 'quoted'] },
        { name: 'included', aliases: [] },
        { name: 'last', aliases: [] },
      ])
      expect(others).to.have.members(['Host github.com', 'Host forge', 'Host *.corp', 'Match exec true'])
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })
})
