import { spawn } from 'node:child_process';

/** Its input ends when this process does, even by SIGKILL; nothing can be run inside a process that is killed. */
const SCRIPT = `
cat > /dev/null
kill -INT "$1" 2> /dev/null
[ -n "$2" ] || exit 0
while kill -0 "$1" 2> /dev/null; do sleep 0.1; done
rm -rf -- "$2"`;

/** Stops the server, and removes the folder if one is given, as soon as this process is gone. Returns the way to call it off. */
export function guard(pid: number, removeAfterwards = ''): () => void {
  const watchdog = spawn('/bin/sh', ['-c', SCRIPT, 'bursar-watchdog', String(pid), removeAfterwards], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  watchdog.stdin.on('error', () => undefined);
  (watchdog.stdin as unknown as { unref?: () => void }).unref?.();
  return () => watchdog.kill('SIGKILL');
}
