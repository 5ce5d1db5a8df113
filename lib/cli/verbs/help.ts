import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../home/package-root.js'
import { parseWithYargs } from '../parse-with-yargs.js'
import { isTopic, type Topic } from '../topics.js'
import type { Verb } from '../verb.js'
import { may } from '../verb-arguments.js'

/** Where the files of a topic are, below the package. */
const FILES: Readonly<Record<Topic, { readonly dir: string; readonly form: RegExp; readonly what: string }>> =
  {
    schemas: {
      dir: 'config/schemas',
      form: /\.json$/,
      what: 'JSON Schemas of what --json prints, a file a document or an element of a list:',
    },
    docs: { dir: 'docs', form: /\.md$/, what: 'The documents that are installed with this program:' },
  }

export const help: Verb = {
  name: 'help',
  permission: null,
  describe:
    'every verb, or one with its options and an example; `help schemas`, `help docs`: where those are',
  positionals: [may('verb', 'a verb, schemas or docs')],
  options: {},
  example: 'orchestra help send',
  run: async (c) => {
    const [word] = c.positionals
    if (!isTopic(word)) {
      const asked = await parseWithYargs(
        word === undefined ? ['--help'] : [word, '--help'],
        await c.verbs(),
        c.out,
      )
      return typeof asked === 'number' ? asked : 0
    }
    const { dir, form, what } = FILES[word]
    const root = join(packageRoot(), dir)
    const files = readdirSync(root)
      .filter((name) => form.test(name))
      .toSorted()
    if (c.json) c.out(`${JSON.stringify(files.map((name) => join(root, name)))}\n`)
    else c.out(`${what}\n${files.map((name) => `  ${join(root, name)}\n`).join('')}`)
    return 0
  },
}
