/** Run by slow.spec in a network of its own: prints how long a quick name waited while three slow ones are looked up. */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { NameProcess } from '../../lib/ssh/name-process.js'
import { openTcp } from '../../lib/ssh/open-tcp.js'
import { slowNames } from './slow-names.js'
import { resolvedHost } from './ssh-links.js'

slowNames()
const names = new NameProcess()
const server = createServer().listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
const { signal } = new AbortController()
const open = (name: string) => openTcp(resolvedHost(name, port), signal, names.lookUp)
for (const name of ['slow-8.example', 'slow-9.example', 'slow-10.example']) void open(name).catch(() => {})
const since = performance.now()
await open('slow-0.example')
console.log(Math.round(performance.now() - since))
process.exit(0)
