let zone: string | undefined

/**
 * The time zone of this machine, for a layout that names none. To be called when a date is read or shown, not before: the
 * first call loads tables of 8 MB and takes 10 ms, a twelfth of what a start of the daemon costs.
 */
export function localZone(): string {
  return (zone ??= Intl.DateTimeFormat().resolvedOptions().timeZone)
}
