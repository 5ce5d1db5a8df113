import { expect } from 'chai'
import { join } from 'node:path'
import { resolveLayout } from '../../../lib/config/resolve-layout.js'
import { OrchestraError } from '../../../lib/core/errors.js'
import { withLayoutFiles } from './with-layout-files.js'

const FILES = {
  'cwd/orchestra.yaml': '',
  'cwd/here.yaml': '',
  'project/orchestra.yml': '',
  'cwd/layouts/both.yaml': '',
  'config/layouts/both.yaml': '',
  'config/mine.yml': '',
  'package/layouts/local.yaml': '',
}

async function inTree(use: (resolve: (given?: string) => string) => void): Promise<void> {
  await withLayoutFiles(FILES, (dir) => {
    const options = {
      cwd: join(dir, 'cwd'),
      configDir: join(dir, 'config'),
      packageDir: join(dir, 'package'),
    }
    use((given) => resolveLayout(given, options).slice(dir.length + 1))
    return Promise.resolve()
  })
}

describe('resolveLayout', () => {
  it('means ./orchestra.yaml when nothing is named', () =>
    inTree((resolve) => expect(resolve()).to.equal('cwd/orchestra.yaml')))

  it('takes a path', () =>
    inTree((resolve) => {
      expect(resolve('./layouts/both.yaml')).to.equal('cwd/layouts/both.yaml')
      expect(resolve('here.yaml')).to.equal('cwd/here.yaml')
    }))

  it('takes a directory for the orchestra.yaml in it', () =>
    inTree((resolve) => {
      expect(resolve('.')).to.equal('cwd/orchestra.yaml')
      expect(resolve('../project')).to.equal('project/orchestra.yml')
      expect(() => resolve('./layouts')).to.throw(OrchestraError, /layouts\/orchestra\.yaml/)
    }))

  it('looks a name up here, in the configuration, in the package, in this order', () =>
    inTree((resolve) => {
      expect(resolve('both')).to.equal('cwd/layouts/both.yaml')
      expect(resolve('mine')).to.equal('config/mine.yml')
      expect(resolve('local')).to.equal('package/layouts/local.yaml')
      expect(resolve('here')).to.equal('cwd/here.yaml')
    }))

  it('lists what it looked at', () =>
    inTree((resolve) => {
      expect(() => resolve('nothing'))
        .to.throw(OrchestraError, /^there is no layout "nothing"$/)
        .with.property('hint')
        .that.matches(/^Looked in .*cwd\/layouts, .*package\/layouts.*\nShipped: .*local/)
      expect(() => resolve('locla')).to.throw(OrchestraError, /\(did you mean local\?\)$/)
      expect(() => resolve('heer')).to.throw(OrchestraError, /\(did you mean here\?\)$/)
    }))
})
