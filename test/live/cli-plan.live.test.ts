// holdfast plan: the whole text of a small container's plan, what every plan promises, and that nothing at all is done by it.

import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeConfig } from '../support/busybox.ts';
import { difference, snapshot } from '../support/leftovers.ts';
import { holdfast } from '../support/live.ts';
import { needing } from '../support/needs.ts';

/** Small, and the same wherever root runs it: no control groups, no capabilities, nothing of the host's shared. */
const LINES = [
  'lxc.rootfs.path = dir:@ROOT@',
  'lxc.init.cmd = /bin/web --port 80',
  'lxc.uts.name = small',
  'lxc.namespace.clone = mnt pid uts',
  'lxc.autodev = 0',
  'lxc.console.path = none',
  'lxc.mount.auto = proc:rw',
  'lxc.mount.entry = tmpfs tmp tmpfs size=1m 0 0',
  'lxc.cap.keep = none',
  'lxc.no_new_privs = 1',
  'lxc.net.0.type = none',
  'lxc.prlimit.nofile = 64',
];

interface PlanAsJson {
  readonly name: string;
  readonly steps: readonly {
    readonly who: string;
    readonly phase: string;
    readonly what: string;
    readonly why: { readonly kind: string };
    readonly actions: readonly unknown[];
  }[];
  readonly notEnforced: readonly unknown[];
}

let folder = '';
let name = '';
const plan = (...words: string[]) => holdfast(['plan', '-P', folder, name, ...words]);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-plan-'));
  name = `p${process.pid}`;
  mkdirSync(join(folder, name, 'rootfs'), { recursive: true });
  writeConfig(
    join(folder, name),
    LINES.map((line) => line.replace('@ROOT@', join(folder, name, 'rootfs'))),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stepRows = (text: string) =>
  [...text.matchAll(/^ {0,3}(\d+) {2}(monitor|init) +(.+?) {2}\[(.+)\]$/gm)].map(([, index, who, what, why]) => ({ index: Number(index), who, what, why }));

/** Without what differs between machines and runs: the directory, the name, this caller's own lacks, the control groups. */
function normal(text: string): readonly string[] {
  const rows = text
    .replaceAll(join(folder, name), 'DIR')
    .replaceAll(name, 'NAME')
    .split('\n')
    .map((row) => row.replace(/^ {0,3}\d+ {2}/, ''));
  return rows.filter((row) => row !== '' && !/control group|cgroup|lxc\.payload|caller's bounding set lacks/.test(row));
}

const GOLDEN = `
plan for NAME: N steps
the monitor is PID 1 of a PID namespace of its own: when it dies, the kernel ends the container
monitor  block signals, open 0-2 where they are closed, close every other descriptor, clear the umask  [law: what the caller happens to hold never leaks in]
monitor  start the monitor as PID 1 of a PID namespace of its own, so that the kernel ends everything below it when it dies  [law: nothing left]
monitor  make the directory for running containers /run/holdfast  [default: one locked file for each running container]
monitor  claim the name NAME  [law: one container of a name at a time]
                 undone at the end: <unclaim>
monitor  open the channel to the new process  [default: it tells what fails, and that it is ready]
monitor  start init in namespaces of its own: mnt, pid, uts  [DIR/config:4]
monitor  set the limit nofile to 64  [DIR/config:12]
monitor  let the new process go on  [default: it waits until what is outside is ready]
init     die with the monitor, and wait for the monitor's word  [law: nothing left]
init     set the hostname to small  [DIR/config:3]
init     cut the mounts off from the host's  [law: nothing that is mounted in the container reaches the host's mounts]
init     take DIR/rootfs as the root file system  [DIR/config:1]
init     use the root file system's own /dev  [DIR/config:5]
init     mount proc on /proc  [DIR/config:7]
init     mount tmpfs on /tmp (size=1m)  [DIR/config:8]
init     link fd, stdin, stdout, stderr in /dev  [DIR/config:5]
init     make the new root file system the root, and take the host's away  [law: no path leads from the container to the host's files]
init     let mounts propagate inside the container  [default: an init system inside relies on it, as systemd does]
init     have the plain personality, without flags  [law: what the caller happens to hold never leaks in]
init     join a new, empty session keyring, away from the caller's keys  [default: a new session keyring]
init     reduce the bounding set to nothing  [DIR/config:9]
init     set no_new_privs: execve never gives more rights again  [DIR/config:10]
init     empty the inheritable and ambient capability sets, reset the secure bits  [law: what the caller happens to hold never leaks in]
init     have no supplementary groups  [default: the caller's groups are not the container's]
init     become user 0, group 0  [default: init runs as user 0 of the container]
init     die with the monitor, also under these ids  [law: nothing left]
init     the limit nofile is 64 of 64  [law: verified]
init     the bounding set is nothing  [law: verified]
init     the inheritable and ambient sets are empty, the secure bits 0  [law: verified]
init     no_new_privs is set  [law: verified]
init     the ids are user 0, group 0  [law: verified]
init     the personality has no other flags  [law: verified]
init     begin a session of its own, on a terminal of the container where the caller has one  [law: the caller's terminal never reaches the container (CVE-2016-10124)]
init     find /bin/web  [DIR/config:2]
init     reset signals and umask, mark every descriptor above 2 to be closed, report ready  [law: what the caller happens to hold never leaks in]
init     execute /bin/web --port 80  [DIR/config:2]
monitor  wait until init runs, record it, serve until it ends, then undo  [law: nothing left]
`
  .slice(1, -1)
  .split('\n');

const asRoot = needing('root');
asRoot('a small plan as text', async () => {
  const done = await plan();
  expect(done).toMatchObject({ code: 0, stderr: '' });
  const rows = normal(done.stdout).map((row, index) => (index === 0 ? row.replace(/\d+/, 'N') : row));
  expect(rows).toEqual(GOLDEN);
});

describe('every plan', () => {
  test('has a reason for each step, and quotes the line where one asks for it', async () => {
    const { stdout } = await plan();
    const rows = stepRows(stdout);
    expect(rows.map(({ index }) => index)).toEqual(rows.map((_, index) => index));
    expect(Number(/^plan for \S+: (\d+) steps$/m.exec(stdout)?.[1])).toBe(rows.length);
    for (const { what, why } of rows) expect(why, what).toMatch(new RegExp(`^(law|default): .{5,}$|^${join(folder, name, 'config')}:\\d+$|^(-s|--) `));
    // Each line that asks for something to be done is named by a step, except where the host makes it superfluous.
    const named = new Set(rows.flatMap(({ why }) => (/config:(\d+)$/.exec(why ?? '') ? [Number(/config:(\d+)$/.exec(why ?? '')?.[1])] : [])));
    const doing = LINES.map((line, index) => ({ line, number: index + 1 })).filter(({ line }) =>
      /rootfs|init\.cmd|uts|mount|cap\.keep|no_new_privs|prlimit/.test(line),
    );
    for (const { line, number } of doing) expect(named.has(number), line).toBe(true);
  });

  test('is the same as JSON, step for step', async () => {
    const [text, json] = await Promise.all([plan(), plan('--json')]);
    const parsed = JSON.parse(json.stdout) as PlanAsJson;
    const rows = stepRows(text.stdout);
    expect(parsed.steps.map(({ who, what }) => ({ who, what }))).toEqual(rows.map(({ who, what }) => ({ who, what })));
    expect(parsed.name).toBe(name);
    expect(parsed.notEnforced).toEqual([]);
    for (const step of parsed.steps) {
      expect(step.why.kind).toMatch(/^(config|option|default|law)$/);
      expect(step.actions.length, step.what).toBeGreaterThan(0);
    }
  });

  test('shows the kernel calls of each step with --calls', async () => {
    const { stdout } = await plan('--calls');
    const blocks = stdout.split(/^ {0,3}\d+ {2}/m).slice(1);
    expect(blocks.length).toBe(stepRows(stdout).length);
    for (const block of blocks) expect(block, block).toMatch(/\n {17}(\$[\w.]+ = )?([a-z_0-9]+\(|<[a-z-]+>|require |&)/);
    expect(stdout).toContain('sethostname("small", 5)');
    expect(stdout).toContain('PR_SET_NO_NEW_PRIVS');
    expect(stdout).not.toMatch(/undefined|\[object|NaN/);
  });

  test('says what is asked for and not enforced, in the text, as JSON, and by code only in check', async () => {
    const allow = ['-s', 'lxc.apparmor.profile=x', '--allow-missing', 'lxc.apparmor.profile'];
    const text = await plan(...allow);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toContain("NOT enforced, as allowed by name:\n  - 'lxc.apparmor.profile' is not enforced, as allowed");
    const json = JSON.parse((await plan('--json', ...allow)).stdout) as PlanAsJson;
    expect(json.notEnforced).toEqual([expect.objectContaining({ code: 'HF302' })]);
    const refused = await plan(...allow.slice(0, 2));
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('--allow-missing lxc.apparmor.profile');
    // The same word in the configuration is as good.
    expect(await plan('-s', 'lxc.apparmor.profile=x', '-s', 'holdfast.allow_missing=lxc.apparmor.profile')).toMatchObject({ code: 0 });
  });

  test('is another one with --detach and with a command', async () => {
    const [plain, detached, command] = await Promise.all([plan(), plan('--detach'), plan('--', 'sh', '-c', 'echo $HOME')]);
    expect(detached.code).toBe(0);
    expect(JSON.parse((await plan('--json', '--detach')).stdout)).toMatchObject({ detach: true });
    expect(command.stdout).toContain('execute sh -c echo $HOME  [-- sh -c echo $HOME]');
    expect(command.stdout).toContain('leave a minimal PID 1 behind');
    expect(plain.stdout).not.toContain('leave a minimal PID 1 behind');
  });
});

/** Every file below, with what would change if it were touched. */
function filesOf(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const { mtimeMs, ctimeMs, size, ino } = lstatSync(path);
    return `${path} ${mtimeMs} ${ctimeMs} ${size} ${ino}`;
  });
}

test('plan and check do nothing: no file, group, mount, process or launcher is made', async () => {
  const home = join(folder, 'home');
  mkdirSync(home);
  const own = (line: string) => line.includes(name) || line.startsWith('mount') || line.startsWith('link');
  const take = () => ({ files: filesOf(folder), machine: new Set([...snapshot()].filter(own)) });
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, XDG_RUNTIME_DIR: home };
  const before = take();
  for (const words of [[], ['--json'], ['--calls'], ['--detach'], ['--', 'true']]) {
    expect(await holdfast(['plan', '-P', folder, name, ...words], { env })).toMatchObject({ code: 0 });
    expect((await holdfast(['check', '-P', folder, name], { env })).code).toBeLessThan(2);
  }
  const after = take();
  expect(after.files).toEqual(before.files);
  expect(difference(before.machine, after.machine)).toEqual({ added: [], lost: [] });
  writeFileSync(join(home, 'seen'), ''); // the comparison sees a new file
  expect(filesOf(folder)).not.toEqual(before.files);
});
