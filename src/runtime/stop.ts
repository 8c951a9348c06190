// Ends a container: its monitor asks init, waits, kills, and undoes what the start made. This side only tells the monitor and
// waits until the name is free, which it is when nothing of the container is left.

import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../model/error.ts';
import { containerState } from './containers.ts';
import { releaseForStop } from './freezer/index.ts';

export interface StopOptions {
  /** Seconds init may take before it is killed. */
  readonly timeout: number;
  readonly kill: boolean;
}

const STEP_MS = 10;
/** After SIGKILL the kernel only has to tear down: a monitor that takes longer is stuck. */
const KILLED_MS = 10_000;

export interface Stopped {
  readonly killed: boolean;
  /** It was frozen, and thawed so that it could end. */
  readonly thawed: boolean;
}

/** Resolves when the container is gone. Throws `not-running`, or `stuck` when even SIGKILL does not end it. */
export async function stopContainer(runDir: string, name: string, { timeout, kill }: StopOptions): Promise<Stopped> {
  const state = containerState(runDir, name);
  if (state.state === 'stopped') throw new HoldfastError(`${name} is not running`, { code: 'not-running' });
  const gone = async (milliseconds: number) => {
    for (const end = Date.now() + milliseconds; ; await sleep(STEP_MS)) {
      if (containerState(runDir, name).state === 'stopped') return true;
      if (Date.now() >= end) return false;
    }
  };
  const release = (how: 'ask' | 'kill') => state.state === 'running' && releaseForStop(state.record, how);
  let thawed = false;
  // While init is being set up every ending signal calls the start off.
  if (!kill) {
    signal(state.monitor, state.state === 'starting' ? 'SIGTERM' : 'SIGPWR', name);
    thawed = release('ask');
    if (await gone(timeout * 1000)) return { killed: false, thawed };
  }
  signal(state.monitor, 'SIGQUIT', name);
  release('kill');
  if (await gone(KILLED_MS)) return { killed: true, thawed };
  throw new HoldfastError(`${name}: its monitor, process ${state.monitor}, does not end; init may be stuck in the kernel (state D in ps)`, { code: 'stuck' });
}

function signal(monitor: number, name: NodeJS.Signals, container: string): void {
  try {
    process.kill(monitor, name);
  } catch (cause) {
    const errno = (cause as NodeJS.ErrnoException).code;
    if (errno === 'ESRCH') return; // it has just ended
    throw new HoldfastError(`${container}: process ${monitor} may not be signalled: ${errno}`, {
      code: 'forbidden',
      cause,
      ...(errno === undefined ? {} : { errno }),
    });
  }
}
