import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs'

/** An event as a subscriber noted it. */
export type Noted = {
  readonly tenantId: string
  readonly id: string
  readonly seq: number
  /** Where to go on after it. */
  readonly cursor: string
}

/** A file of lines that outlives the process that writes it, however that ends. */
export function openJournal(path: string): { note(line: Noted): void; close(): void } {
  const file = openSync(path, 'a')
  return {
    // One write of one line: what was handed to the system survives SIGKILL.
    note: (line) => void writeSync(file, `${JSON.stringify(line)}\n`),
    close: () => closeSync(file),
  }
}

/** What was noted so far; a last line that was cut short counts as not noted. */
export function readJournal(path: string): readonly Noted[] {
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Noted)
}
