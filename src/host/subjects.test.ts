import { describe, expect, it } from 'vitest';
import { findDirectories } from './directories.ts';
import { type Fixture, fixtureMachine, type FixtureNode } from './fixture.ts';
import { findHelper } from './helpers.ts';
import { readLsms } from './lsm.ts';
import { parseMountInfo } from './mounts.ts';
import { readPathFacts } from './paths.ts';
import { mountLine } from './testing.ts';
import { readUserNamespaceRefusal } from './userns.ts';
import { readSubIds, readUser } from './users.ts';

const withFiles = (files: Readonly<Record<string, FixtureNode>>, rest: Partial<Fixture> = {}) => fixtureMachine({ ...rest, files });

describe('readUserNamespaceRefusal', () => {
  const sysctl = (name: string, value: string) => withFiles({ [`/proc/sys/${name}`]: `${value}\n` });
  it.each([
    ['user/max_user_namespaces', '0', 'user.max_user_namespaces = 0', 'user.max_user_namespaces = 0'],
    ['kernel/unprivileged_userns_clone', '0', 'kernel.unprivileged_userns_clone = 0', null],
    ['kernel/apparmor_restrict_unprivileged_userns', '1', 'kernel.apparmor_restrict_unprivileged_userns = 1', null],
    ['user/max_user_namespaces', '10', null, null],
    ['kernel/unprivileged_userns_clone', '1', null, null],
    ['kernel/apparmor_restrict_unprivileged_userns', '0', null, null],
  ])('%s = %s: %s for a user, %s for root', (name, value, user, root) => {
    expect(readUserNamespaceRefusal(sysctl(name, value), ['user'], false)).toBe(user);
    expect(readUserNamespaceRefusal(sysctl(name, value), ['user'], true)).toBe(root);
  });
});

describe('readLsms', () => {
  it("takes the kernel's list", () => {
    expect(readLsms(withFiles({ '/sys/kernel/security/lsm': 'capability,selinux' }))).toEqual({ lsms: ['capability', 'selinux'], lsmsListed: true });
  });
  it('goes by traces without securityfs', () => {
    expect(readLsms(withFiles({ '/sys/module/apparmor/parameters/enabled': 'Y\n' }))).toEqual({ lsms: ['capability', 'apparmor'], lsmsListed: false });
    expect(readLsms(withFiles({ '/sys/module/apparmor/parameters/enabled': 'N\n', '/proc/filesystems': 'nodev\tsysfs\nnodev\tselinuxfs\n' })).lsms).toEqual([
      'capability',
      'selinux',
    ]);
    expect(readLsms(withFiles({ '/proc/filesystems': 'nodev\tsmackfs\n\text4\n' })).lsms).toEqual(['capability', 'smack']);
  });
});

describe('findHelper', () => {
  const mounts = parseMountInfo([mountLine('/', 'ext4'), mountLine('/usr/local', 'ext4', 'rw', '/', 'rw,nosuid')].join('\n'));
  const helper = (path: string, node: FixtureNode) => findHelper(withFiles({ [path]: node }), mounts, 'newuidmap');
  it.each([
    ['set-user-id', '/usr/bin/newuidmap', { text: '', mode: 0o4755 }, '/usr/bin/newuidmap'],
    ['set-user-id, not for everybody', '/usr/bin/newuidmap', { text: '', mode: 0o4750 }, '/usr/bin/newuidmap'],
    ['perhaps with file capabilities', '/usr/bin/newuidmap', { text: '', mode: 0o755 }, '/usr/bin/newuidmap'],
    ['without its privilege', '/usr/bin/newuidmap', { text: '', mode: 0o700 }, null],
    ["a user's", '/usr/bin/newuidmap', { text: '', mode: 0o4755, uid: 1000 }, null],
    ['not executable', '/usr/bin/newuidmap', { text: '', mode: 0o4644 }, null],
    ['on a nosuid mount', '/usr/local/bin/newuidmap', { text: '', mode: 0o4755 }, null],
    ['elsewhere in PATH', '/home/alice/bin/newuidmap', { text: '', mode: 0o4755 }, null],
  ])('%s', (_, path, node, found) => {
    expect(helper(path, node).path).toBe(found);
  });
  it('judges a link by what it names', () => {
    const files = { '/usr/bin/newuidmap': { link: '/usr/local/bin/n' }, '/usr/local/bin/n': { text: '', mode: 0o4755 } };
    expect(findHelper(withFiles(files), mounts, 'newuidmap').path).toBeNull();
    expect(findHelper(withFiles(files), [], 'newuidmap')).toEqual({ path: '/usr/bin/newuidmap', fault: null });
  });
  it.each([
    ['/usr/bin/newuidmap', { text: '', mode: 0o700 }, 'chmod u+s /usr/bin/newuidmap'],
    ['/usr/bin/newuidmap', { text: '', mode: 0o4755, uid: 1000 }, 'chown root:root /usr/bin/newuidmap && chmod 4755 /usr/bin/newuidmap'],
    ['/usr/bin/newuidmap', { text: '', mode: 0o4644 }, 'chown root:root /usr/bin/newuidmap && chmod 4755 /usr/bin/newuidmap'],
    ['/usr/local/bin/newuidmap', { text: '', mode: 0o4755 }, 'mount -o remount,suid /usr/local'],
    ['/home/alice/bin/newuidmap', { text: '', mode: 0o4755 }, undefined],
  ])('says how to repair %s %j', (path, node, fix) => {
    expect(helper(path, node).fault?.fix).toBe(fix);
  });
});

describe('users', () => {
  const passwd = { '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nx1000:x:10:1000::/:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n' };
  it('finds the name and home by id', () => {
    expect(readUser(withFiles(passwd, { uid: 1000 }))).toEqual({ name: 'alice', home: '/home/alice' });
    expect(readUser(withFiles(passwd, { uid: 1000, env: { HOME: '/h' } }))).toEqual({ name: 'alice', home: '/h' });
    expect(readUser(withFiles(passwd, { uid: 1000, env: { HOME: 'h' } }))).toEqual({ name: 'alice', home: '/home/alice' });
  });
  it('asks the name service for an id that is not in the file, and takes the number at last', () => {
    expect(readUser(withFiles(passwd, { uid: 2000, userName: 'carol' }))).toEqual({ name: 'carol', home: null });
    expect(readUser(withFiles(passwd, { uid: 2000 }))).toEqual({ name: '2000', home: null });
  });
  it('reads ranges by name and by number, and no others', () => {
    const files = { '/etc/subuid': '# alice:1:1\nalice:100000:65536\nbob:1:1\n1000:300000:5\nalice:x:1\nalice:7:0\nalice\n' };
    expect(readSubIds(withFiles(files, { uid: 1000 }), '/etc/subuid', 'alice')).toEqual({
      ranges: [
        { first: 100000, count: 65536 },
        { first: 300000, count: 5 },
      ],
      faults: [
        { file: '/etc/subuid', line: 5, text: 'alice:x:1', reason: "'x' is no number" },
        { file: '/etc/subuid', line: 6, text: 'alice:7:0', reason: 'it grants no id' },
        { file: '/etc/subuid', line: 7, text: 'alice', reason: 'it has 1 fields instead of 3' },
      ],
    });
  });
});

describe('findDirectories', () => {
  const user = { name: 'alice', home: '/home/alice' };
  const cache = '/home/alice/.cache/holdfast';
  const find = (files: Readonly<Record<string, FixtureNode>>, env: Readonly<Record<string, string>> = {}) =>
    findDirectories(withFiles(files, { uid: 1000, env }), user);
  it.each([
    ['the session directory', { '/x': { dir: true, uid: 1000 } } as const, { XDG_RUNTIME_DIR: '/x/' }, '/x/holdfast'],
    ["systemd's place", { '/run/user/1000': { dir: true, uid: 1000 } } as const, {}, '/run/user/1000/holdfast'],
    ["not another user's (su)", { '/run/user/0': { dir: true, uid: 0 } } as const, { XDG_RUNTIME_DIR: '/run/user/0' }, `${cache}/run`],
    ['not a relative one', { '/x': { dir: true, uid: 1000 } } as const, { XDG_RUNTIME_DIR: 'x' }, `${cache}/run`],
    ['else the cache', {}, {}, `${cache}/run`],
  ])('%s', (_, files, env, runDir) => {
    expect(find(files, env)).toEqual({ runDir, cacheDir: `${cache}/launchers`, stateDir: '/home/alice/.local/state/holdfast' });
  });
  it('takes nobody else’s directory for a user without a home', () => {
    expect(findDirectories(withFiles({}, { uid: 5 }), { name: '5', home: null }).cacheDir).toBe('/nonexistent/.cache/holdfast/launchers');
  });
});

it('readPathFacts tells what is there, with the file system it lies on', () => {
  const files = {
    '/srv/web/etc/passwd': '',
    '/dev/sda': { block: [8, 0] },
    '/dev/null': { char: [1, 3] },
    '/bin': { link: 'usr/bin' },
    '/secret': { errno: 'EACCES' },
    '/f/x': { errno: 'ENOTDIR' },
  } as const;
  const mounts = parseMountInfo([mountLine('/', 'ext4'), mountLine('/srv', 'btrfs')].join('\n'));
  expect(readPathFacts(withFiles(files), mounts, ['/srv/web', '/srv/web/etc/passwd', '/dev/sda', '/dev/null', '/bin', '/secret', '/f/x', '/none'])).toEqual({
    '/srv/web': { kind: 'dir', filesystem: 'btrfs' },
    '/srv/web/etc/passwd': { kind: 'file', filesystem: 'btrfs' },
    '/dev/sda': { kind: 'block', major: 8, minor: 0 },
    '/dev/null': { kind: 'char', major: 1, minor: 3 },
    '/bin': { kind: 'link' },
    '/secret': { kind: 'unreadable', errno: 'EACCES' },
    '/f/x': { kind: 'missing' },
    '/none': { kind: 'missing' },
  });
});
