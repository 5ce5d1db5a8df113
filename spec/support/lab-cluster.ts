/**
 * Two machines on which Claude Code and Codex are set up as a person would have them, in front of one model of the
 * laboratory: sshd, HOME and network of their own (`makeCluster`), the real programs on PATH.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { FAKE_KEY, labProgram, type LabType } from '../../scripts/lab/home.js'
import { startStub, type Stub, type StubOptions } from '../../scripts/lab/model-stub.js'
import { makeCluster, type Cluster, type ClusterHost } from './cluster.js'

/** A subscriber's: usage limits are told to them alone. */
const FAKE_TOKEN = 'sk-ant-oat01-test-orchestra'

export interface LabCluster extends Cluster {
  readonly stub: Stub
}

export async function makeLabCluster(
  types: Readonly<Record<string, LabType>>,
  options: Pick<StubOptions, 'choose'> = {},
): Promise<LabCluster> {
  const cluster = await makeCluster(Object.keys(types))
  try {
    const addresses = [...cluster.hosts.values()].map(({ network }) => network.gateway)
    const stub = await startStub({ addresses, ...options })
    for (const host of cluster.hosts.values()) setUp(host, types[host.name] ?? 'claude', stub.port)
    return {
      ...cluster,
      stub,
      remove: async () => {
        await cluster.remove()
        await stub.close()
      },
    }
  } catch (error) {
    await cluster.remove()
    throw error
  }
}

/** HOME as somebody left it who has signed in before, and the CLI on PATH, told where its model is. */
function setUp({ sshd: { home }, network }: ClusterHost, type: LabType, port: number): void {
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(home, name)), { recursive: true })
    writeFileSync(join(home, name), text, { mode: 0o600 })
  }
  mkdirSync(join(home, 'shop'))
  write('.profile', 'PATH=$HOME/bin:$PATH\n')
  const url = `http://${network.gateway}:${port}/agent/$ORCHESTRA_AGENT/cwd/$(printf %s "$PWD" | base64 -w0 | tr +/ -_ | tr -d =)`
  const program = labProgram(type)
  if (type === 'claude') {
    write(
      '.claude.json',
      JSON.stringify({
        hasCompletedOnboarding: true,
        theme: 'dark',
      }),
    )
    write(
      'bin/claude',
      [
        '#!/bin/sh',
        `export ANTHROPIC_BASE_URL="${url}" CLAUDE_CODE_OAUTH_TOKEN=${FAKE_TOKEN}`,
        'export DISABLE_TELEMETRY=1 DISABLE_ERROR_REPORTING=1 CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1',
        `exec ${program} "$@"`,
        '',
      ].join('\n'),
    )
  } else {
    write(
      '.codex/config.toml',
      [
        'model = "gpt-5.1-codex"',
        'model_provider = "stub"',
        'approval_policy = "on-request"',
        'sandbox_mode = "workspace-write"',
        '[model_providers.stub]',
        'name = "stub"',
        'wire_api = "responses"',
        'env_key = "STUB_KEY"',
        '',
      ].join('\n'),
    )
    write(
      'bin/codex',
      [
        '#!/bin/sh',
        `export STUB_KEY=${FAKE_KEY}`,
        `exec ${program} -c "model_providers.stub.base_url=\\"${url}/v1\\"" "$@"`,
        '',
      ].join('\n'),
    )
  }
  chmodSync(join(home, 'bin', type), 0o755)
}
