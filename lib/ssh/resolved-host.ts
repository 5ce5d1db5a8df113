/** One hop, after `~/.ssh/config` had its say. Paths are absolute. */
export interface ResolvedHost {
  /** As the person wrote it: for messages. */
  readonly name: string
  readonly hostName: string
  /** What ssh is given by a person who goes the same way, the name last. */
  readonly login: readonly string[]
  readonly user: string
  readonly port: number
  readonly identityFiles: readonly string[]
  /** The person named these files; false: the usual names, which need not exist. */
  readonly identitiesAreChosen: boolean
  readonly identitiesOnly: boolean
  /** A socket path; null: none. */
  readonly agentSocket: string | null
  /** ConnectTimeout; null: none is set. */
  readonly connectTimeoutMs: number | null
  readonly proxyJump: string | null
  readonly proxyCommand: string | null
  /** The name in known_hosts, when it is not `hostName`. */
  readonly hostKeyAlias: string | null
  readonly knownHostsFiles: readonly string[]
}

/** What the resolver may know of the world around it. */
export interface SshSurroundings {
  /** HOME: `~` in paths, and where `.ssh` is. */
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
}
