/** Markers in text: one whole stream of bytes, or a captured screen (joined or not). */
import type { Marker } from './marker.js'
import { markerMatcher } from './marker-matcher.js'
import { markerStream } from './marker-stream.js'

/** All markers in these terminal bytes. For a stream in chunks use `markerStream`. */
export function parseMarkers(bytes: Uint8Array): readonly Marker[] {
  const stream = markerStream()
  return [...stream.push(bytes), ...stream.flush()]
}

/** All markers in captured text without escapes, wrapped lines included, in the order of the screen. */
export function findMarkers(text: string): readonly Marker[] {
  const matcher = markerMatcher()
  const found: Marker[] = []
  for (const char of text) {
    const marker = matcher.character(char.codePointAt(0) ?? 0)
    if (marker !== undefined) found.push(marker)
  }
  const last = matcher.flush()
  return last === undefined ? found : [...found, last]
}
