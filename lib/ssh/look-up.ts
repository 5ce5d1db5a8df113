import { lookup } from 'node:dns/promises'

/** The addresses of a name, as the system's own resolver says them. Rejects with an Error whose `code` is the resolver's. */
export type LookUp = (name: string) => Promise<readonly string[]>

export const lookUpHere: LookUp = async (name) =>
  (await lookup(name, { all: true })).map(({ address }) => address)
