// On Debian /run is a tmpfs; a machine that keeps it on a disk would time that file system's journal instead of the contenders,
// which all make their locks and sockets there. Then the whole benchmark goes into a mount namespace with a tmpfs on /run.
import { spawn } from 'node:child_process';
import { statfsSync } from 'node:fs';

/** statfs(2)'s type of a tmpfs: TMPFS_MAGIC of linux/magic.h. */
const TMPFS = 0x01021994;
const MARK = 'HOLDFAST_BENCH_OWN_RUN';

/** Was /run replaced for this process? The results say so. */
export const hasOwnRun = () => process.env[MARK] === '1';

/** The exit status of the benchmark in such a namespace; null when this process is to go on itself. */
export async function withOwnRun() {
  if (hasOwnRun() || statfsSync('/run').type === TMPFS) return null;
  const mounted = 'mount -t tmpfs -o mode=755 tmpfs /run && exec "$@"';
  const child = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', mounted, 'sh', process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: '1' },
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
