import { readFileSync } from 'node:fs'

/** Memory that a process holds, in MiB: its resident set, by `/proc`. */
export function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
  return Number(kib ?? Number.NaN) / 1024
}
