import { expect } from 'chai'
import {
  inheritedEnv,
  joinPath,
  localeEnv,
  namedEnv,
  neutralEnv,
} from '../../../../lib/core/environment/environment.js'

const kept = (env: Record<string, string>) => Object.keys(inheritedEnv(env))

describe('the inherited environment', () => {
  it('keeps what a person sets', () => {
    const env = {
      FOO: '1',
      CODEX_HOME: '/c',
      OPENCODE_CONFIG: '/o',
      GIT_SSH_COMMAND: 'ssh',
      npm_config_prefix: '/p',
    }
    expect(inheritedEnv(env)).to.deep.equal(env)
  })

  it('removes the marks of an agent session, and inside one what else it sets', () => {
    expect(kept({ CLAUDECODE: '1', CLAUDE_CODE_NEW: 'x', CLAUDE_CODE_USE_VERTEX: '1' })).to.deep.equal([
      'CLAUDE_CODE_USE_VERTEX',
    ])
    expect(kept({ CLAUDE_CODE_NEW: 'x' })).to.deep.equal(['CLAUDE_CODE_NEW'])
    expect(kept({ CODEX_THREAD_ID: 'x', GEMINI_CLI: '1', AI_AGENT: 'x', CURSOR_AGENT: '1' })).to.deep.equal(
      [],
    )
  })

  it('removes our own identity, and the TMPDIR that ends with that agent', () => {
    const outer = { ORCHESTRA_DIR: '/d', ORCHESTRA_AGENT: 'A', ORCHESTRA_HOME: '/h', TMPDIR: '/tmp/orc.1' }
    expect(kept(outer)).to.deep.equal(['ORCHESTRA_HOME'])
    expect(kept({ TMPDIR: '/mine' })).to.deep.equal(['TMPDIR'])
  })

  it("removes what points git elsewhere, and an author only where a hook of git's set it", () => {
    const author = { GIT_AUTHOR_NAME: 'n', GIT_AUTHOR_EMAIL: 'e' }
    expect(inheritedEnv(author)).to.deep.equal(author)
    expect(kept({ ...author, GIT_DIR: '.git', GIT_EDITOR: ':' })).to.deep.equal([])
  })

  it("removes npm's variables only inside one of its scripts", () => {
    expect(kept({ npm_lifecycle_event: 'x', npm_config_prefix: '/p', INIT_CWD: '/i' })).to.deep.equal([])
  })

  it('removes secrets by their names, and names that sh cannot export', () => {
    expect(
      kept({ GITHUB_TOKEN: 'x', DB_PASSWORD: 'x', MY_KEY: 'x', 'BASH_FUNC_f%%': '() { :; }' }),
    ).to.deep.equal([])
    expect(namedEnv({ MY_KEY: 'x', OTHER: 'y' }, ['MY_KEY', 'NOT_SET'])).to.deep.equal({ MY_KEY: 'x' })
  })

  it('names UTF-8 only where no locale is named', () => {
    expect(localeEnv({ LANG: '' }, 'C.UTF-8')).to.deep.equal({ LANG: 'C.UTF-8' })
    expect(localeEnv({ LC_ALL: 'C' }, 'C.UTF-8')).to.deep.equal({})
  })

  it('joins absolute places, each once', () => {
    expect(joinPath('/a:.:/b', undefined, '/b:/c', '')).to.equal('/a:/b:/c')
  })

  it('leaves a tmux server nothing of a project', () => {
    expect(neutralEnv({ HOME: '/h', VIRTUAL_ENV: '/v', LC_ALL: 'C', TMUX: 'x' })).to.deep.equal({
      HOME: '/h',
      LC_ALL: 'C',
    })
  })
})
