/**
 * Records how a real CLI draws markers: `sandbox.sh tsx scripts/lab/record-markers.ts TYPE [--install FOLDER]
 * [--forms equals,brackets] [--into DIR]` at 40 and 80 columns, one screen a form and a width, and the bytes of it.
 */
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { READY } from './driver.js'
import { labHome, labProgram, type LabType } from './home.js'
import { styledAnswer, type MarkerForm } from './marker-styles.js'
import { startStub } from './model-stub.js'
import { labSession, sleep } from './session.js'

const args = process.argv.slice(2)
const option = (name: string) => {
  const at = args.indexOf(`--${name}`)
  return at === -1 ? undefined : args[at + 1]
}
const type = args[0] as LabType
const install = option('install') ?? type
const forms = (option('forms')?.split(',') ?? ['equals', 'brackets']) as MarkerForm[]
const into = option('into') ?? path.join(import.meta.dirname, '..', '..', 'spec', 'fixtures', 'markers')
const env = { PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`, HOME: '/nonexistent' }
const { stdout } = await promisify(execFile)(labProgram(type, install), ['--version'], { env })
const version = /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? 'unknown'

/** As tall as a whole answer: nothing scrolls away. */
const ROWS = 70

for (const cols of [40, 80]) {
  let form: MarkerForm = 'equals'
  const choose = () => ({
    text: (styledAnswer(form).match(/[\s\S]{1,24}/gu) ?? []).map((part) => ({ text: part, delayMs: 20 })),
  })
  const stub = await startStub({ choose })
  const lab = await labHome(type, { urlFor: stub.urlFor, install })
  const session = await labSession(lab, cols, ROWS)
  try {
    await session.until(READY[type], 180_000)
    await sleep(type === 'opencode' ? 4000 : 1500)
    for (form of forms) {
      const dir = path.join(into, type, `${version}-${form}-${cols}`)
      await mkdir(dir, { recursive: true })
      const raw = path.join(lab.root, `${form}.raw`)
      await session.tmux('pipe-pane', '-t', 'lab', `cat > ${raw}`)
      await session.paste(`form ${form}`)
      await sleep(type === 'opencode' ? 1000 : 500)
      await session.keys('Enter')
      await session.until(new RegExp(`form ${form}.*That is all`), 60_000)
      let [seen, still] = ['', 0]
      while (still < 6) {
        await sleep(250)
        const { screen } = await session.capture()
        still = stub.open() === 0 && screen === seen ? still + 1 : 0
        seen = screen
      }
      await session.tmux('pipe-pane', '-t', 'lab')
      const clean = (text: string) =>
        text.replaceAll(lab.root, '/home/dev/projects'.padEnd(lab.root.length, 'x').slice(0, lab.root.length))
      await writeFile(path.join(dir, 'screen.txt'), `${clean(seen).trimEnd()}\n`)
      await writeFile(path.join(dir, 'bytes.gz'), gzipSync(await readFile(raw), { level: 9 }))
      process.stderr.write(`${type} ${version} ${form} ${cols}\n`)
    }
  } catch (error) {
    process.stderr.write(
      `${type} ${version} ${cols}: ${String(error)}\n${(await session.capture()).screen}\n`,
    )
    process.exitCode = 1
  } finally {
    await session.close()
    await lab.remove()
    await stub.close()
  }
}
process.exit()
