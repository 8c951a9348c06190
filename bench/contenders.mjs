// Who takes part: how each is started with one of the variants of the container, or why it is absent.
import { existsSync, statSync } from 'node:fs';
import { bubblewrapArguments } from './container.mjs';
import { failureOf, findProgram } from './processes.mjs';
import { callWitness } from './witness.mjs';

/**
 * A contender: {name, argv(variant), pid?, tolerated?} and, once admitted, {status, view?, notes}.
 * pid is the one init must have, where it is not 1; tolerated are the differences a peer is forgiven, each told in the notes.
 */
const containers = [
  { name: 'floor', what: 'the same kernel calls in C without libc', make: (arena) => (variant) => [arena.path('floor'), arena.rootfs, `/${variant}`] },
  { name: 'holdfast launcher', what: 'an ELF from `holdfast build`', make: builtLauncher },
  {
    name: 'floor mapped',
    what: 'the floor with a user namespace and mapped ids',
    mapped: true,
    make: (arena) => (variant) => [arena.path('floor-mapped'), arena.mappedRootfs, `/${variant}`],
  },
  { name: 'holdfast launcher mapped', what: 'the launcher of the container with mapped ids', mapped: true, make: builtLauncher },
  { name: 'holdfast run', what: 'the command line, Node included', make: holdfastRun },
  {
    name: 'bwrap',
    program: 'bwrap',
    make: (arena, bwrap) => (variant) => [bwrap, ...bubblewrapArguments({ rootfs: arena.rootfs, command: `/${variant}` })],
    tolerated: ['proc_sys', 'bounding', 'inheritable'],
  },
  { name: 'lxc-start -F', program: 'lxc-start', make: (arena, lxc) => (variant) => [lxc, '-F', '-n', arena.nameOf(variant), '-P', arena.lxcPath] },
  {
    name: 'lxc-execute',
    program: 'lxc-execute',
    make: (arena, lxc) => (variant) => [lxc, '-n', arena.nameOf(variant), '-P', arena.lxcPath, '--', `/${variant}`],
    pid: 2, // below lxc-init
  },
  { name: 'crun', program: 'crun', make: (arena, crun) => ociRun(arena, [crun, '--root', arena.path('crun')]) },
  {
    name: 'crun without cgroups',
    program: 'crun',
    make: (arena, crun) => ociRun(arena, [crun, '--root', arena.path('crun'), '--cgroup-manager=disabled']),
  },
  { name: 'runc', program: 'runc', make: (arena, runc) => ociRun(arena, [runc, '--root', arena.path('runc')]) },
];

/** Bare processes, to read the others by. */
const references = [
  { name: 'init alone', what: 'the init of the containers, spawned without one', make: (arena) => () => [arena.path('init')], status: 42 },
  { name: 'node -e 0', make: () => () => [process.execPath, '-e', '0'], status: 0 },
  { name: 'holdfast --version', make: holdfastVersion, status: 0 },
];

export const contenderNames = [...containers, ...references].map(({ name }) => name);

/** Returns {admitted, absent}: those that make the container asked for, and the others with the reason. */
export async function admitContenders(arena, holdfast, wanted) {
  const admitted = [];
  const absent = [];
  for (const entry of [...containers, ...references]) {
    if (!wanted(entry.name)) continue;
    const outcome = await admit(arena, holdfast, entry);
    if ('reason' in outcome) absent.push({ name: entry.name, reason: outcome.reason });
    else admitted.push(outcome);
  }
  return { admitted, absent };
}

async function admit(arena, holdfast, entry) {
  const program = entry.program === undefined ? undefined : findProgram(entry.program);
  if (entry.program !== undefined && program === undefined) return { reason: 'not installed' };
  const argv = entry.make(arena, program ?? holdfast, entry);
  if ('reason' in argv) return argv;
  const contender = { name: entry.name, what: entry.what, pid: entry.pid, mapped: entry.mapped ?? false, argv, notes: [] };
  if (entry.status !== undefined) return { ...contender, status: entry.status, reference: true };

  let seen = callWitness(arena, contender);
  if ('reason' in seen && /hybrid mode not supported/.test(seen.stderr)) {
    // crun refuses a hybrid machine; it is shown one with cgroup v1 only, the timing loop enters that view before it measures.
    const view = await arena.viewWithoutUnifiedCgroup();
    if (view !== undefined) {
      contender.view = view;
      contender.notes.push('refuses this hybrid cgroup layout; runs in a mount namespace without the cgroup2 mount, entered before the clock starts');
      seen = callWitness(arena, contender);
    }
  }
  if ('reason' in seen) return { reason: `not runnable here: ${seen.reason}` };
  const intolerable = seen.deviations.filter(({ key }) => !(entry.tolerated ?? []).includes(key));
  if (intolerable.length > 0) return { reason: `not compared, its container is not the one asked for: ${intolerable.map(({ text }) => text).join('; ')}` };
  contender.notes.push(...seen.deviations.map(({ text }) => text));
  if (seen.status === 0) contender.notes.push("leaves with 0 whatever init's status was, so single runs prove less");
  return { ...contender, status: seen.status };
}

/** The same name again in each run: a runtime in the foreground forgets its container when it ends. */
function ociRun(arena, runtime) {
  return (variant) => [...runtime, 'run', '--bundle', arena.path('oci', variant), arena.nameOf(variant)];
}

const notBuilt = { reason: 'dist/holdfast.cjs is not built' };

function builtLauncher(arena, holdfast, { mapped = false }) {
  if (!existsSync(holdfast)) return notBuilt;
  const fileOf = (variant) => arena.path(`launcher-${variant}${mapped ? '-mapped' : ''}`);
  for (const variant of ['init', 'check']) {
    const file = fileOf(variant);
    const built = arena.run([process.execPath, holdfast, 'build', '-o', file, '-n', arena.nameOf(variant, { mapped }), '-P', arena.lxcPath]);
    if (built.status !== 0 || !existsSync(file)) return { reason: `holdfast build: ${failureOf(built).replaceAll(arena.folder, '')}` };
  }
  return (variant) => [fileOf(variant)];
}

/** Bytes of the launcher that was timed, if one was built. */
export function launcherSize(arena) {
  const file = arena.path('launcher-init');
  return existsSync(file) ? statSync(file).size : undefined;
}

function holdfastRun(arena, holdfast) {
  if (!existsSync(holdfast)) return notBuilt;
  return (variant) => [process.execPath, holdfast, 'run', '-n', arena.nameOf(variant), '-P', arena.lxcPath];
}

function holdfastVersion(arena, holdfast) {
  return existsSync(holdfast) ? () => [process.execPath, holdfast, '--version'] : notBuilt;
}
