const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const

/** In the unit of which there are less than a thousand: `12 MB`. */
export function formatBytes(bytes: number): string {
  let [size, unit] = [bytes, 0]
  while (size >= 1000 && unit < UNITS.length - 1) [size, unit] = [size / 1024, unit + 1]
  return `${unit > 0 && size < 10 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit]}`
}
