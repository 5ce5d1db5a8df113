import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './package-root.js'

/** The bundler puts the version in; the sources read it. */
export function version(): string {
  return process.env.ORCHESTRA_VERSION ?? sourceVersion()
}

function sourceVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string })
    .version
}
