// Devices of a running container: a block device given and taken away again, by the v1 controller and by the BPF program, with and
// without a user namespace; what fails leaves the list as it was.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect } from 'vitest';
import { readHostFacts } from '../../src/host/facts.ts';
import { realMachine } from '../../src/host/machine.ts';
import { changeDevice, deviceList } from '../../src/runtime/device.ts';
import { verifyDeviceProgram } from '../../src/runtime/device-program.ts';
import type { TestContainer } from '../support/container.ts';
import { containers, holdfast, recorded, startDetached, stateOf, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';

const make = containers();
const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0).reverse()) one();
});

/** A block device with `HOLD` at its beginning. */
function loopDevice(): string {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-loop-'));
  undo.push(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'image'), Buffer.concat([Buffer.from('HOLD'), Buffer.alloc(65532)]));
  const device = execFileSync('losetup', ['-f', '--show', join(dir, 'image')], { encoding: 'utf8' }).trim();
  undo.push(() => execFileSync('losetup', ['-d', device]));
  return device;
}

/** Its init runs /cmd1, /cmd2 and so on when they appear, and says so at the end of /out. */
const INIT = 'n=1; while :; do if [ -f /cmd$n ]; then sh /cmd$n > /out 2>&1; echo "done$n" >> /out; n=$((n+1)); fi; sleep 0.05; done';
const RULES = ['deny = a', 'allow = c *:* m', 'allow = b *:* m', 'allow = c 1:3 rwm', 'allow = c 5:2 rwm', 'allow = c 136:* rwm'].map(
  (rule) => `lxc.cgroup.devices.${rule}`,
);

async function running(lines: readonly string[]): Promise<{ readonly container: TestContainer; readonly inside: (command: string) => Promise<string> }> {
  const container = make(lines, INIT);
  const out = join(container.rootfs, 'out');
  writeFileSync(out, '');
  chmodSync(out, 0o666);
  await startDetached(container);
  let count = 0;
  const inside = (command: string): Promise<string> => {
    count += 1;
    writeFileSync(join(container.rootfs, `.cmd${count}`), command);
    execFileSync('mv', [join(container.rootfs, `.cmd${count}`), join(container.rootfs, `cmd${count}`)]);
    return until(`command ${count} is done`, () => {
      const text = readFileSync(out, 'utf8');
      return text.endsWith(`done${count}\n`) && text.slice(0, -`done${count}\n`.length).trim();
    });
  };
  return { container, inside };
}

/** The kernel's own word on the program of version 2: it is the one of the list on record, and would not be that of another list. */
function confirmProgram(name: string): void {
  const state = stateOf(name);
  if (state.state !== 'running' || state.record.devices === null) throw new Error(`${name} has no list`);
  const { record } = state;
  const { cacheDir } = readHostFacts(realMachine(), []);
  const answer = verifyDeviceProgram(record, cacheDir);
  if (record.devices?.version !== 2) return expect(answer).toBeNull();
  expect(answer).toMatchObject({ holds: true, found: expect.stringMatching(/^[0-9a-f]{16}$/) });
  const other = { ...record, devices: { ...record.devices, exceptions: record.devices.exceptions.slice(1) } };
  expect(verifyDeviceProgram(other, cacheDir)).toMatchObject({ holds: false, found: answer?.found });
}

const KINDS = [
  ['v1', 'cgroup1', []],
  ['v1 with ids of its own', 'cgroup1', ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536']],
  ['v2', 'cgroup2-mount', ['holdfast.devices = v2']],
  ['v2 with ids of its own', 'cgroup2-mount', ['holdfast.devices = v2', 'lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536']],
] as const;

describe('a block device', () => {
  for (const [kind, need, lines] of KINDS) {
    needing(
      'root',
      'busybox',
      need,
    )(`goes in and out again: ${kind}`, async () => {
      const device = loopDevice();
      const { container, inside } = await running([...RULES, ...lines]);
      const { name } = container;
      const before = deviceList(name);
      const started = stateOf(name);
      expect(await inside(`mknod /tmp/own b 7 ${device.slice('/dev/loop'.length)}; head -c4 /tmp/own`)).toMatch(/not permitted|No such file|Permission denied/);

      const added = await changeDevice({ name, verb: 'add', device, path: undefined, rights: 'rw' });
      expect(added).toEqual({ rule: `b 7:${device.slice('/dev/loop'.length)} rw`, path: device, hint: null });
      expect(await inside(`head -c4 ${device}; stat -c ' %u %a' ${device}`)).toMatch(/^HOLD 0 6[06]0$/);
      expect(await inside(`dd if=/dev/zero of=${device} bs=4 count=0 2>&1; : <> ${device} && echo both`)).toContain('both');
      expect(deviceList(name)?.exceptions).toHaveLength((before?.exceptions.length ?? 0) + 1);
      confirmProgram(name);

      await changeDevice({ name, verb: 'remove', device, path: undefined, rights: 'rwm' });
      expect(await inside(`ls ${device}`)).toContain('No such file');
      expect(await inside(`mknod /tmp/own b 7 ${device.slice('/dev/loop'.length)}; head -c4 /tmp/own`)).toMatch(/not permitted|No such file|Permission denied/);
      expect(deviceList(name)).toEqual(before);
      confirmProgram(name);
      // The record is still the monitor's, and tells when it started.
      expect(await recorded(name)).toEqual(started);
    });

    needing(
      'root',
      'busybox',
      need,
    )(`that cannot be put there leaves the list as it was: ${kind}`, async () => {
      const device = loopDevice();
      const { container, inside } = await running([...RULES, ...lines]);
      const { name } = container;
      const before = deviceList(name);
      await expect(changeDevice({ name, verb: 'add', device, path: '/proc/version/node', rights: 'rw' })).rejects.toMatchObject({ code: 'device-failed' });
      await expect(changeDevice({ name, verb: 'add', device, path: '/dev/null', rights: 'rw' })).rejects.toMatchObject({ code: 'device-failed' });
      expect(deviceList(name)).toEqual(before);
      expect(await inside('echo x > /dev/null && echo written')).toBe('written');
    });
  }
});

needing('root', 'busybox')('changes at the same time are made one after the other', async () => {
  const { container } = await running(RULES.flatMap((rule) => [rule, rule.replace('cgroup', 'cgroup2')]));
  const { name } = container;
  const before = deviceList(name)?.exceptions.length ?? 0;
  await Promise.all([11, 12, 13, 14].map((minor) => holdfast(['device', name, 'add', `c 10:${minor}`, '--rights', 'r'])));
  expect(deviceList(name)?.exceptions).toHaveLength(before + 4);
});

describe('what is wrong', () => {
  needing(
    'root',
    'busybox',
    'cgroup1',
  )('is told before anything is done', async () => {
    const { container } = await running([...RULES, 'lxc.cgroup.devices.allow = c 1:* r']);
    const { name } = container;
    const change = (device: string, more: { readonly path?: string; readonly rights?: string; readonly verb?: 'remove' } = {}) =>
      changeDevice({ name, verb: more.verb ?? 'add', device, path: more.path, rights: more.rights ?? 'rwm' });
    await expect(change('/etc/passwd')).rejects.toThrow('/etc/passwd is no device');
    await expect(change('c 1 1')).rejects.toThrow("write 'c 1:1 rwm'");
    await expect(change('c 1:*')).rejects.toThrow('is more than one device');
    await expect(change('/dev/zero', { rights: 'x' })).rejects.toThrow('no device');
    await expect(change('/dev/zero', { path: 'dev/zero' })).rejects.toThrow('is no place for a node');
    await expect(change('/dev/zero', { path: '/dev/../etc/zero' })).rejects.toThrow('is no place for a node');
    await expect(change('/dev/zero', { verb: 'remove' })).rejects.toThrow("c 1:5 cannot be taken away alone: 'c 1:* r' of the list allows it as well");
    await expect(changeDevice({ name: 'nobody', verb: 'add', device: '/dev/zero', path: undefined, rights: 'r' })).rejects.toMatchObject({
      code: 'not-running',
    });
  });

  needing(
    'root',
    'busybox',
    'cgroup1',
  )('the memory of the machine is explained', async () => {
    const { container } = await running([...RULES, 'lxc.cap.drop = sys_rawio']);
    const { hint } = await changeDevice({ name: container.name, verb: 'add', device: 'c 1:1', path: undefined, rights: 'r' });
    expect(hint).toContain('CAP_SYS_RAWIO, which the container has not');
    expect(hint).toContain('DEVMEM');
  });
});
