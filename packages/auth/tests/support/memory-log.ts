import type { AuthLog } from '../../src/index.ts'

type Line = { readonly message: string; readonly fields: object }

/** A log that keeps its lines for the test to read. */
export function memoryLog(): AuthLog & { readonly lines: readonly Line[] } {
  const lines: Line[] = []
  const write = (fields: object, message: string) => void lines.push({ message, fields })
  return { info: write, warn: write, lines }
}
