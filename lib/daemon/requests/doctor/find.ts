import type { Finding } from '../../../core/protocol/doctor.js'

export type Find = (check: string, level: Finding['level'], text: string, mend?: string | null) => Finding
