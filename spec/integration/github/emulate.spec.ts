import { clientContract } from '../../support/github/client-contract.js'
import { clientAt, EMULATED, EMULATED_TOKEN, withEmulator } from '../../support/github/emulated.js'

clientContract('emulate', (use) =>
  withEmulator((url) => use({ client: clientAt(url, EMULATED_TOKEN), ...EMULATED })),
)
