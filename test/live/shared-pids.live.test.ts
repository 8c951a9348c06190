// A container in its caller's PID namespace: no kernel ends what its init leaves behind, so the monitor does, by the control group.

import { describe, expect } from 'vitest';
import { startContainer } from '../support/container.ts';
import { containers, hasEnded } from '../support/live.ts';
import { needing } from '../support/needs.ts';

const it = needing('root', 'busybox', 'cgroup2-mount');
const make = containers();
/** Leaves processes that ignore what can be ignored, in sessions and groups of their own, and tells their numbers. */
const LEAVING = `
(trap '' TERM HUP INT; setsid sleep 1000 & echo $! >&3; sleep 1001 & echo $! >&3; wait) &
echo $! >&3
sleep 0.2
exit 7`;

describe('in a shared PID namespace', () => {
  it('nothing that init left behind goes on, and no group stays', async () => {
    const container = make(['lxc.namespace.keep = pid', 'lxc.cgroup.relative = 0'], `exec 3>&1 >/dev/null 2>&1\n${LEAVING}`);
    const done = await startContainer(container);
    expect(done).toMatchObject({ code: 7, stderr: '' });
    const left = done.stdout.trim().split('\n').map(Number);
    expect(left).toHaveLength(3);
    expect(left.filter((pid) => !hasEnded(pid))).toEqual([]);
  });
});
