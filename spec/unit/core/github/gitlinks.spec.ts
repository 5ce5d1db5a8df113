import { expect } from 'chai'
import { bareGitlinks } from '../../../../lib/core/github/gitlinks.js'

describe('submodules without an entry', () => {
  const entry = (name: string, path: string, url: string | null = 'u') => [
    `submodule.${name}.path ${path}`,
    ...(url === null ? [] : [`submodule.${name}.url ${url}`]),
  ]

  it('are those that no entry names by its path, or only without a url', () => {
    const modules = [
      ...entry('a.b path', 'lib/a b'),
      ...entry('half', 'half', null),
      ...entry('slash', 'deep/'),
    ]
    expect(bareGitlinks(['lib/a b', 'half', 'deep', 'gone/x'], modules)).to.deep.equal(['half', 'gone/x'])
  })

  it('are named as they are called, not as git quotes them', () => {
    const quoted = [String.raw`"\346\227\245/a\"b\\c\td"`, String.raw`"\377"`]
    expect(bareGitlinks(quoted, [])).to.deep.equal(['日/a"b\\c\td', String.raw`"\377"`])
  })
})
