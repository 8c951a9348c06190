// The proof that a contender made the container that was asked for: its init is witness.c, which writes down what it sees.
import { existsSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { hostname, initStatus, keptCapabilities } from './container.mjs';
import { failureOf } from './processes.mjs';

/** Magic numbers of statfs(2): PROC_SUPER_MAGIC, SYSFS_MAGIC, TMPFS_MAGIC, DEVPTS_SUPER_MAGIC. */
const fileSystems = { '9fa0': 'proc', 62656572: 'sysfs', 1021994: 'tmpfs', '1cd1': 'devpts' };

/** The witness' words in a reader's. */
const labels = {
  pid: 'the process id of init',
  session: 'its session',
  proc: '/proc',
  proc_sys: '/proc/sys',
  sys: '/sys',
  dev: '/dev',
  pts: '/dev/pts',
  null: '/dev/null',
  zero: '/dev/zero',
  effective: 'the effective set',
  permitted: 'the permitted set',
  inheritable: 'the inheritable set',
  bounding: 'the bounding set',
};

/** By the witness' words: [file below /proc/self/ns, whether the container has its own]. */
const namespaces = {
  mnt: ['mnt', true],
  pid_ns: ['pid', true],
  uts: ['uts', true],
  ipc: ['ipc', true],
  net: ['net', true],
  user: ['user', false],
  cgroup: ['cgroup', false],
};

/**
 * Runs the contender once with the witness as init. Returns {status, deviations}: the status that the contender leaves with
 * and how its container differs from the one asked for; or {reason}: why it does not run here.
 */
export function callWitness(arena, contender) {
  const file = arena.witnessFile(contender);
  rmSync(file, { force: true });
  const argv = contender.argv('check');
  const entered = contender.view === undefined ? argv : ['nsenter', `--mount=${contender.view}`, ...argv];
  const result = arena.run(entered);
  const testimony = existsSync(file) ? parse(readFileSync(file, 'utf8')) : undefined;
  if (testimony?.end === undefined) return { reason: shorten(arena, failureOf(result)), stderr: result.stderr };
  // LXC 5 leaves with 0 whatever init returned: then 0 is what each timed run must return, and the proof is this file alone.
  if (result.status !== initStatus && result.status !== 0) return { reason: `init ran, yet: ${shorten(arena, failureOf(result))}`, stderr: result.stderr };
  return { status: result.status, deviations: deviationsOf(arena, contender, testimony) };
}

function parse(text) {
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => {
        const [key, first, ...rest] = line.split(' ');
        // "9fa0 rw" is a mount; a bare word is anything else.
        return [key, [rest.length > 0 ? (fileSystems[first] ?? first) : first, ...rest].join(' ')];
      }),
  );
}

function deviationsOf(arena, contender, testimony) {
  const kept = keptCapabilities(arena, contender.mapped).toString(16);
  const expected = {
    pid: String(contender.pid ?? 1),
    session: String(contender.pid ?? 1),
    hostname,
    proc: 'proc rw',
    proc_sys: 'proc ro',
    sys: 'sysfs ro',
    dev: 'tmpfs rw',
    pts: 'devpts rw',
    null: 'works',
    zero: 'works',
    effective: kept,
    permitted: kept,
    inheritable: '0',
    bounding: kept,
  };
  const differing = Object.entries(expected)
    .filter(([key, value]) => testimony[key] !== value)
    .map(([key, value]) => ({ key, text: `${labels[key] ?? key} is ${testimony[key]} instead of ${value}` }));
  for (const [key, [file, isOwn]] of Object.entries(namespaces)) {
    const hasOwn = testimony[key] !== readlinkSync(`/proc/self/ns/${file}`);
    if (hasOwn !== (isOwn || (key === 'user' && contender.mapped === true)))
      differing.push({ key, text: `the ${file} namespace is ${hasOwn ? "the container's own" : "the host's"}` });
  }
  return differing;
}

/** Reasons end up in documentation: without this run's folder in them. */
function shorten(arena, text) {
  return text.replaceAll(arena.folder, '').replaceAll(arena.tag, 'bench');
}
