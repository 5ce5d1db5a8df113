/** Who asks, and whether it may: the daemon's side of the seam that every door passes. */
import type { Access as ApiAccess, Credentials, Refusal } from '../../api/access.js'
import { ownerOfSocket, type Principal } from '../../core/principal.js'

export class Access implements ApiAccess {
  authenticate(_credentials: Credentials): Principal {
    return ownerOfSocket(process.getuid?.() ?? 0)
  }

  refusal(): Refusal | null {
    return null
  }

  refused(): void {}
}
