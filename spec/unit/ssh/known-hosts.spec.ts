import { expect } from 'chai'
import { createHmac } from 'node:crypto'
import {
  checkHostKey,
  fingerprint,
  keyTypeOf,
  knownKeyTypes,
  matchesHost,
  matchesWildcard,
  parseKnownHosts,
} from '../../../lib/ssh/known-hosts.js'

function blob(type: string, body: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(type.length)
  return Buffer.concat([length, Buffer.from(type), Buffer.from(body)])
}

const ED = blob('ssh-ed25519', 'one')
const ED2 = blob('ssh-ed25519', 'two')
const RSA = blob('ssh-rsa', 'three')
const line = (names: string, key: Buffer) => `${names} ${keyTypeOf(key)} ${key.toString('base64')}`
const check = (text: string, host: string, port: number, key: Buffer) =>
  checkHostKey(parseKnownHosts(text, 'f'), host, port, key)

describe('known_hosts', () => {
  it('knows a key it holds, whatever the case of the name', () => {
    expect(check(line('Mugen,10.0.0.1', ED), 'mugen', 22, ED)).to.deep.equal({ verdict: 'ok' })
    expect(check(line('mugen', ED), 'MUGEN', 22, ED)).to.deep.equal({ verdict: 'ok' })
  })

  it('tells new from changed', () => {
    expect(check('', 'mugen', 22, ED)).to.deep.equal({ verdict: 'new', otherTypes: [] })
    expect(check(line('mugen', RSA), 'mugen', 22, ED)).to.deep.equal({
      verdict: 'new',
      otherTypes: ['ssh-rsa'],
    })
    const text = `# comment\n${line('other', ED2)}\n${line('mugen', ED2)}\n`
    expect(check(text, 'mugen', 22, ED)).to.deep.equal({ verdict: 'changed', file: 'f', line: 3 })
  })

  it('accepts any of several keys of a name', () => {
    expect(check(`${line('m', ED2)}\n${line('m', ED)}`, 'm', 22, ED).verdict).to.equal('ok')
  })

  it('keeps ports apart, and takes the plain name where the port is not listed', () => {
    expect(check(line('[m]:2222', ED), 'm', 2222, ED).verdict).to.equal('ok')
    expect(check(line('[m]:2222', ED), 'm', 22, ED).verdict).to.equal('new')
    expect(check(line('m', ED), 'm', 2222, ED).verdict).to.equal('ok')
    expect(check(line('m', ED2), 'm', 2222, ED).verdict).to.equal('new')
    expect(check(`${line('[m]:2222', ED2)}\n${line('m', ED)}`, 'm', 2222, ED).verdict).to.equal('changed')
  })

  it('refuses a revoked key even where it is also listed as good', () => {
    const text = `${line('m', ED)}\n@revoked ${line('*', ED)}`
    expect(check(text, 'm', 22, ED)).to.deep.equal({ verdict: 'revoked', file: 'f', line: 2 })
    expect(check(`${line('m', ED)}\n@revoked ${line('*', ED2)}`, 'm', 22, ED).verdict).to.equal('ok')
  })

  it('trusts no key because of an authority or a marker it does not know', () => {
    expect(check(`@cert-authority ${line('*', ED)}`, 'm', 22, ED).verdict).to.equal('new')
    expect(check(`@something ${line('*', ED)}`, 'm', 22, ED).verdict).to.equal('new')
  })

  it('matches hashed names', () => {
    const salt = Buffer.from('12345678901234567890')
    const hash = createHmac('sha1', salt).update('[m]:2222').digest('base64')
    const text = line(`|1|${salt.toString('base64')}|${hash}`, ED)
    expect(check(text, 'm', 2222, ED).verdict).to.equal('ok')
    expect(check(text, 'm', 22, ED).verdict).to.equal('new')
  })

  it('matches wildcards and lets a negation win', () => {
    expect(matchesHost('*.lab,!bad.lab', 'a.lab')).to.equal(true)
    expect(matchesHost('*.lab,!bad.lab', 'bad.lab')).to.equal(false)
    expect(matchesHost('!bad.lab,*', 'bad.lab')).to.equal(false)
    expect(matchesWildcard('10.0.?.*', '10.0.5.17')).to.equal(true)
    expect(matchesWildcard('a?c', 'ac')).to.equal(false)
    expect(matchesWildcard(`${'*a'.repeat(40)}b`, 'a'.repeat(5000))).to.equal(false)
  })

  it('passes over lines that are none', () => {
    const text = `\n#x\nm\nm ssh-rsa\nm ssh-rsa !!!\n${line('m', ED)} a comment\r\n`
    expect(parseKnownHosts(text, 'f').map(({ line: number }) => number)).to.deep.equal([6])
  })

  it('lists the types known for a host, to ask for these first', () => {
    const text = `${line('m', RSA)}\n${line('[m]:2222', ED)}\n@revoked ${line('m', ED2)}`
    expect(knownKeyTypes(parseKnownHosts(text, 'f'), 'm', 2222)).to.have.members(['ssh-rsa', 'ssh-ed25519'])
    expect(knownKeyTypes(parseKnownHosts(text, 'f'), 'm', 22)).to.deep.equal(['ssh-rsa'])
  })

  it('shows fingerprints as ssh-keygen does, and survives blobs that are none', () => {
    expect(fingerprint(ED)).to.match(/^SHA256:[A-Za-z0-9+/]{43}$/)
    expect(keyTypeOf(Buffer.from([255, 255, 255, 255, 1]))).to.equal('')
    expect(keyTypeOf(Buffer.alloc(0))).to.equal('')
  })
})
