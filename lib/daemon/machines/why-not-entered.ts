import { safeText } from '../../core/text/safe-text.js'
import type { Host } from './host.js'

const SCRIPT = `
dir=$1
case $dir in '~') dir=$HOME;; '~/'*) dir=$HOME/\${dir#'~/'};; esac
if cd -- "$dir" 2>/dev/null; then exit 0
elif [ -d "$dir" ]; then echo "may not be entered"
elif [ -e "$dir" ]; then echo "is not a directory"
else echo "does not exist"; fi`

/** `the directory ~/x does not exist`; null: it can be entered, or nobody answers that. */
export async function whyNotEntered(host: Host, directory: string | null): Promise<string | null> {
  const asked = host.shell.run(SCRIPT, { args: [directory ?? '~'], timeoutMs: 5000, maxBytes: 256 })
  const said = await asked.then(
    ({ stdout }) => stdout.toString('utf8').trim(),
    () => '',
  )
  return said === '' ? null : `the directory ${safeText(directory ?? '~')} ${said}`
}
