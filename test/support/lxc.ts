// The same configuration under Debian's lxc-start and under Holdfast, and what the kernel says of each init, read from outside.
// lxc-create writes the configuration and the root file system; each side gets its own copy of both under its own name.

import {
  cpSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { diagnosticText } from '../../src/model/diagnostic.ts';
import { planStart } from '../../src/runtime/compile.ts';
import { containerState } from '../../src/runtime/containers.ts';
import { prepare } from '../../src/runtime/source.ts';
import { stopContainer } from '../../src/runtime/stop.ts';
import { type TestContainer, writeLauncher } from './container.ts';
import { snapshot } from './leftovers.ts';
import { run, type RunResult } from './run.ts';

export type Side = 'lxc' | 'holdfast';

/** What the kernel says, by subject (`mount /proc`) and aspect (`flags`). */
export type Facts = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface PeerOptions {
  /** Lines behind those of the template; `$HERE` is the container's own directory. */
  readonly lines: readonly string[];
  /** Words in front of the start, which make the state that a caller hands on; with `$HERE` too. */
  readonly caller?: readonly string[];
  /** Id and group that own the copy of the root file system, for a mapped container. */
  readonly owner?: number;
  /** May nobody but root come to the containers? */
  readonly closed?: boolean;
  /** Files in the container's own directory. */
  readonly files?: Readonly<Record<string, string>>;
}

const RUN_DIR = '/run/holdfast';
/** The whole environment of both starts; PEER must not reach init. */
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', TERM: 'vt100', PEER: 'seen' };
/** Lines behind every template: an init that waits, and no network and no AppArmor, which this tier does not compare. */
const COMMON = ['lxc.net.0.type = empty', 'lxc.apparmor.profile = unconfined', 'lxc.init.cmd = /bin/sleep 1000'];

let template: string | undefined;

/** The busybox template as `lxc-create -t busybox` writes it, made once in a process. Its own name is `template`. */
async function templateDir(): Promise<string> {
  if (template !== undefined) return template;
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-peer-'));
  const done = await run(['lxc-create', '-P', dir, '-n', 'template', '-t', 'busybox', '-f', '/dev/null'], { env: ENVIRONMENT });
  if (done.code !== 0) throw new Error(`lxc-create: ${done.stdout}${done.stderr}`);
  return (template = dir);
}

/** Removes what the whole file made: the template, and the empty groups that LXC's monitors leave at the top of each hierarchy. */
export function removeTemplate(): void {
  if (template !== undefined) rmSync(template, { recursive: true, force: true });
  template = undefined;
  for (const hierarchy of readdirSync('/sys/fs/cgroup')) removeGroup(`/sys/fs/cgroup/${hierarchy}/lxc.pivot`);
}

/** Starts it under one side and reads its facts, or why it does not start; then removes everything. What the side leaves is an error. */
export async function underPeer(side: Side, options: PeerOptions): Promise<Facts> {
  const container = await makePeer(side, options);
  const caller = (options.caller ?? []).map((word) => word.replaceAll('$HERE', dirname(container.config)));
  try {
    const pid = await (side === 'lxc' ? startLxc(container, caller) : startHoldfast(container, caller));
    return typeof pid === 'number' ? await readFacts(pid, container) : new Map([['start', new Map([['outcome', normaliser(container)(pid.refusal)]])]]);
  } finally {
    try {
      await (side === 'lxc' ? stopLxc(container) : stopHoldfast(container));
    } finally {
      container.remove();
    }
  }
}

/** It did not start, and what was said. */
interface Refusal {
  readonly refusal: string;
}

let count = 0;

async function makePeer(side: Side, { lines, owner, closed = false, files = {} }: PeerOptions): Promise<TestContainer> {
  const source = join(await templateDir(), 'template');
  const lxcpath = mkdtempSync(join(tmpdir(), 'holdfast-peer-'));
  chmodSync(lxcpath, closed ? 0o700 : 0o755); // LXC's root of a mapped container walks through it
  const name = `${side}${process.pid}-${(count += 1)}`;
  const here = join(lxcpath, name);
  cpSync(source, here, { recursive: true, verbatimSymlinks: true });
  chmodSync(here, 0o755);
  const rootfs = join(here, 'rootfs');
  if (owner !== undefined) await run(['chown', '-R', `${owner}:${owner}`, rootfs]);
  const written = readFileSync(join(source, 'config'), 'utf8').replaceAll(source, here).replaceAll('"template"', `"${name}"`);
  const config = join(here, 'config');
  writeFileSync(config, [written, ...COMMON, ...lines.map((line) => line.replaceAll('$HERE', here)), ''].join('\n'));
  mkdirSync(join(here, 'given'));
  writeFileSync(join(here, 'given/file'), '');
  for (const [file, content] of Object.entries(files)) writeFileSync(join(here, file), content);
  return { name, lxcpath, rootfs, config, remove: () => rmSync(lxcpath, { recursive: true, force: true }) };
}

async function startLxc({ name, lxcpath }: TestContainer, caller: readonly string[]): Promise<number | Refusal> {
  const log = join(lxcpath, 'log');
  const done = await run([...caller, 'lxc-start', '-P', lxcpath, '-n', name, '-d', '-l', 'ERROR', '-o', log], { env: ENVIRONMENT });
  if (done.code === 0) return executed(Number((await lxcInfo(lxcpath, name)).stdout));
  const first = existsSync(log) ? text(log).split('\n')[0] : undefined;
  return { refusal: (first ?? done.stderr).replace(/^.* - (?=[A-Z])/, '') };
}

const lxcInfo = (lxcpath: string, name: string): Promise<RunResult> => run(['lxc-info', '-P', lxcpath, '-n', name, '-pH'], { env: ENVIRONMENT });

async function stopLxc({ name, lxcpath }: TestContainer): Promise<void> {
  if ((await lxcInfo(lxcpath, name)).stdout.trim() !== '') await run(['lxc-stop', '-P', lxcpath, '-n', name, '-k'], { env: ENVIRONMENT });
  await gone('lxc', name, lxcpath);
}

async function startHoldfast(container: TestContainer, caller: readonly string[]): Promise<number | Refusal> {
  const prepared = prepare({ name: container.name, lxcpath: container.lxcpath });
  const { plan, diagnostics } = planStart(prepared, { detach: true });
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (plan === null) return { refusal: error === undefined ? 'no plan and no error' : `${error.code} ${diagnosticText(error).message}` };
  const done = await run([...caller, writeLauncher(container, plan)], { env: ENVIRONMENT });
  const state = containerState(RUN_DIR, container.name);
  return done.code === 0 && state.state === 'running' ? executed(state.record.init) : { refusal: done.stderr.trim() };
}

async function stopHoldfast({ name, lxcpath }: TestContainer): Promise<void> {
  if (containerState(RUN_DIR, name).state !== 'stopped') await stopContainer(RUN_DIR, name, { kill: true, timeout: 1 });
  await gone('holdfast', name, lxcpath);
}

/**
 * Waits until no group, process or file of that container is there: both sides tidy up a little later than they answer. LXC's
 * monitor now and then leaves its groups when a start fails, which are then removed here; whatever else stays is an error.
 */
async function gone(side: Side, name: string, lxcpath: string): Promise<void> {
  const end = performance.now() + (side === 'lxc' ? 2_000 : 10_000);
  let left = leftovers(name, lxcpath);
  for (; left.length > 0 && performance.now() < end; left = leftovers(name, lxcpath)) await sleep(20);
  for (const line of left) if (line.startsWith('cgroup ')) removeGroup(line.slice('cgroup '.length));
  if (side === 'lxc') left = leftovers(name, lxcpath);
  if (left.length > 0) throw new Error(`left behind:\n${left.join('\n')}`);
}

function leftovers(name: string, lxcpath: string): readonly string[] {
  return [...snapshot({ launchers: [lxcpath] }), ...commandLines()].filter((line) => line.includes(name) || line.includes(lxcpath));
}

function removeGroup(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // not there, or in use
  }
}

/** Of every process; one that has ended and waits for its parent has none. */
function commandLines(): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [`process ${pid} ${text(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`] : [];
    } catch {
      return []; // ended meanwhile
    }
  });
}

/** Waits until the process has executed its init, which either side reports a moment before. */
async function executed(pid: number): Promise<number> {
  for (const end = performance.now() + 5_000; performance.now() < end; await sleep(10)) {
    if (text(`/proc/${pid}/comm`) === 'sleep\n') return pid;
  }
  throw new Error(`process ${pid} is ${text(`/proc/${pid}/comm`).trim()}, not its init`);
}

// ---- what the kernel says ----

type Subjects = Map<string, ReadonlyMap<string, string>>;

async function readFacts(pid: number, container: TestContainer): Promise<Facts> {
  const plain = normaliser(container);
  const subjects: Subjects = new Map([
    ['init', initFacts(pid)],
    [
      'environment',
      new Map(
        text(`/proc/${pid}/environ`)
          .split('\0')
          .filter(Boolean)
          .map((line) => pair(line, '=')),
      ),
    ],
    ['descriptors', new Map(readdirSync(`/proc/${pid}/fd`).map((fd) => [fd, link(`/proc/${pid}/fd/${fd}`)]))],
    [
      'namespaces',
      new Map(readdirSync(`/proc/${pid}/ns`).map((ns) => [ns, link(`/proc/${pid}/ns/${ns}`) === link(`/proc/self/ns/${ns}`) ? "the host's" : 'own'])),
    ],
    ['limits', limitFacts(pid)],
    ['inside', await insideFacts(pid)],
  ]);
  mountFacts(pid, subjects);
  deviceFacts(`/proc/${pid}/root/dev`, 'dev', subjects);
  groupFacts(pid, subjects);
  return new Map([...subjects].map(([subject, aspects]) => [plain(subject), new Map([...aspects].map(([aspect, value]) => [aspect, plain(value)]))]));
}

/** Takes out what is each side's own by construction: names, and paths of the copies. */
function normaliser({ name, lxcpath }: TestContainer): (value: string) => string {
  return (value) => value.replaceAll(join(lxcpath, name), '$HERE').replaceAll(name, '$NAME');
}

const text = (path: string): string => readFileSync(path, 'utf8');
const list = (path: string): string =>
  text(path)
    .trim()
    .replace(/\s*\n\s*/g, '; ')
    .replace(/[ \t]+/g, ' ');

function link(path: string): string {
  return readlinkSync(path).replace(/^(\w+):\[\d+\]$/, (whole, kind: string) => (['pipe', 'socket', 'anon_inode'].includes(kind) ? kind : whole));
}

function pair(line: string, separator: string): readonly [string, string] {
  const at = line.indexOf(separator);
  return [line.slice(0, at), line.slice(at + separator.length).trim()];
}

/** Lines of /proc/PID/status that say how a process is confined or what it was handed; proc_pid_status(5). */
const STATUS =
  /^(Umask|Uid|Gid|Groups|SigBlk|SigIgn|SigCgt|Cap\w+|NoNewPrivs|Seccomp|Seccomp_filters|Speculation\w+|THP_enabled|Cpus_allowed_list|Mems_allowed_list)$/;
const PROC_FILES = ['uid_map', 'gid_map', 'setgroups', 'personality', 'oom_score_adj', 'coredump_filter', 'timerslack_ns', 'loginuid', 'cmdline'];

function initFacts(pid: number): ReadonlyMap<string, string> {
  const status = new Map(
    text(`/proc/${pid}/status`)
      .trimEnd()
      .split('\n')
      .map((line) => pair(line, ':')),
  );
  const levels = status.get('NSpid')?.split('\t') ?? [];
  const leader = (key: string): string => (status.get(key)?.split('\t').at(-1) === '1' ? 'init leads its own' : 'inherited');
  const stat = text(`/proc/${pid}/stat`)
    .replace(/^.*\) /, '')
    .split(' ');
  return new Map([
    ...[...status].filter(([key]) => STATUS.test(key)).map(([key, value]) => [key, value.replaceAll('\t', ' ')] as const),
    ...PROC_FILES.map((file) => [file, list(`/proc/${pid}/${file}`).replaceAll('\0', ' ').trim()] as const),
    ['PID namespaces below the host', `${levels.length - 1}`],
    ['session', leader('NSsid')],
    ['process group', leader('NSpgid')],
    ['controlling terminal', stat[4] === '0' ? 'none' : 'has one'],
    ['nice', stat[16] ?? ''],
    ['working directory', link(`/proc/${pid}/cwd`)],
    ['program', link(`/proc/${pid}/exe`)],
  ]);
}

function limitFacts(pid: number): ReadonlyMap<string, string> {
  const rows = text(`/proc/${pid}/limits`).trimEnd().split('\n').slice(1);
  return new Map(rows.map((row) => [row.slice(0, 26).trim(), row.slice(26, 67).trim().replace(/\s+/, ':')]));
}

/** What has to be asked in the container's namespaces: host name, network and sysctls, through nsenter(1). */
async function insideFacts(pid: number): Promise<ReadonlyMap<string, string>> {
  const sysctls = [
    'net/ipv4/ip_forward',
    'net/ipv4/ip_unprivileged_port_start',
    'net/ipv4/ping_group_range',
    'kernel/msgmax',
    'kernel/domainname',
    'fs/mqueue/msg_max',
  ];
  const script = ['hostname', 'cat /proc/net/dev | sed 1,2d | cut -d: -f1 | tr -d " \\n"; echo', 'cut -d" " -f1 /proc/net/if_inet6 | tr "\\n" " "; echo'];
  const files = sysctls.map((name) => `cat /proc/sys/${name}`);
  const done = await run(['nsenter', '-t', `${pid}`, '-u', '-i', '-n', 'sh', '-c', [...script, ...files].join('\n')]);
  if (done.code !== 0) throw new Error(`nsenter: ${done.stderr}`);
  const answers = done.stdout.split('\n').map((line) => line.trim().replace(/\s+/g, ' '));
  const bootId = '/proc/sys/kernel/random/boot_id';
  return new Map([
    ...['host name', 'interfaces', 'IPv6 addresses', ...sysctls].map((name, index) => [name, answers[index] ?? ''] as const),
    ['boot id', existsSync(`/proc/${pid}/root${bootId}`) ? (text(`/proc/${pid}/root${bootId}`) === text(bootId) ? "the host's" : 'own') : 'none'],
  ]);
}

/** proc_pid_mountinfo(5): one subject for each mount point that can be seen, in which a later mount hides an earlier one. */
function mountFacts(pid: number, subjects: Subjects): void {
  for (const line of text(`/proc/${pid}/mountinfo`).trimEnd().split('\n')) {
    const [fields = '', behind = ''] = line.split(' - ');
    const [, , , root = '', point = '', flags = '', ...optional] = fields.split(' ');
    const [type = '', source = '', superOptions = ''] = behind.split(' ');
    const propagation =
      optional
        .map((word) => word.replace(/:.*/, ''))
        .sort()
        .join(' ') || 'private';
    subjects.set(
      `mount ${point}`,
      new Map(Object.entries({ type, source, root, flags, super: superOptions, propagation, ...nodeFacts(`/proc/${pid}/root${point}`, point) })),
    );
  }
}

/** Owner and mode of a file below an init's root; nothing when another mount hides it. */
function nodeFacts(path: string, point: string): Readonly<Record<string, string>> {
  if (!existsSync(path) || point.startsWith('/sys/') || point.startsWith('/proc/')) return {};
  const found = lstatSync(path);
  return { mode: (found.mode & 0o7777).toString(8), owner: `${found.uid}:${found.gid}` };
}

/** Every node of a /dev, and of its directories. */
function deviceFacts(dir: string, name: string, subjects: Subjects): void {
  for (const entry of readdirSync(dir).sort()) {
    const [path, subject] = [join(dir, entry), `${name}/${entry}`];
    const found = lstatSync(path);
    const is = found.isSymbolicLink()
      ? `link to ${readlinkSync(path)}`
      : found.isDirectory()
        ? 'directory'
        : found.isFile()
          ? 'file'
          : found.isCharacterDevice()
            ? `character ${numbers(found.rdev)}`
            : 'other';
    subjects.set(subject, new Map(Object.entries({ is, mode: (found.mode & 0o7777).toString(8), owner: `${found.uid}:${found.gid}` })));
    if (found.isDirectory()) deviceFacts(path, subject, subjects);
  }
}

/** makedev(3): 12 bits of major above 8 of minor; pseudoterminals are told apart by their path, not by their number. */
function numbers(rdev: number): string {
  const [major, minor] = [(rdev >>> 8) & 0xfff, (rdev & 0xff) | ((rdev >>> 12) & 0xfff00)];
  return `${major}:${minor}`;
}

/** Files of a control group that count what happens instead of saying what may. */
const COUNTS = /usage|failcnt|procs|tasks|threads|stat|event|pressure|reset|time_|force_empty|reclaim|peak|kill/;

/** For each hierarchy with a group of the container's own: where init is, who owns that, and every value that can be set in the payload's group. */
function groupFacts(pid: number, subjects: Subjects): void {
  for (const line of text(`/proc/${pid}/cgroup`).trimEnd().split('\n')) {
    const [, controllers = '', path = ''] = line.split(':');
    if (!path.includes('/lxc.payload.')) continue;
    const top = join('/sys/fs/cgroup', controllers === '' ? 'unified' : controllers.replace('name=', ''));
    const [own, payload] = [join(top, path), join(top, path.replace(/(\/lxc\.payload\.[^/]+).*/, '$1'))];
    const files = readdirSync(payload).filter((file) => !COUNTS.test(file) && (lstatSync(join(payload, file)).mode & 0o170600) === 0o100600);
    const values = files.map((file) => [file, list(join(payload, file))] as const);
    const valueOwner = [...new Set(files.map((file) => ownerAndMode(join(payload, file)).replace(/ .*/, '')))].join(' and ');
    const devices = existsSync(join(own, 'devices.list')) ? [['devices.list', list(join(own, 'devices.list')).split('; ').sort().join('; ')] as const] : [];
    const processes = `${list(join(own, 'cgroup.procs')).split(';').length}`;
    const of = {
      path,
      processes,
      'owner of the values': valueOwner,
      owner: ownerAndMode(own),
      'owner of cgroup.procs': ownerAndMode(join(own, 'cgroup.procs')),
    };
    subjects.set(`group ${controllers === '' ? 'unified' : controllers}`, new Map([...Object.entries(of), ...values, ...devices]));
  }
}

function ownerAndMode(path: string): string {
  const { uid, gid, mode } = lstatSync(path);
  return `${uid}:${gid} ${(mode & 0o7777).toString(8)}`;
}

/** Each difference as a line: `SUBJECT, ASPECT: LXC x, Holdfast y`; a subject that one side lacks is a single line. */
export function peerDifferences(lxc: Facts, holdfast: Facts): readonly string[] {
  const [said, answered] = [outcome(lxc), outcome(holdfast)];
  if (said !== RUNS || answered !== RUNS) return said === answered ? [] : [`start: LXC ${said}, Holdfast ${answered}`];
  return [...new Set([...lxc.keys(), ...holdfast.keys()])].sort().flatMap((subject) => {
    const [one, other] = [lxc.get(subject), holdfast.get(subject)];
    if (one === undefined || other === undefined) {
      const aspects = [...((one ?? other)?.entries() ?? [])].map(([aspect, value]) => `${aspect} ${value}`);
      return [`${subject}: only under ${one === undefined ? 'Holdfast' : 'LXC'} (${aspects.join(', ')})`];
    }
    return [...new Set([...one.keys(), ...other.keys()])].flatMap((aspect) => {
      const [left, right] = [one.get(aspect) ?? 'nothing', other.get(aspect) ?? 'nothing'];
      return left === right ? [] : [`${subject}, ${aspect}: LXC ${left}, Holdfast ${right}`];
    });
  });
}

const RUNS = 'runs';

function outcome(facts: Facts): string {
  const refusal = facts.get('start')?.get('outcome');
  return refusal === undefined ? RUNS : `refuses (${refusal})`;
}
