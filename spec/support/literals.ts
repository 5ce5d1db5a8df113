/** The texts of a source file: what stands in quotes and templates, `…` for what a template inserts. No comments. */
export function literalsOf(source: string): { readonly line: number; readonly text: string }[] {
  const found: { line: number; text: string }[] = []
  let at = 0
  let line = 1
  const step = () => {
    if (source[at] === '\n') line += 1
    return source[at++]
  }
  code(null)
  return found

  /** @param end the bracket that closes what a template inserts */
  function code(end: '}' | null): void {
    let depth = 0
    while (at < source.length) {
      const char = source[at]
      if (source.startsWith('//', at)) while (at < source.length && source[at] !== '\n') step()
      else if (source.startsWith('/*', at)) {
        while (at < source.length && !source.startsWith('*/', at)) step()
        step()
        step()
      } else if (char === '/' && startsPattern()) pattern()
      else if (char === "'" || char === '"') plain(char)
      else if (char === '`') template()
      else if (end !== null && char === '}' && depth === 0) return void step()
      else {
        depth += char === '{' ? 1 : char === '}' ? -1 : 0
        step()
      }
    }
  }

  function startsPattern(): boolean {
    const before = source.slice(Math.max(0, at - 40), at).trimEnd()
    return /(?:^|[=(,:;[!&|?{}+]|=>|return|case)$/.test(before)
  }

  function pattern(): void {
    let inClass = false
    step()
    while (at < source.length && source[at] !== '\n') {
      const char = step()
      if (char === '\\') step()
      else if (char === '[') inClass = true
      else if (char === ']') inClass = false
      else if (char === '/' && !inClass) return
    }
  }

  function plain(quote: string): void {
    const start = line
    let text = ''
    step()
    while (at < source.length && source[at] !== quote) text += escaped()
    step()
    found.push({ line: start, text })
  }

  function template(): void {
    const start = line
    let text = ''
    step()
    while (at < source.length && source[at] !== '`') {
      if (source.startsWith('${', at)) {
        step()
        step()
        code('}')
        text += '…'
      } else text += escaped()
    }
    step()
    found.push({ line: start, text })
  }

  function escaped(): string {
    const char = step() ?? ''
    if (char !== '\\') return char
    const next = step() ?? ''
    return next === 'n' ? '\n' : next
  }
}
