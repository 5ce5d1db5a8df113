/** The exit status of a step that refuses and says why. */
export const GIT_REFUSED = 9
