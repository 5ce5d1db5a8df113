/** One thing that clients of any door are told. Its bytes are made once, whoever is sent them. */
export type MessageKind = 'event' | 'status' | 'changes' | 'resync'

export class Message {
  readonly kind: MessageKind
  readonly seq: number
  /** JSON: of an event all of it, else the state, or what has changed of it. */
  readonly #json: () => string
  #text: Buffer | undefined
  #frame: Buffer | undefined

  constructor(kind: MessageKind, seq: number, json: () => string) {
    this.kind = kind
    this.seq = seq
    this.#json = json
  }

  /** As WebSocket has it: `{ seq, type, … }`. */
  get text(): Buffer {
    return (this.#text ??= Buffer.from(this.#whole()))
  }

  /** Of what was made of it until now. */
  get bytes(): number {
    return (this.#text ?? this.#frame)?.length ?? 0
  }

  /** As server-sent events have it. What `status` and `changes` hold is the state alone. */
  get frame(): Buffer {
    return (this.#frame ??= Buffer.from(
      this.kind === 'status' || this.kind === 'changes'
        ? `event: ${this.kind}\ndata: ${this.#json()}\n\n`
        : `id: ${this.seq}\nevent: ${this.kind}\ndata: ${this.#whole()}\n\n`,
    ))
  }

  #whole(): string {
    if (this.kind === 'event') return this.#json()
    const name = this.kind === 'changes' ? 'changes' : 'status'
    return `{"seq":${this.seq},"type":"${this.kind}","${name}":${this.#json()}}`
  }
}
