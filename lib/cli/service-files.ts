/** The texts that bring a daemon back after a crash or a reboot. Pure. */
export interface ServiceFacts {
  readonly session: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Only the daemon itself is systemd's: tmux and the agents in it must outlive it. */
export function systemdUnit({ session, argv, env }: ServiceFacts): string {
  const word = (text: string) =>
    `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`
  const variables = Object.entries(env).map(([k, v]) => `Environment=${word(`${k}=${v}`)}\n`)
  return `[Unit]
Description=orchestra, session ${session}
After=network.target
StartLimitIntervalSec=300
StartLimitBurst=10

[Service]
Type=exec
ExecStart=${argv.map(word).join(' ')}
${variables.join('')}Restart=on-failure
RestartSec=2
KillMode=process
TimeoutStopSec=10

[Install]
WantedBy=default.target
`
}

export function launchdJob({ session, argv, env }: ServiceFacts): string {
  const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const words = argv.map((word) => `    <string>${xml(word)}</string>`).join('\n')
  const variables = Object.entries(env)
    .map(([k, v]) => `    <key>${xml(k)}</key><string>${xml(v)}</string>`)
    .join('\n')
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>orchestra.${xml(session)}</string>
  <key>ProgramArguments</key>
  <array>
${words}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${variables}
  </dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <key>AbandonProcessGroup</key><true/>
</dict>
</plist>
`
}
