import { expect } from 'chai'
import { displayWidth } from '../../../../lib/core/text/display-width.js'
import { githubLines, githubPage } from '../../../../lib/core/view/github-lines.js'
import { lineText } from '../../../../lib/core/view/spans.js'
import { statusLines } from '../../../../lib/core/view/status-lines.js'
import { withGithub } from './github-sample.js'
import { levelSix, NOW } from './sample-status.js'

const LOOK = { now: NOW, ascii: false }
const page = (cols: number) => githubPage(withGithub(), cols, LOOK).map(lineText)

describe('what stands on GitHub, on a terminal', () => {
  it('says why a workflow is red and what to do, problems, and the issues of tasks', () => {
    expect(page(200)).to.deep.equal([
      '◐ github  degraded · owner/name · 3 pending · 1 uncertain · 2 refused · looked at 12s ago',
      '  ✗ Auto Rollback failure 3h  checkout / Check out submodules',
      "      fatal: No url found for submodule path 'archive/dashboards/miyabi-dashboard' in .gitmodules",
      '    → git rm --cached archive/dashboards/miyabi-dashboard',
      '  ✓ 日本語の検査 success 2h',
      '  ▲ what is to be written waits: another orchestra writes there',
      '  ▲ 2 refused by GitHub, or by us',
      '  ▲ 1 uncertain: whether GitHub has them is being looked up',
      '  ISSUES 2',
      '  ✓   #97 closed issue-97 done  Tables',
      '  ● #1170 open   issue-1170 running  請求書の一覧',
    ])
  })

  for (const cols of [20, 40, 80, 200])
    it(`is no wider than ${cols} columns, and cuts no command`, () => {
      const lines = [...page(cols), ...githubLines(withGithub(), cols, LOOK).map(lineText)]
      for (const line of lines) expect(displayWidth(line), line).to.be.at.most(cols)
      expect(page(cols).join('').replace(/\s+/g, '')).to.contain('archive/dashboards/miyabi-dashboard')
    })

  it('stands in `status` where a machine is connected, and nowhere else', () => {
    const text = (doc: Parameters<typeof statusLines>[0]) =>
      statusLines(doc, { ...LOOK, cols: 80, offsetMin: 0 }).map(lineText)
    expect(text(withGithub()).join('\n')).to.contain(
      'GITHUB\n◐ github  degraded · owner/name · 3 pending · 1 uncertain · 2 refused\n  ✗ Auto Rollback failure 3h  checkout',
    )
    expect(text(levelSix())).not.to.contain('GITHUB')
    expect(githubPage(levelSix(), 80, LOOK).map(lineText)).to.deep.equal([
      'no machine of the layout is connected to GitHub',
    ])
  })
})
