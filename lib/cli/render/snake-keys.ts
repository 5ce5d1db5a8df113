/** Documents of the core as programs read them: the keys of every `--json` are in snake_case. Values stay as they are. */
export function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      // The names in an environment, and ids, are no keys of ours.
      key === 'env' ? [key, inner] : [key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`), snakeKeys(inner)],
    ),
  )
}
