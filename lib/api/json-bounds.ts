/**
 * Looks at JSON as it arrives, before it is parsed: many values, or values deep in each other, would hold up everybody
 * else for seconds. Long strings are cheap, and prompts are long.
 */
const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENS: readonly number[] = [0x5b, 0x7b]
const CLOSES: readonly number[] = [0x5d, 0x7d]
const COMMA = 0x2c

/** `up` agrees to 100,000 steps at most. */
const MAX_VALUES = 120_000
const MAX_DEPTH = 64

export class JsonBounds {
  #values = 0
  #depth = 0
  #isString = false
  #isEscaped = false

  /** The next part of the text. Returns what is wrong with it so far. */
  push(chunk: Uint8Array): string | null {
    for (const byte of chunk) {
      if (this.#isEscaped) this.#isEscaped = false
      else if (this.#isString) {
        if (byte === BACKSLASH) this.#isEscaped = true
        else if (byte === QUOTE) this.#isString = false
      } else if (byte === QUOTE) this.#isString = true
      else if (byte === COMMA) this.#values += 1
      else if (OPENS.includes(byte)) {
        this.#values += 1
        this.#depth += 1
        if (this.#depth > MAX_DEPTH) return `the request is nested more than ${MAX_DEPTH} levels deep`
      } else if (CLOSES.includes(byte)) this.#depth -= 1
      if (this.#values > MAX_VALUES) return `the request holds more than ${MAX_VALUES} values`
    }
    return null
  }
}
