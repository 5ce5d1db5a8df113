/** The link away for 20 seconds, as the issue says; the end-to-end spec takes 8. */
process.env['ORCHESTRA_LINK_DOWN_MS'] = '20000'
await import('../e2e/cluster-hosts.spec.js')
