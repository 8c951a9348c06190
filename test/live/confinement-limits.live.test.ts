// Limits: what the kernel says of them, and what happens to a container that tries to take more.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { readHostFacts } from '../../src/host/facts.ts';
import { realMachine } from '../../src/host/machine.ts';
import { startContainer } from '../support/container.ts';
import { containers, startDetached } from '../support/live.ts';
import { needing } from '../support/needs.ts';

const make = containers();
const grouped = needing('root', 'busybox', 'cgroup1');
const it = needing('root', 'busybox');

/** A file of the container's group of `controller`, read from outside. Its processes are in `inner` of it, where it is root of its groups. */
function groupFile(pid: number, controller: string, file: string): string {
  const line = readFileSync(`/proc/${pid}/cgroup`, 'utf8')
    .split('\n')
    .map((one) => one.split(':'))
    .find(([, names = '']) => names.split(',').includes(controller));
  const mount = readHostFacts(realMachine(), []).cgroups.find(({ controllers }) => controllers.includes(controller))?.mountPoint ?? '/nowhere';
  return readFileSync(join(mount, (line?.[2] ?? '').replace(/\/inner$/, ''), file), 'utf8').trim();
}

describe('control groups', () => {
  grouped('values read back from outside, in a group of its own that it cannot leave', async () => {
    const { init } = await startDetached(
      make(['lxc.cgroup.memory.limit_in_bytes = 64M', 'lxc.cgroup.pids.max = 40', 'lxc.cgroup.cpu.shares = 200'], 'exec sleep 60'),
    );
    expect(groupFile(init, 'memory', 'memory.limit_in_bytes')).toBe(String(64 * 1024 * 1024));
    expect(groupFile(init, 'pids', 'pids.max')).toBe('40');
    expect(groupFile(init, 'cpu', 'cpu.shares')).toBe('200');
    expect(groupFile(init, 'pids', 'inner/cgroup.procs')).toBe(String(init));
    expect(readFileSync(`/proc/${init}/cgroup`, 'utf8')).not.toBe(readFileSync('/proc/self/cgroup', 'utf8'));
  });

  grouped('a fork bomb ends at pids.max', async () => {
    const bomb = 'n=0; while [ $n -lt 100 ]; do sleep 30 & n=$((n+1)); echo $n; done';
    const done = await startContainer(make(['lxc.cgroup.pids.max = 20'], bomb));
    expect(done.stderr).toContain("can't fork: Resource temporarily unavailable");
    expect(Number(done.stdout.trim().split('\n').at(-1))).toBe(19);
  });

  grouped('what takes more memory than allowed is killed, and what takes less is not', async () => {
    const dd = (size: string) => `dd if=/dev/zero of=/dev/null bs=${size} count=1; echo "${size} $?"`;
    const done = await startContainer(make(['lxc.cgroup.memory.limit_in_bytes = 24M', 'lxc.cgroup.memory.swappiness = 0'], `${dd('4M')}; ${dd('64M')}`));
    expect(done.stdout).toBe('4M 0\n64M 137\n');
  });

  grouped('devices: what is not on the list cannot be made or opened, and rights count', async () => {
    const rules = ['deny = a', 'allow = c 1:3 rwm', 'allow = c 1:9 r', 'allow = c 1:5 rm', 'allow = c *:* m'].map((rule) => `lxc.cgroup.devices.${rule}`);
    const script = [
      'mknod /tmp/kmsg c 1 11; head -c1 /tmp/kmsg > /dev/null',
      'echo > /dev/urandom',
      'head -c1 /dev/urandom | wc -c',
      'head -c1 /dev/full | wc -c; echo > /dev/null',
    ];
    const done = await startContainer(make(rules, script.join('\n')));
    expect(done.stderr.trim().split('\n')).toEqual([
      'head: /tmp/kmsg: Operation not permitted',
      "/init: line 3: can't create /dev/urandom: Operation not permitted",
      'head: /dev/full: Operation not permitted',
    ]);
    expect(done.stdout).toBe('1\n0\n');
  });

  grouped("the host's disk cannot be made where the list does not name it", async () => {
    const done = await startContainer(
      make(['lxc.cgroup.devices.deny = a', 'lxc.cgroup.devices.allow = c 1:3 rwm'], 'mknod /tmp/disk b 254 0; mknod /tmp/null c 1 3; ls /tmp'),
    );
    expect(done.stderr).toContain('mknod: /tmp/disk: Operation not permitted');
    expect(done.stdout).toBe('null\n');
  });
});

describe('limits of processes', () => {
  it('prlimit: an open beyond it fails, and it cannot be raised without the right', async () => {
    const script = 'ulimit -n; ulimit -Hn; ulimit -n 65; ulimit -n 3; cat /etc/group';
    const done = await startContainer(make(['lxc.prlimit.nofile = 48:64', 'lxc.cap.drop = sys_resource'], script));
    expect(done.stdout).toBe('48\n64\n');
    expect(done.stderr).toMatch(/ulimit: error setting limit: Operation not permitted[^]*No file descriptors available|Too many open files/);
    const core = await startContainer(make(['lxc.prlimit.nproc = 7', 'lxc.prlimit.as = 100000000:unlimited'], 'cat /proc/self/limits'));
    expect(core.stdout).toMatch(/^Max processes +7 +7 /m);
    expect(core.stdout).toMatch(/^Max address space +100000000 +unlimited /m);
  });

  it('lxc.proc: oom_score_adj', async () => {
    const done = await startContainer(make(['lxc.proc.oom_score_adj = 321'], 'cat /proc/self/oom_score_adj /proc/1/oom_score_adj'));
    expect(done.stdout).toBe('321\n321\n');
    expect(readFileSync('/proc/self/oom_score_adj', 'utf8')).not.toBe('321\n');
  });

  it("sysctls hold in the container's own namespaces, and the host's are as they were", async () => {
    const files = ['net/ipv4/ip_forward', 'net/ipv4/ip_unprivileged_port_start', 'kernel/msgmax'].map((name) => `/proc/sys/${name}`);
    const host = () => files.map((path) => readFileSync(path, 'utf8').trim());
    const before = host();
    const other = before[0] === '1' ? '0' : '1';
    const lines = [`lxc.sysctl.net.ipv4.ip_forward = ${other}`, 'lxc.sysctl.net.ipv4.ip_unprivileged_port_start = 77', 'lxc.sysctl.kernel.msgmax = 4242'];
    const done = await startContainer(make(lines, `cat ${files.join(' ')}`));
    expect(done.stdout.trim().split('\n')).toEqual([other, '77', '4242']);
    expect(host()).toEqual(before);
  });
});
