/** Loaded with the first tree: a daemon whose layout has none needs nothing of it. */
export { lookAtWork } from './attempt-work.js'
export { prepareSlot } from './prepare-slot.js'
export { releaseSlot, removeSlot } from './release-slot.js'
