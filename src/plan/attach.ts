// The plan of an attach: enter a running container's groups and namespaces, then become as confined as its init was, by the
// same controls and from what was recorded at its start.

import { mountApiSteps } from '../controls/apparmor/index.ts';
import { capabilities } from '../controls/capabilities/index.ts';
import { credentials } from '../controls/credentials/index.ts';
import { idmap } from '../controls/idmap/index.ts';
import { keys } from '../controls/keys/index.ts';
import { labelSteps } from '../controls/labels/index.ts';
import { landlockSteps } from '../controls/landlock/index.ts';
import { limits } from '../controls/limits/index.ts';
import { cloneFlags } from '../controls/namespaces/clone.ts';
import { filterSteps } from '../controls/seccomp/index.ts';
import { userns } from '../controls/userns/index.ts';
import type { ConstName } from '../kernel/constants.gen.ts';
import { STRUCTS } from '../kernel/structs.gen.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { HostFacts } from '../model/host.ts';
import type { Origin } from '../model/origin.ts';
import type { Plan } from '../model/plan.ts';
import type { ContainerRecord } from '../model/record.ts';
import type { ContainerSpec } from '../model/spec.ts';
import type { Step } from '../model/step.ts';
import { type CompiledPlan, waits } from './compile.ts';
import { frame } from './frame.ts';
import { inOrder } from './order.ts';

export interface AttachOptions {
  /** The hard limits of whoever enters: what must be raised for it is told from what need not. */
  readonly rlimits: HostFacts['rlimits'];
  readonly argv: readonly string[];
  /** The monitor's process id on the host. */
  readonly monitor: number;
  /** Inode of init's PID namespace, read while its lock was held: a pid that was given to another process has another. */
  readonly pidNamespace: bigint;
  /** Does its unified group hand controllers down to groups that the container made? Then it may have no processes itself. */
  readonly handsDown: boolean;
}

const LIKE_INIT: Origin = { kind: 'law', text: 'attach is confined as init is' };
/** The phases of the controls that make a process what init is; the others made the container. */
const PHASES: ReadonlySet<string> = new Set([
  'admit',
  'rlimit',
  'user',
  'personality',
  'keyring',
  'bounding',
  'label',
  'no-new-privs',
  'credentials',
  'verify',
  'last',
  'seccomp',
]);

export function findInit(record: ContainerRecord, pidNamespace: bigint): Step {
  return {
    who: 'monitor',
    phase: 'open',
    what: `find init of ${record.name}, process ${record.init}`,
    why: { kind: 'default', text: 'a process id may have been given to another process' },
    actions: [
      { sys: 'pidfd_open', args: [record.init, 0], save: 'target' },
      {
        sys: 'statx',
        args: [
          { flags: ['AT_FDCWD'] },
          { text: `/proc/${record.init}/ns/pid` },
          0,
          { flags: ['STATX_INO'] },
          { buffer: 'target.namespace', size: STRUCTS.statx.size },
        ],
      },
      {
        compare: 'target.namespace',
        offset: STRUCTS.statx.fields.stx_ino.offset,
        width: 8,
        value: pidNamespace,
        what: 'its PID namespace is the recorded one',
      },
      { sys: 'pidfd_send_signal', args: [{ slot: 'target' }, 0, 0, 0] },
    ],
    hints: { ESRCH: 'the container has ended', ENOENT: 'the container has ended', EPERM: 'it belongs to another user' },
  };
}

/** cgroup-v2.rst, "No Internal Process Constraint": a group beside those of the container, with LXC's name for it. It goes with the container's. */
const LEAF = '.lxc';

function makeLeaf(path: string): Step {
  return {
    who: 'monitor',
    phase: 'open',
    what: `make the group ${path} for it`,
    why: { kind: 'default', text: 'a group that hands controllers down may have no processes itself' },
    actions: [{ sys: 'mkdirat', args: [{ flags: ['AT_FDCWD'] }, { text: path }, 0o755], tolerate: ['EEXIST'] }],
    hints: { EAGAIN: 'cgroup.max.descendants of a group around is reached' },
  };
}

/** Opened outside, entered by the new process itself: what binds init binds it. */
function joinGroups(record: ContainerRecord, handsDown: boolean): { readonly steps: readonly Step[]; readonly unified: string | null } {
  const steps: Step[] = [];
  let unified: string | null = null;
  for (const [index, group] of record.cgroups.entries()) {
    const slot = `group.${index}`;
    const what = `${group.path.slice(group.mountPoint.length)} of ${group.version === 2 ? 'the unified hierarchy' : group.controllers.join(',')}`;
    if (group.version === 2) {
      unified = slot;
      if (handsDown) steps.push(makeLeaf(`${group.path}/${LEAF}`));
      const path = handsDown ? `${group.path}/${LEAF}` : group.path;
      steps.push({
        who: 'monitor',
        phase: 'open',
        what: `open ${what}`,
        why: LIKE_INIT,
        actions: [{ sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: path }, { flags: ['O_PATH', 'O_DIRECTORY', 'O_CLOEXEC'] }, 0], save: slot }],
      });
      continue;
    }
    steps.push(
      {
        who: 'monitor',
        phase: 'open',
        what: `open ${what}`,
        why: LIKE_INIT,
        actions: [{ sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: `${group.path}/tasks` }, { flags: ['O_WRONLY', 'O_CLOEXEC'] }, 0], save: slot }],
      },
      { who: 'init', phase: 'join', what: `join ${what}`, why: LIKE_INIT, actions: [{ sys: 'write', args: [{ slot }, { text: '0' }, 1], expect: 1 }] },
    );
  }
  return { steps, unified };
}

function enter(record: ContainerRecord, unified: string | null): readonly Step[] {
  const flags: readonly ConstName[] = cloneFlags(record.namespaces);
  return [
    {
      who: 'monitor',
      phase: 'clone',
      what: 'be invisible to tracers',
      why: { kind: 'law', text: "the container's root must not trace a process that still is more than it" },
      actions: [{ sys: 'prctl', args: [{ flags: ['PR_SET_DUMPABLE'] }, 0, 0, 0, 0] }],
    },
    {
      who: 'monitor',
      phase: 'clone',
      what: `enter its namespaces: ${record.namespaces.filter((one) => one !== 'cgroup').join(' ')}`,
      why: LIKE_INIT,
      actions: [{ sys: 'setns', args: [{ slot: 'target' }, { flags }] }],
      hints: { EPERM: 'root, or the user who started it, may enter', ESRCH: 'the container has ended' },
    },
    {
      who: 'monitor',
      phase: 'clone',
      what: 'make the new process in them',
      why: LIKE_INIT,
      actions: [{ builtin: 'clone', namespaces: [], cgroup: unified }],
      hints: {
        EBUSY: 'its control group holds groups and may hold no process',
        EAGAIN: 'the limit on processes is reached',
        ENOMEM: 'its PID namespace has ended',
      },
    },
  ];
}

/**
 * Last, by the new process: on a hierarchy mounted with nsdelegate, as systemd does it, nobody goes from outside of the caller's cgroup
 * namespace into a group (ENOENT; cgroup-v2.rst, "Delegation Containment"). The file was opened before the way to it was gone.
 */
function enterCgroupNamespace({ init, namespaces }: ContainerRecord): readonly Step[] {
  if (!namespaces.includes('cgroup')) return [];
  const slot = 'target.cgroup';
  return [
    {
      who: 'monitor',
      phase: 'open',
      what: 'open its cgroup namespace',
      why: LIKE_INIT,
      actions: [{ sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: `/proc/${init}/ns/cgroup` }, { flags: ['O_RDONLY', 'O_CLOEXEC'] }, 0], save: slot }],
      hints: { ENOENT: 'the container has ended', EACCES: 'root, or the user who started it, may enter' },
    },
    {
      who: 'init',
      phase: 'join',
      what: 'enter its cgroup namespace',
      why: LIKE_INIT,
      actions: [{ sys: 'setns', args: [{ slot }, { flags: ['CLONE_NEWCGROUP'] }] }],
    },
  ];
}

/** What lxc.proc wrote into init's directory and what a child inherits: the badness score of the OOM killer. */
function scores(record: ContainerRecord): readonly Step[] {
  return record.spec.proc
    .filter(({ name }) => name === 'oom_score_adj')
    .map(({ name, value }) => ({
      who: 'monitor',
      phase: 'open',
      what: `set ${name} = ${value}`,
      why: LIKE_INIT,
      actions: [
        { sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: `/proc/self/${name}` }, { flags: ['O_WRONLY', 'O_CLOEXEC'] }, 0], save: 'score' },
        { sys: 'write', args: [{ slot: 'score' }, { text: value }, Buffer.byteLength(value)], expect: Buffer.byteLength(value) },
        { sys: 'close', args: [{ slot: 'score' }] },
      ],
      hints: { EACCES: 'lowering it needs CAP_SYS_RESOURCE' },
    }));
}

/** Before the session begins, and after this process has become what init is. */
const OWN_TERMINAL: Step = {
  who: 'init',
  phase: 'session',
  what: 'where the caller has a terminal, open a pty of the container',
  why: { kind: 'law', text: "the caller's terminal never reaches the container (CVE-2016-10124)" },
  actions: [{ builtin: 'attach-console' }],
  hints: { ENOENT: 'the container has no /dev/ptmx; run it without a terminal: holdfast attach NAME -- COMMAND < /dev/null | cat' },
};

/** The very bytes of the start. Calls that they notify of go to the same proxy, as long as the connection lasts. */
function filterOf({ filter, filterFlags = [], init, spec, host }: ContainerRecord, monitor: number): readonly Step[] {
  if (filter === null) return [];
  const options = { container: { monitor, init }, reconnects: false, kernel: host.kernel };
  return filterSteps({ filter: Buffer.from(filter, 'base64'), flags: filterFlags }, spec.seccomp?.value ?? { path: '', text: '' }, options, LIKE_INIT);
}

/** Everything an attach does. */
export function compileAttach(record: ContainerRecord, options: AttachOptions): CompiledPlan {
  const why: Origin = { kind: 'option', text: 'attach' };
  const argv = options.argv.length > 0 ? options.argv : ['/bin/sh'];
  const spec: ContainerSpec = { ...record.spec, init: { ...record.spec.init, argv: { value: argv, why }, reaper: true } };
  const compiled = [idmap, limits, capabilities, credentials, userns, keys].map((control) =>
    control.compile({ ...spec, proc: [] }, { ...record.host, rlimits: options.rlimits }),
  );
  const diagnostics: readonly Diagnostic[] = compiled.flatMap((one) => one.diagnostics).filter((one) => one.severity === 'error');
  if (hasErrors(diagnostics)) return { plan: null, diagnostics };
  const { steps: groups, unified } = joinGroups(record, options.handsDown);
  const filter = filterOf(record, options.monitor);
  const inner = compiled.flatMap((one) => one.steps).filter((step) => PHASES.has(step.phase));
  const steps = inOrder([
    OWN_TERMINAL,
    ...frame(spec, { guard: false, waits: waits([...inner, ...filter]), detach: false, reaper: null, controllingTerminal: true, record: null }),
    findInit(record, options.pidNamespace),
    ...groups,
    ...scores(record),
    ...enter(record, unified),
    ...enterCgroupNamespace(record),
    ...mountApiSteps(spec, record.host),
    ...labelSteps(record.labels),
    ...inner,
    ...(record.landlock === null ? [] : landlockSteps(record.landlock, LIKE_INIT)),
    ...filter,
  ]);
  const plan: Plan = { name: record.name, steps, detach: false, guard: false, halt: { signal: spec.signals.halt.value, seconds: 0 } };
  return { plan, diagnostics };
}
