import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { OrchestraError } from '../../../lib/core/errors.js'
import { prepareRunDir } from '../../../lib/store/prepare-run-dir.js'
import { ProtocolFiles } from '../../../lib/store/protocol-files.js'
import { readUntrusted } from '../../../lib/store/read-untrusted.js'

describe('the run directory', () => {
  let root: string
  let dir: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'orchestra-run-'))
    dir = join(root, 'run')
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  function refusal(): unknown {
    try {
      prepareRunDir(dir)
      return 'taken'
    } catch (error) {
      return (error as OrchestraError).details['runDir']
    }
  }

  describe('prepareRunDir', () => {
    it('comes to an end where none can be made', function () {
      if (process.platform !== 'linux') this.skip()
      // Node's own recursive mkdir does not.
      expect(() => prepareRunDir('/proc/nobody/a/b')).to.throw(/ENOENT/)
    })

    it('makes it, with what is above, for us alone, and takes it again', () => {
      dir = join(root, 'a/b/run')
      prepareRunDir(dir)
      prepareRunDir(dir)
      expect(statSync(dir).mode & 0o777).to.equal(0o700)
    })

    it('closes one of ours that others could read', () => {
      mkdirSync(dir, { mode: 0o755 })
      prepareRunDir(dir)
      expect(statSync(dir).mode & 0o777).to.equal(0o700)
    })

    it('refuses what somebody may have planted', () => {
      symlinkSync(root, dir)
      expect(refusal()).to.equal('symlink')
      rmSync(dir)
      symlinkSync('/no/such/place', dir)
      expect(refusal()).to.equal('symlink')
      rmSync(dir)
      writeFileSync(dir, '')
      expect(refusal()).to.equal('not_a_directory')
      rmSync(dir)
      execFileSync('mkfifo', [dir])
      expect(refusal()).to.equal('not_a_directory')
      rmSync(dir)
      mkdirSync(dir)
      chmodSync(dir, 0o777)
      expect(refusal()).to.equal('mode')
      chmodSync(dir, 0o1770)
      expect(refusal()).to.equal('mode')
    })

    it("refuses somebody else's", function () {
      if (process.getuid?.() !== 0) return this.skip()
      mkdirSync(dir, { mode: 0o700 })
      chownSync(dir, 12_345, 12_345)
      expect(refusal()).to.equal('owner')
      return undefined
    })
  })

  describe('ProtocolFiles', () => {
    it('writes a file whole, for us alone, and only when it changed', () => {
      const files = new ProtocolFiles(dir)
      expect(files.writeQueue({ tasks: [] })).to.equal(true)
      const first = statSync(join(dir, 'task_queue.json'))
      expect(first.mode & 0o777).to.equal(0o600)
      expect(files.writeQueue({ tasks: [] })).to.equal(false)
      expect(statSync(join(dir, 'task_queue.json')).ino).to.equal(first.ino)
      files.writeReport('# Report\n')
      expect(files.writeReport('# Report 2\n')).to.equal(true)
      expect(readFileSync(join(dir, 'report.md'), 'utf8')).to.equal('# Report 2\n')
      expect(readdirSync(dir).sort()).to.deep.equal(['logs', 'report.md', 'results', 'task_queue.json'])
    })

    it('finds what another program wrote or removed, a few files at a time, and writes it anew', () => {
      const files = new ProtocolFiles(dir)
      const path = (n: number) => join(dir, `agent_A-${n}_status.json`)
      const write = (n: number) =>
        files.writeAgentStatus({
          agent_id: `A-${n}`,
          task_id: null,
          status: 'idle',
          progress: null,
          started_at: null,
          updated_at: null,
          output_files: [],
          errors: [],
          next_task: null,
        })
      for (const n of [1, 2, 3, 4]) write(n)
      const whole = readFileSync(path(1), 'utf8')
      expect([2, 2, 2, 2].map((limit) => files.findAltered(limit))).to.deep.equal([
        false,
        false,
        false,
        false,
      ])
      appendFileSync(path(1), 'x')
      rmSync(path(4))
      expect([files.findAltered(2), files.findAltered(2)].includes(true)).to.equal(true)
      files.findAltered(4)
      expect([1, 2, 3, 4].map(write)).to.deep.equal([true, false, false, true])
      expect(readFileSync(path(1), 'utf8')).to.equal(whole)
      expect(files.findAltered(100)).to.equal(false)
    })

    it('replaces a link or a FIFO that stands in its place, and follows neither', () => {
      const files = new ProtocolFiles(dir)
      writeFileSync(join(root, 'victim'), 'precious')
      symlinkSync(join(root, 'victim'), join(dir, 'report.md'))
      execFileSync('mkfifo', [join(dir, 'task_queue.json')])
      files.writeReport('mine')
      files.writeQueue({ tasks: [] })
      expect(readFileSync(join(root, 'victim'), 'utf8')).to.equal('precious')
      expect(readFileSync(join(dir, 'report.md'), 'utf8')).to.equal('mine')
      expect(statSync(join(dir, 'task_queue.json')).isFile()).to.equal(true)
    })

    it('says what it could not write, and writes it the next time', () => {
      const files = new ProtocolFiles(dir)
      rmSync(dir, { recursive: true })
      expect(() => files.writeReport('x')).to.throw('report.md could not be written')
      expect(files.writeReport('x')).to.equal(true)
      rmSync(join(dir, 'report.md'))
      expect(files.writeReport('x')).to.equal(true)
    })

    it('keeps the file before it when there is no space', function () {
      if (process.getuid?.() !== 0) return this.skip()
      mkdirSync(dir, { mode: 0o700 })
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', dir])
      try {
        const files = new ProtocolFiles(dir)
        files.writeReport('small')
        expect(() => files.writeReport('x'.repeat(200_000))).to.throw('could not be written')
        expect(readFileSync(join(dir, 'report.md'), 'utf8')).to.equal('small')
        expect(readdirSync(dir).sort()).to.deep.equal(['logs', 'report.md', 'results'])
        return undefined
      } finally {
        execFileSync('umount', ['-l', dir])
      }
    })
  })

  describe('readUntrusted', () => {
    const reasonOf = (name: string) => {
      const read = readUntrusted(join(root, name))
      return read.ok ? read.text : read.reason
    }

    it('reads a small regular file, whatever bytes are in it', () => {
      writeFileSync(join(root, 'file'), Buffer.from([0x61, 0xff, 0x62]))
      expect(reasonOf('file')).to.equal('a\ufffdb')
    })

    it('refuses everything else without waiting for it', () => {
      execFileSync('mkfifo', [join(root, 'fifo')])
      symlinkSync('/dev/zero', join(root, 'link'))
      mkdirSync(join(root, 'directory'))
      writeFileSync(join(root, 'huge'), '')
      truncateSync(join(root, 'huge'), 10 * 1024 ** 3)
      for (const name of ['fifo', 'link', 'directory'])
        expect(reasonOf(name), name).to.equal('not a regular file')
      expect(reasonOf('huge')).to.equal('larger than 262144 bytes')
      expect(readUntrusted('/dev/zero')).to.include({ ok: false, reason: 'not a regular file' })
      expect(readUntrusted(join(root, 'none'))).to.deep.equal({ ok: false, reason: 'missing', missing: true })
    })

    it('takes a file up to the limit', () => {
      writeFileSync(join(root, 'file'), 'x'.repeat(262_144))
      expect(reasonOf('file')).to.have.length(262_144)
      appendFileSync(join(root, 'file'), 'x')
      expect(reasonOf('file')).to.include('larger')
    })

    it("refuses somebody else's file", function () {
      if (process.getuid?.() !== 0) return this.skip()
      writeFileSync(join(root, 'file'), '')
      chownSync(join(root, 'file'), 12_345, 12_345)
      expect(reasonOf('file')).to.equal("somebody else's file")
      return undefined
    })
  })
})
