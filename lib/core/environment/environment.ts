/** What a program that we start gets of a shell's environment. The rule stands in docs/design/environment.md. */
import { isMark } from './marks.js'

/** Names to values. */
export type Environment = Readonly<Record<string, string>>
export type RawEnvironment = Readonly<Record<string, string | undefined>>

const SECRET =
  /PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|(?:^|_)(?:KEY|PAT|AUTH)$/i

/** What `sh` can export: bash also carries functions in variables of other names. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

export function looksSecret(name: string): boolean {
  return SECRET.test(name)
}

/** Everything but marks of what runs around that shell, and what by its name is a secret. */
export function inheritedEnv(env: RawEnvironment): Record<string, string> {
  const has = (name: string) => env[name] !== undefined
  return pick(env, (name) => NAME.test(name) && !looksSecret(name) && !isMark(name, has))
}

/** Those variables of it that are set. */
export function namedEnv(env: RawEnvironment, names: readonly string[]): Record<string, string> {
  return pick(env, (name) => names.includes(name))
}

/** UTF-8 where nothing names a character set; a locale that is named stays as it is. */
export function localeEnv(env: RawEnvironment, fallback: string): Record<string, string> {
  const isNamed = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].some((v) => v !== undefined && v !== '')
  return isNamed ? {} : { LANG: fallback }
}

/** Keeps each place once, and absolute ones alone: a relative one would mean another directory for each program. */
export function joinPath(...paths: readonly (string | undefined)[]): string {
  const places = paths.flatMap((path) => (path ?? '').split(':')).filter((place) => place.startsWith('/'))
  return [...new Set(places)].join(':')
}

/** What a tmux server of ours starts with. Many sessions share it, so nothing of one project may be in it. */
const NEUTRAL =
  /^(?:HOME|USER|LOGNAME|SHELL|PATH|LANG|LANGUAGE|LC_.*|TZ|XDG_.*|TMPDIR|TMUX_TMPDIR|DBUS_SESSION_BUS_ADDRESS|DISPLAY|WAYLAND_DISPLAY|LD_LIBRARY_PATH|LD_PRELOAD)$/

export function neutralEnv(env: RawEnvironment): Record<string, string> {
  return pick(inheritedEnv(env), isNeutral)
}

export function isNeutral(name: string): boolean {
  return NEUTRAL.test(name)
}

function pick(env: RawEnvironment, keep: (name: string) => boolean): Record<string, string> {
  const kept = Object.entries(env).filter(([name, value]) => value !== undefined && keep(name))
  return Object.fromEntries(kept) as Record<string, string>
}
