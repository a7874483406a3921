const DAY_MS = 86_400_000

/** When a trial ends that began at an instant: whole days of 24 hours, wherever the workspace is. */
export const trialEnd = (startedAt: Date, trialDays: number): Date =>
  new Date(startedAt.getTime() + trialDays * DAY_MS)
