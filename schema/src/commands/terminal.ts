/** Prints one line on standard output. */
export const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** Prints the lines on standard error; the process will exit with 1 when it is done. */
export const fail = (...lines: readonly string[]): void => {
  process.stderr.write(`${lines.join('\n')}\n`)
  process.exitCode = 1
}
