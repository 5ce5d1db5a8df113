/** Whether a document comes from the store, because no daemon runs. */
export function isStored(document: object): boolean {
  return 'daemon' in document && document.daemon === null
}
