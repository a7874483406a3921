import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { platform } from 'node:os'

/** Waits for the end of its input, which is the end of the parent, then shuts the server down. */
const script = `
cat > /dev/null
kill -INT "$1" 2> /dev/null
if [ -n "$2" ]; then
  while kill -0 "$1" 2> /dev/null; do sleep 0.05; done
  rm -rf "$2"
fi`

/**
 * Sees to it that the server ends with this process even when this process is killed outright.
 * @param removed a directory that goes with it
 */
export function stopWithParent(server: ChildProcess, removed?: string): { dismiss(): void } {
  if (platform() === 'win32' || server.pid === undefined) return { dismiss: () => {} }
  const watch = spawn('/bin/sh', ['-c', script, 'watch', String(server.pid), removed ?? ''], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  detach(watch)
  return { dismiss: () => killGroup(watch) }
}

/** Lets this process end while the child and the pipes to it are open. */
export function detach(child: ChildProcess): void {
  child.unref()
  for (const pipe of [child.stdin, child.stderr]) if (pipe instanceof Socket) pipe.unref()
}

function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
}
