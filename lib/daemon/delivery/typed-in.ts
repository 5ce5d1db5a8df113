import type { Receipt } from '../../store/receipts.js'

/** For a delivery that goes on: empty when nothing of it was typed. */
export function typedIn(receipt: Receipt | null): {
  readonly typedIn?: { readonly generation: number | null }
} {
  return receipt?.state.phase === 'sending' ? { typedIn: { generation: receipt.state.generation } } : {}
}
