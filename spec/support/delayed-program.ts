/** The built program, with a daemon whose store is durable later than it takes (`open-delayed-store.ts`). */
import { cpSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { bundleDaemon, packageOfLinks } from './daemon-variant.js'
import { builtProgram } from './orchestra.js'

let made: Promise<string> | undefined

export function delayedProgram(): Promise<string> {
  return (made ??= (async () => {
    const dir = packageOfLinks('delayed')
    cpSync(dirname(builtProgram()), join(dir, 'dist'), { recursive: true })
    await bundleDaemon('lib/daemon/main.ts', join(dir, 'dist/daemon.cjs'), [
      {
        name: 'delayed store',
        setup: (bundler) =>
          bundler.onResolve({ filter: /store\/open-store\.js$/ }, ({ importer }) =>
            importer.endsWith(join('daemon', 'main.ts'))
              ? { path: resolve(import.meta.dirname, 'open-delayed-store.ts') }
              : undefined,
          ),
      },
    ])
    return join(dir, 'dist/orchestra.cjs')
  })())
}
