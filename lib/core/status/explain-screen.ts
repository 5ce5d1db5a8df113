/** `explain --screen`: a recorded screen, without any daemon. */
import { fold, screenRows, trimScreen } from './fold.js'
import { classifyScreen, type ScreenInput, type Verdict } from './match-screen.js'

export interface Explanation {
  readonly state: Verdict['state']
  readonly confidence: number
  readonly rule: string | null
  readonly evidence: string
  readonly text: string | null
  readonly prompt_id: string | null
  readonly until: string | null
  /** What each part of the screen was taken for, folded; empty parts left out. */
  readonly regions: Readonly<Record<string, string>>
}

export function explainScreen(input: Omit<ScreenInput, 'rows'> & { readonly screen: string }): Explanation {
  const rows = screenRows(input.screen)
  const verdict = classifyScreen({ ...input, rows })
  const segments = Object.entries(input.segment(trimScreen(rows)))
  const regions: Record<string, string> = { title: input.title }
  for (const [name, part] of segments) {
    if (name !== 'transcript' && Array.isArray(part) && part.length > 0) regions[name] = fold(part)
  }
  return {
    state: verdict.state,
    confidence: verdict.confidence,
    rule: verdict.rule,
    evidence: verdict.evidence,
    text: verdict.text,
    prompt_id: verdict.promptId,
    until: verdict.until === null ? null : new Date(verdict.until).toISOString(),
    regions,
  }
}
