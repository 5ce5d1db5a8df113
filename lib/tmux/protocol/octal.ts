/** `\ooo` → bytes, as `capture-pane -C` and `%output` write control characters. Anything else stands for itself. */
export function octalDecode(text: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(text.length)
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const byte = text[i] as number
    const digits = byte === 0x5c ? [text[i + 1], text[i + 2], text[i + 3]].map((d) => (d ?? 0) - 0x30) : []
    if (digits.length === 3 && digits.every((digit) => digit >= 0 && digit <= 7)) {
      out[length++] = (digits[0]! * 64 + digits[1]! * 8 + digits[2]!) & 0xff
      i += 3
    } else {
      out[length++] = byte
    }
  }
  return out.subarray(0, length)
}
