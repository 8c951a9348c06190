// ls, info and verify about containers that run, as root and as an ordinary user: text and JSON say the same, and agree with the kernel.

import { existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { COMMAND, containers, holdfast } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';

interface Row {
  readonly name: string;
  readonly state: string;
  readonly init?: number;
  readonly config?: string;
}
interface Checked {
  readonly what: string;
  readonly holds: boolean;
  readonly expected: string;
  readonly found: string;
}

describe('as root', () => {
  const it = needing('root', 'busybox', 'cgroup1');
  const container = containers();
  const lines = ['lxc.cgroup.pids.max = 20', 'lxc.cap.drop = sys_admin', 'lxc.no_new_privs = 1'];

  it('ls tells the defined from the running ones, and --running only these', async () => {
    const made = container(lines, 'exec sleep 100');
    mkdirSync(join(made.lxcpath, 'idle'));
    writeFileSync(join(made.lxcpath, 'idle/config'), 'lxc.uts.name = idle\n');
    mkdirSync(join(made.lxcpath, 'no-container'));
    const rows = async (...words: string[]) =>
      (JSON.parse((await holdfast(['ls', '-P', made.lxcpath, '--json', ...words])).stdout) as Row[]).filter(({ name }) =>
        [made.name, 'idle', 'no-container'].includes(name),
      );
    expect(await rows()).toEqual([
      { name: 'idle', state: 'stopped' },
      { name: made.name, state: 'stopped' },
    ]);
    expect(await holdfast(['start', '-P', made.lxcpath, made.name])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const running = await rows();
    expect(running).toEqual([
      { name: 'idle', state: 'stopped' },
      { name: made.name, state: 'running', init: expect.any(Number), config: made.config },
    ]);
    expect(await rows('--running')).toEqual(running.slice(1));
    const text = await holdfast(['ls', '-P', made.lxcpath]);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toMatch(/^NAME +STATE +INIT\n/);
    expect(text.stdout).toMatch(new RegExp(`^${made.name} +running +${running[1]?.init}$`, 'm'));
    expect(text.stdout).toMatch(/^idle +stopped +-$/m);
    expect(readFileSync(`/proc/${running[1]?.init}/cmdline`, 'utf8')).toBe(['sleep', '100', ''].join('\0'));
  });

  it('info describes it, in lines and as JSON, as the kernel has it', async () => {
    const made = container(lines, 'exec sleep 100');
    const info = (...words: string[]) => holdfast(['info', '-P', made.lxcpath, made.name, ...words]);
    expect(JSON.parse((await info('--json')).stdout)).toEqual({ name: made.name, state: 'stopped' });
    await holdfast(['start', '-P', made.lxcpath, made.name]);
    const found = JSON.parse((await info('--json')).stdout) as Record<string, unknown> & {
      readonly init: number;
      readonly monitor: number;
      readonly cgroups: string[];
    };
    expect(found).toMatchObject({ name: made.name, state: 'running', config: made.config, hostname: 'test', seccomp: false });
    expect(found['namespaces']).toEqual(expect.arrayContaining(['mnt', 'pid', 'uts', 'ipc', 'net']));
    expect(Math.abs(Date.now() - Date.parse(String(found['started'])))).toBeLessThan(30_000);
    for (const group of found.cgroups) expect(existsSync(group), group).toBe(true);
    expect(found.cgroups.some((group) => readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').includes(String(found.init)))).toBe(true);
    expect(readFileSync(`/proc/${found.init}/status`, 'utf8')).toMatch(new RegExp(`^NSpid:\\s+${found.init}\\s(.*\\s)?1$`, 'm'));
    expect(readFileSync(`/proc/${found.monitor}/cmdline`, 'utf8')).toContain(made.name);
    const text = await info();
    expect(text.stdout).toMatch(new RegExp(`^init: +${found.init}$`, 'm'));
    expect(text.stdout).toMatch(/^state: +running$/m);
    expect(text.stdout).not.toMatch(/undefined|\[object/);
  });

  it('verify says that all is in force; what somebody changed from outside it finds, and fails', async () => {
    const made = container(lines, 'exec sleep 100');
    await holdfast(['start', '-P', made.lxcpath, made.name]);
    const verify = (...words: string[]) => holdfast(['verify', ...words, made.name]);
    const fine = await verify();
    expect(fine).toMatchObject({ code: 0, stderr: '' });
    const [, inForce, all] = /^(\d+) of (\d+) in force$/m.exec(fine.stdout) ?? [];
    expect(inForce).toBe(all);
    expect(Number(all)).toBeGreaterThan(15);
    const checks = JSON.parse((await verify('--json')).stdout) as Checked[];
    expect(checks.length).toBe(Number(all));
    expect(fine.stdout.match(/^ok {4}/gm)?.length).toBe(Number(all));
    for (const one of checks)
      expect(one).toMatchObject({ what: expect.stringMatching(/\S/), holds: true, expected: expect.any(String), found: expect.any(String) });

    const { cgroups } = JSON.parse((await holdfast(['info', '--json', '-P', made.lxcpath, made.name])).stdout) as { cgroups: string[] };
    const group = cgroups.find((path) => existsSync(join(path, 'pids.max'))) ?? '';
    writeFileSync(join(group, 'pids.max'), '21');
    const changed = await verify();
    expect(changed.code).toBe(1);
    expect(changed.stdout).toMatch(/^FAIL {2}.*pids\.max.*\n +expected 20\n +found {4}21$/m);
    const failing = (JSON.parse((await verify('--json')).stdout) as Checked[]).filter(({ holds }) => !holds);
    expect(failing).toEqual([expect.objectContaining({ expected: '20', found: '21' })]);
  });

  it('about one that does not run: an error, as JSON asked or not', async () => {
    const made = container([]);
    for (const words of [[], ['--json']]) {
      const done = await holdfast(['verify', made.name, ...words]);
      expect(done).toMatchObject({ code: 1, stdout: '', stderr: `holdfast: ${made.name} is not running\n` });
    }
  });
});

describe('as an ordinary user', () => {
  const it = needing('user', 'userns');
  let user: OrdinaryUser;
  beforeEach(() => {
    user = makeOrdinaryUser();
  });
  afterEach(async () => {
    await user.run([process.execPath, COMMAND, 'stop', '-k', 'own']);
    user.remove();
  });
  const command = (...words: string[]) => user.run([process.execPath, COMMAND, ...words]);

  it('run -- id: root inside, nobody else, without a configuration', async () => {
    const done = await command('run', '--', 'sh', '-c', 'id -u; id -g; hostname; cat /proc/self/uid_map');
    expect(done).toMatchObject({ code: 0, stderr: '' });
    // One's own id alone, or the subordinate ones; never the host's root.
    expect(done.stdout).toMatch(new RegExp(`^0\\n0\\nholdfast\\n\\s*0\\s+(${user.uid}\\s+1|\\d{5,}\\s+65536)\\n$`));
  });

  it('start, ls, info, verify, attach, stop of a container of its own; root and others do not see it', async () => {
    mkdirSync(join(user.home, 'own'));
    writeFileSync(join(user.home, 'own/config'), 'lxc.namespace.keep = net\nlxc.uts.name = mine\nlxc.mount.auto = proc:mixed\nlxc.cap.keep = none\n');
    expect(await command('start', '-P', user.home, 'own', '--', 'sleep', '100')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(JSON.parse((await command('ls', '--json', '-P', user.home)).stdout)).toEqual([expect.objectContaining({ name: 'own', state: 'running' })]);
    const info = JSON.parse((await command('info', '--json', 'own')).stdout) as { readonly init: number; readonly namespaces: string[] };
    expect(info).toMatchObject({ name: 'own', state: 'running', hostname: 'mine' });
    expect(info.namespaces).toContain('user');
    const verified = await command('verify', 'own');
    expect(verified.code, verified.stdout).toBe(0);
    const inside = await command('attach', 'own', '--', 'readlink', '/proc/self/ns/uts');
    expect(inside).toMatchObject({ code: 0, stderr: '' });
    expect(inside.stdout).not.toBe(`${readlinkSync('/proc/self/ns/uts')}\n`);
    expect(await command('stop', '-k', 'own')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(JSON.parse((await command('info', '--json', '-P', user.home, 'own')).stdout)).toEqual({ name: 'own', state: 'stopped' });
  });
});
