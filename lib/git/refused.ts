/** How a step ends that says why it does nothing. */
export const GIT_REFUSED = 9
