// The facts of the machine the test runs on, against independent reads by other programs.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { baseline } from './baseline.ts';
import { readHostFacts } from './facts.ts';
import { realMachine } from './machine.ts';

const shell = (command: string) => execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trim();
const facts = readHostFacts(realMachine(), ['/', '/dev/null', '/proc', '/nothing/here']);

describe('readHostFacts on this machine', () => {
  it('agrees with uname, id and the shell', () => {
    expect(baseline(realMachine())).toBeNull();
    expect(facts.kernel.release).toBe(shell('uname -r'));
    expect(facts.arch === 'arm64' ? 'aarch64' : facts.arch).toBe(shell('uname -m'));
    expect([facts.uid, facts.gid, facts.userName]).toEqual([Number(shell('id -u')), Number(shell('id -g')), shell('id -un')]);
    const nofile = shell('ulimit -Hn');
    expect(String(facts.rlimits['nofile'] ?? 'unlimited')).toBe(nofile);
    expect(Object.keys(facts.rlimits)).toHaveLength(16);
  });

  it('has the capabilities that grep finds', () => {
    const found = shell("grep -E '^Cap(Eff|Bnd)' /proc/self/status | cut -f2").split('\n');
    expect([facts.capabilities.effective, facts.capabilities.bounding].map((set) => set.toString(16).padStart(16, '0'))).toEqual(found);
    expect(facts.lastCapability).toBe(Number(shell('cat /proc/sys/kernel/cap_last_cap')));
  });

  it('has the namespaces of /proc/self/ns, each once', () => {
    expect([...facts.namespaces].sort()).toEqual(
      readdirSync('/proc/self/ns')
        .filter((name) => !name.includes('_for_'))
        .sort(),
    );
  });

  it('has every control-group mount once, with a group that is there', () => {
    const mounted = shell("awk '$3 ~ /^cgroup/ {print $2}' /proc/mounts | sort -u");
    expect(
      facts.cgroups
        .map(({ mountPoint }) => mountPoint)
        .sort()
        .join('\n'),
    ).toBe(mounted);
    for (const { version, controllers, mountPoint, own, init } of facts.cgroups) {
      expect(existsSync(`${mountPoint}${own}/cgroup.procs`)).toBe(true);
      expect(existsSync(`${mountPoint}${init}/cgroup.procs`)).toBe(true);
      const line = version === 2 ? '0::' : `:${controllers.join(',')}:`;
      expect(
        readFileSync('/proc/self/cgroup', 'utf8')
          .split('\n')
          .some((one) => one.includes(line)),
      ).toBe(true);
    }
  });

  it('knows devices, file systems and what is not there', () => {
    expect(facts.paths).toMatchObject({
      '/dev/null': { kind: 'char', major: 1, minor: 3 },
      '/proc': { kind: 'dir', filesystem: 'proc' },
      '/nothing/here': { kind: 'missing' },
    });
    // Of two file systems mounted on one directory the last is seen.
    expect(facts.paths['/']).toMatchObject({ filesystem: shell('awk \'$5 == "/" {sub(/.* - /, ""); print $1}\' /proc/self/mountinfo | tail -1') });
  });
});
