/** What a daemon is made of. Loaded while tmux makes the view, which needs none of it. */
export { serveApi } from '../api/server.js'
export { Daemon } from './daemon.js'
export { openLog } from './kernel/log.js'
export { confirmed } from './kernel/confirmed.js'
export { apiOf } from './requests/api.js'
export { asPrincipal } from './requests/as-principal.js'
export { applyUp } from './requests/apply-up.js'
