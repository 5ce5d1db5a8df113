import { fix } from '../../core/fixes.js'
import { sparkline } from '../../core/view/bars.js'
import { dotOf, ellipsisOf, glyph, PHASE_LOOK } from '../../core/view/glyphs.js'
import { countsLine, progressLine, titleLine, wavesLine } from '../../core/view/headline.js'
import { edges, fitLine, lineWidth, shortenLine, span, type Line } from '../../core/view/spans.js'
import type { StatusView } from '../../core/view/status-view.js'
import { formatAge, formatClock, millisOf } from '../../core/view/times.js'
import type { MonitorState } from '../ui/state.js'
import { onGround, type Row } from './frame.js'
import type { Look } from './look.js'

const SPARK_COLS = 24
/** From here on the waves have a row of their own. */
const TALL = 30

/** Session, progress, counts; three rows, two where there are no tasks; and the news that the daemon is away. */
export function headerRows(state: MonitorState, view: StatusView, look: Look): Row[] {
  const { cols } = look
  const inner = cols - 2
  const pad = (line: Line): Row => fitLine([span(' '), ...line], cols, ellipsisOf(look))
  const rows: Row[] = [onGround(pad(titleLine(view, inner, look)), 'bar')]
  if (state.link.status === 'gone') rows.push(awayRow(state, view, look))
  const progress = progressLine(view, inner, look)
  if (progress.length > 0) rows.push(pad(progress))
  if (look.rows < TALL) return [...rows, pad(countsAndWaves(state, view, inner, look))]
  rows.push(pad(countsLine(view, inner, look.offsetMin, look)))
  const waves = wavesLine(view, inner, look)
  const spark = sparkLine(state, look)
  if (waves.length + spark.length > 0) rows.push(pad(edges(waves, spark, inner, ellipsisOf(look))))
  return rows
}

function countsAndWaves(state: MonitorState, view: StatusView, cols: number, look: Look): Line {
  const counts = countsLine(view, cols, look.offsetMin, look)
  const waves = wavesLine(view, Math.floor(cols / 2), look)
  const spark = sparkLine(state, look)
  const room = cols - lineWidth(counts) - 3
  if (lineWidth(waves) + lineWidth(spark) + 3 <= room && spark.length > 0)
    return edges(counts, [...waves, span('   '), ...spark], cols, ellipsisOf(look))
  return lineWidth(waves) <= room ? edges(counts, waves, cols, ellipsisOf(look)) : counts
}

/** Agents at work over the last minutes. */
function sparkLine(state: MonitorState, look: Look): Line {
  if (state.history.length < 3) return []
  return [
    span('at work ', 'head'),
    span(sparkline(state.history, SPARK_COLS, look, state.doc?.summary.agents ?? 1), 'busy'),
  ]
}

/** Unmissable, and it says how old everything below is. */
function awayRow(state: MonitorState, view: StatusView, look: Look): Row {
  const away = formatAge(look.now - state.link.since)
  const asOf = millisOf(view.doc.at)
  const clock = asOf === null ? '' : `; this is how it was at ${formatClock(asOf, look.offsetMin, true)}`
  const text = ` THE DAEMON IS AWAY ${away}${clock} `
  const long = `${text}· ${fix('daemon.start')} starts it `
  const short = ` DAEMON AWAY ${away}; all is old `
  const fitting = [long, text].find((candidate) => candidate.length <= look.cols) ?? short
  const row = fitLine([span(fitting, 'alarm')], look.cols, ellipsisOf(look))
  return row.map((piece) => ({ ...piece, isFresh: true }))
}

/** Before the first word of the daemon. */
export function waitingRows(state: MonitorState, look: Look): Row[] {
  const text: Line =
    state.link.status === 'gone'
      ? [
          span('✗ '.slice(look.ascii ? 2 : 0), 'bad'),
          span('the daemon cannot be reached', 'strong'),
          dotOf(look),
          span(state.link.reason ?? '', 'quiet'),
        ]
      : [glyph(PHASE_LOOK.running, look), span(' asking the daemon', 'quiet')]
  const hint: Line =
    state.link.status === 'gone'
      ? [span('trying again; start it with ', 'quiet'), span(fix('daemon.start'), 'accent')]
      : []
  const above = Math.max(0, Math.floor(look.rows / 2) - 2)
  return [...Array.from({ length: above }, () => []), text, hint].map((line) =>
    shortenLine([span('  '), ...line], look.cols, ellipsisOf(look)),
  )
}
