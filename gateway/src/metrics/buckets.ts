/** Seconds of what happens inside the process: from a tenth of a millisecond on. */
export const SHORT = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5]

/** Seconds of what somebody waits for: requests, fetches. */
export const LONG = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
