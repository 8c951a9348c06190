// What is said of machines that lack one thing, and of those that lack nothing.

import { describe, expect, test } from 'vitest';
import { readHostFacts } from '../../host/facts.ts';
import { type Fixture, type FixtureNode, fixtureMachine } from '../../host/fixture.ts';
import { delegatedMachine, elfHead, hybridMachine, legacyMachine, mountLine, sessionMachine, status, unifiedMachine } from '../../host/testing.ts';
import { diagnosticText } from '../../model/diagnostic.ts';
import { doctorReport } from '../../report/doctor.ts';
import { DOCTOR_CODES } from '../../model/codes/doctor.ts';
import { examine } from './examine.ts';
import { readSurroundings } from './surroundings.ts';

const COMPLETE: Readonly<Record<string, FixtureNode>> = {
  '/proc/sys/kernel/seccomp/actions_avail': 'kill_process errno allow\n',
  '/bin/busybox': elfHead([1]),
  '/sbin/apparmor_parser': '',
  '/home/alice': { dir: true, uid: 1000 },
  '/var/lib/lxc': { dir: true },
};
const MANAGER: Readonly<Record<string, FixtureNode>> = {
  '/run/user/1000': { dir: true, uid: 1000 },
  '/run/user/1000/systemd/private': '',
  '/usr/bin/systemd-run': { text: '', mode: 0o755 },
};

function fixture(base: Fixture, changes: Readonly<Record<string, FixtureNode>> = {}): Fixture {
  const writable = base.uid === undefined ? ['/'] : [...(base.writable ?? []), '/home/alice', '/run/user/1000'];
  return { ...base, writable, files: { ...base.files, ...COMPLETE, ...changes } };
}

function found(given: Fixture, lxcpath = given.uid === undefined ? '/var/lib/lxc' : '/home/alice/.local/share/lxc') {
  const machine = fixtureMachine(given);
  const host = readHostFacts(machine);
  return examine(host, readSurroundings(machine, host, lxcpath));
}

const codes = (given: Fixture, lxcpath?: string) => found(given, lxcpath).flatMap(({ wrong }) => wrong?.code ?? []);
/** What is to be done about it. */
const fixes = (given: Fixture, code: string) => found(given).flatMap(({ wrong }) => (wrong?.code === code ? [diagnosticText(wrong).help] : []));
const alice = (changes: Readonly<Record<string, FixtureNode>> = {}) => fixture(delegatedMachine(), changes);
const mountsOf = ({ files }: Fixture, more: string): string => {
  const text = files['/proc/self/mountinfo'];
  return `${typeof text === 'string' ? text : ''}${more}\n`;
};
const remounted = (options: string, changes: Readonly<Record<string, FixtureNode>> = {}) => {
  const base = alice(changes);
  return {
    ...base,
    files: { ...base.files, '/proc/self/mountinfo': mountsOf(base, mountLine('/home', 'ext4', 'rw', '/', options)) },
  };
};

describe('where nothing is missing, nothing is said', () => {
  const machines: readonly (readonly [string, Fixture])[] = [
    ['root, version 1', fixture(legacyMachine())],
    ['root, hybrid', fixture(hybridMachine())],
    ['root, version 2', fixture(unifiedMachine())],
    ['a user in a delegated scope', alice()],
    ['a user with a manager of systemd', fixture(sessionMachine(), MANAGER)],
  ];
  test.each(machines)('%s', (_, given) => {
    expect(codes(given)).toEqual([]);
    expect(doctorReport(found(given))).toMatch(/^(ok {7}.*\n)+0 to be mended before a start, 0 that some containers need\n$/);
  });
});

const sysctl = (path: string, value: string) => ({ [`/proc/sys/${path}`]: `${value}\n` });

describe('each thing that is missing, with the command that gets it', () => {
  const CASES: readonly (readonly [code: string, what: string, given: Fixture, fix: RegExp])[] = [
    ['HF625', 'unprivileged_userns_clone', alice(sysctl('kernel/unprivileged_userns_clone', '0')), /^as root: sysctl -w kernel.unprivileged_userns_clone=1 && echo '\S+=1' >> /],
    ['HF625', 'max_user_namespaces', alice(sysctl('user/max_user_namespaces', '0')), /sysctl -w user.max_user_namespaces=63359/],
    ['HF625', "Ubuntu's restriction", alice(sysctl('kernel/apparmor_restrict_unprivileged_userns', '1')), /sysctl -w kernel.apparmor_restrict_unprivileged_userns=0/],
    ['HF626', 'the same for root', fixture(unifiedMachine(), sysctl('user/max_user_namespaces', '0')), /sysctl -w user.max_user_namespaces=63359/],
    ['HF627', 'newuidmap', alice({ '/usr/bin/newuidmap': { errno: 'ENOENT' } }), /^as root: apt install uidmap$/],
    ['HF627', 'its set-user-ID bit', alice({ '/usr/bin/newgidmap': { text: '', mode: 0o711 } }), /^as root: chmod u\+s \/usr\/bin\/newgidmap$/],
    ['HF628', 'a line in /etc/subuid', alice({ '/etc/subuid': '' }), /^as root: usermod --add-subuids \d+-\d+ --add-subgids \d+-\d+ alice/],
    ['HF380', 'a colon in it', alice({ '/etc/subuid': 'alice:100000\n' }), /USER:FIRST:COUNT/],
    ['HF629', 'delegation, without systemd', fixture(sessionMachine()), /^as root: mkdir \/sys\/fs\/cgroup\/alice && chown alice /],
    ['HF629', 'delegation, with systemd', fixture(sessionMachine(), { '/run/systemd/system': { dir: true } }), /loginctl enable-linger alice/],
    ['HF629', 'a hierarchy', fixture({ ...unifiedMachine(), files: { ...unifiedMachine().files, '/proc/self/mountinfo': mountLine('/', 'ext4') } }), /mount -t cgroup2/],
    ['HF630', 'a controller', alice({ [`/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/run-r1.scope/cgroup.controllers`]: 'pids\n' }), /cgroup.subtree_control/],
    ['HF630', 'one that is switched off', alice({
        '/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/run-r1.scope/cgroup.controllers': 'pids cpu\n',
        '/proc/cgroups': '#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t0\t1\t0\n',
      }), /without cgroup_disable=memory/],
    ['HF631', 'Landlock', alice({ '/sys/kernel/security/lsm': 'capability,apparmor' }), /lsm=landlock,apparmor$/],
    ['HF632', 'filters', alice({ '/proc/sys/kernel/seccomp/actions_avail': { errno: 'ENOENT' } }), /CONFIG_SECCOMP_FILTER/],
    ['HF634', 'a home', { ...alice(), env: {} , files: { ...alice().files, '/etc/passwd': 'root:x:0:0::/root:/bin/sh\n' } }, /set HOME/],
    ['HF634', 'a directory, where a file is', alice({ '/home/alice/.cache': '' }), /^move it away: mv \/home\/alice\/.cache /],
    ['HF634', 'exec for launchers', remounted('rw,noexec'), /mount -o remount,exec/],
    ['HF635', 'suid for containers', remounted('rw,nosuid'), /mount -o remount,suid/],
    ['HF636', 'busybox', alice({ '/bin/busybox': { errno: 'ENOENT' } }), /apt install busybox-static/],
    ['HF637', 'apparmor_parser', alice({ '/sbin/apparmor_parser': { errno: 'ENOENT' } }), /apt install apparmor$/],
    ['HF638', 'new privileges', alice({ '/proc/self/status': status('0000000000000000').replace('NoNewPrivs:\t0', 'NoNewPrivs:\t1') }), /a login of its own/],
    ['HF502', 'a kernel of these years', { ...alice(), release: '5.4.0' }, /./],
  ]; // biome-ignore format: a case is a row
  test.each(CASES)('%s %s', (code, _, given, fix) => {
    expect(codes(given)).toContain(code);
    for (const text of fixes(given, code)) expect(text).toMatch(fix);
  });

  test('HF633 a file system whose mounts take id maps', () => {
    const base = fixture(unifiedMachine());
    const given = {
      ...base,
      files: { ...base.files, '/proc/self/mountinfo': mountsOf(base, mountLine('/var/lib/lxc', 'nfs4')) },
    };
    expect(codes(given)).toEqual(['HF633']);
  });

  test('no code of its own is without a case', () => {
    const tried = new Set([...CASES.map(([code]) => code), 'HF633']);
    expect(Object.keys(DOCTOR_CODES).filter((code) => !tried.has(code))).toEqual([]);
  });
});

test('a missing thing is told with its topic, its code and what to do', () => {
  const report = doctorReport(found(alice({ '/usr/bin/newuidmap': { errno: 'ENOENT' } })));
  expect(report).toMatch(
    /^warning {2}newuidmap +HF627: containers of alice have one user and one group only: newuidmap and newgidmap are not there\n {9}-> as root: apt install uidmap$/m,
  );
  expect(report).toMatch(/\n0 to be mended before a start, 1 that some containers need\n$/);
});
