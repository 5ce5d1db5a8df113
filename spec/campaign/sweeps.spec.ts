/** The long forms of what the tests show in short: many more cuts, 10,000 requests. */
Object.assign(process.env, {
  ORCHESTRA_CUTS: process.env['CUTS'] ?? '30',
  ORCHESTRA_CUT_STEP: '97',
  ORCHESTRA_API_REQUESTS: '10000',
})
await import('../e2e/faults-link.spec.js')
await import('../integration/threats/api.spec.js')
