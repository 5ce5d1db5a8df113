/** What a bundle is made of, the heaviest first: `node scripts/weigh-bundle.mjs daemon-main [FOLDER]`. */
import { bundle } from './make-bundle.mjs'

const [name = 'daemon-main', below = ''] = process.argv.slice(2)
const { metafile } = await bundle(name)
const weights = new Map()
for (const output of Object.values(metafile.outputs))
  for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
    if (!file.startsWith(below)) continue
    // A package, or the folders of lib; the files of the folder that was asked for.
    const [, part = file] = /^((?:node_modules\/(?:@[^/]+\/)?|lib\/[^/]+\/)[^/]+)/.exec(file) ?? []
    const key = below === '' ? part : file
    weights.set(key, (weights.get(key) ?? 0) + bytesInOutput)
  }
for (const [key, bytes] of [...weights].toSorted((a, b) => b[1] - a[1]))
  console.log(`${String(bytes).padStart(9)} ${key}`)
