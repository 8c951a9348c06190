import { expect, test } from 'vitest';
import { parseRuleset } from '../parse.ts';
import { explainLandlock } from './index.ts';

const LINE = { value: '/etc/rules', place: 'web/config:4' };

const explained = (blockers: readonly string[], details: Readonly<Record<string, string>>) =>
  explainLandlock({ kind: 'landlock', at: 0, serial: 1, subject: {}, domain: '1', blockers, details: new Map(Object.entries(details)) }, LINE);

test.each([
  [['fs.write_file'], { path: '/srv/x' }, 'write /srv/x', 'write /srv/x'],
  [['fs.read_file'], { path: '/srv/x' }, 'read /srv/x', 'read /srv/x'],
  [['fs.make_dir'], { path: '/' }, 'make a directory in /', 'write /'],
  [['fs.make_reg', 'fs.refer'], { path: '/srv' }, 'make a file in and link or rename between directories, at /srv', 'write /srv'],
  [['fs.make_char'], { path: '/tmp' }, 'make a character device in /tmp', 'allow make_char /tmp'],
  [['fs.ioctl_dev', 'fs.write_file'], { path: '/dev/fuse' }, 'control the device and write /dev/fuse', 'use /dev/fuse'],
  [['net.bind_tcp'], { src: '80' }, 'listen on TCP port 80', 'bind 80'],
  [['net.connect_tcp'], { dest: '443' }, 'connect to TCP port 443', 'connect 443'],
])('%j %j', (blockers, details, tried, line) => {
  const found = explained(blockers, details);
  expect(found.tried).toBe(tried);
  expect(found.remedy?.lines).toEqual([line]);
  // It is a line of that language.
  expect(parseRuleset(`read /\n${line}`, '/etc/rules').diagnostics).toEqual([]);
});

test('no rule lets mount', () => {
  expect(explained(['fs.change_topology'], { path: '/mnt' })).toMatchObject({
    tried: 'mount, unmount or change a mount at /mnt',
    rule: expect.stringContaining('no rule can allow it'),
    remedy: { lines: ['holdfast.landlock = none'] },
  });
});

test('nothing is advised where a line could not say it', () => {
  expect(explained(['fs.write_file'], { path: '/a b\nwrite /' }).remedy).toBeNull();
  expect(explained(['scope.signal'], { ocomm: 'sshd' })).toMatchObject({ tried: 'signal a process outside (sshd)', remedy: null });
  expect(explained(['ptrace'], {}).remedy).toBeNull();
});
