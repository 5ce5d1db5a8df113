/** The long forms of what the tests show in short: every call from the first on fails, many more cuts, 10,000 requests. */
Object.assign(process.env, {
  ORCHESTRA_FAIL_FIRST: '1',
  ORCHESTRA_FAIL_LAST: process.env['FAIL_LAST'] ?? '6',
  ORCHESTRA_CUTS: process.env['CUTS'] ?? '30',
  ORCHESTRA_CUT_STEP: '97',
  ORCHESTRA_API_REQUESTS: '10000',
})
await import('../e2e/faults-ports.spec.js')
await import('../e2e/faults-link.spec.js')
await import('../integration/threats/api.spec.js')
