import { parseAgentId } from '../core/ids.js'
import type { AgentId } from '../core/ids.js'

const MAX_RING_BYTES = 4096

/**
 * What the bell's pane says. A ring is `R <agent-id>`, inside a sequence that tmux does not draw; the bell of an earlier
 * version draws it as a line. Everybody may print there, so everything else is ignored.
 */
export class BellReader {
  #rest = ''

  /** Whose rings are whole now, each once. */
  read(data: Buffer): AgentId[] {
    const words = (this.#rest + data.toString('latin1')).split(/[\r\n\x07]+/)
    this.#rest = (words.pop() ?? '').slice(-MAX_RING_BYTES)
    const ids = new Set<AgentId>()
    for (const word of new Set(words)) {
      const [, name = ''] = /(?:^|\x1b\]7770;)R (.*)$/.exec(word) ?? []
      const id = parseAgentId(name)
      if (id !== undefined) ids.add(id)
    }
    return [...ids]
  }

  clear(): void {
    this.#rest = ''
  }
}

/**
 * Reads the bell's FIFO, `$1`, in its pane and never ends: it holds the other end itself. An unknown OSC reaches the
 * control client and is drawn by no terminal.
 */
export const HEAR_BELL = String.raw`stty raw -echo
while IFS= read -r line; do
  case $line in
    "R "*[!A-Za-z0-9_-]*) ;;
    "R "?*) printf "\033]7770;%s\007" "$line" ;;
  esac
done <> "$1"`
