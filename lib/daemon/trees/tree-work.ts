/** Loaded with the first tree: a daemon whose layout has none needs nothing of it. */
export { lookAtWork } from './attempt-work.js'
export { diffSaved, diffWork } from './diff-work.js'
export { listLeaks, repairLeaks } from './list-trees.js'
export { prepareSlot } from './prepare-slot.js'
export { releaseSlot, removeSlot } from './release-slot.js'
export { workingCopy } from './working-copy.js'
