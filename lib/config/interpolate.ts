export type Interpolated =
  | { readonly ok: true; readonly text: string; readonly fromEnv: boolean }
  | { readonly ok: false; readonly message: string }

/** `$$`; `${NAME}`, `${NAME:-default}`, `${NAME-default}`; or the start of something else in braces. */
const REFERENCE = /\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?-)([^}]*))?\}|\$\{[^}]{0,30}\}?/g

/**
 * Puts environment variables into a string. A `$` that is not followed by `{` or `$` stays, so that shell lines may say `$HOME`.
 * Messages name variables, never their values.
 */
export function interpolate(text: string, env: Readonly<Record<string, string | undefined>>): Interpolated {
  if (!text.includes('$')) return { ok: true, text, fromEnv: false }
  const problems: string[] = []
  let fromEnv = false
  const result = text.replace(REFERENCE, (whole, name?: string, operator?: string, fallback = '') => {
    if (whole === '$$') return '$'
    if (name === undefined) {
      problems.push(
        `${whole} is no variable; write \${NAME}, \${NAME:-default}, or $\${ for the characters themselves`,
      )
      return whole
    }
    const value = Object.hasOwn(env, name) ? env[name] : undefined
    if (value !== undefined && (value !== '' || operator !== ':-')) {
      fromEnv = true
      return value
    }
    if (operator !== undefined) return fallback
    problems.push(
      value === undefined
        ? `the environment variable ${name} is not set (\${${name}:-default} gives it a default)`
        : '',
    )
    return ''
  })
  const message = problems.filter((problem) => problem !== '').join('; ')
  return message === '' ? { ok: true, text: result, fromEnv } : { ok: false, message }
}
