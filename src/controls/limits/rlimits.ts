// Resource limits: lxc.prlimit.NAME (prlimit(2)), in force before init runs anything of its own.

import { RLIMITS } from '../../kernel/rlimits.gen.ts';
import type { Check } from '../../model/control.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec, Rlimit } from '../../model/spec.ts';
import type { Arg, InitStep, MonitorStep } from '../../model/step.ts';
import { missing } from '../missing.ts';
import { callerHas } from '../namespaces/privilege.ts';

/** RLIM64_INFINITY. */
const UNLIMITED = 0xffff_ffff_ffff_ffffn;
const NUMBERS = new Map<string, number>(Object.entries(RLIMITS));
const NAMES = new Map<number, string>(Object.entries(RLIMITS).map(([name, number]) => [number, name]));

/** How /proc/PID/limits begins and ends the line of each limit (fs/proc/base.c, lnames). */
const LINES: Readonly<Record<string, readonly [beginning: string, unit: string]>> = {
  cpu: ['Max cpu time', 'seconds'],
  fsize: ['Max file size', 'bytes'],
  data: ['Max data size', 'bytes'],
  stack: ['Max stack size', 'bytes'],
  core: ['Max core file size', 'bytes'],
  rss: ['Max resident set', 'bytes'],
  nproc: ['Max processes', 'processes'],
  nofile: ['Max open files', 'files'],
  memlock: ['Max locked memory', 'bytes'],
  as: ['Max address space', 'bytes'],
  locks: ['Max file locks', 'locks'],
  sigpending: ['Max pending signals', 'signals'],
  msgqueue: ['Max msgqueue size', 'bytes'],
  nice: ['Max nice priority', ''],
  rtprio: ['Max realtime priority', ''],
  rttime: ['Max realtime timeout', 'us'],
};

/** The kernel's number of a limit by name or number; null when there is none. */
export function limitNumber(name: string): number | null {
  const number = NUMBERS.get(name) ?? (/^\d{1,2}$/.test(name) ? Number(name) : null);
  return number !== null && NAMES.has(number) ? number : null;
}

function limitName(number: number): string {
  return NAMES.get(number) ?? String(number);
}

function valueText(value: bigint | null): string {
  return value === null ? 'unlimited' : String(value);
}

/** Is the first above the second? Nothing is above unlimited (null). */
function isAbove(value: bigint | null, bound: bigint | null): boolean {
  return bound !== null && (value === null || value > bound);
}

/** Would the hard limit be raised by a caller who may only lower it? */
function raises(limit: Rlimit, number: number, host: HostFacts): boolean {
  const own = host.rlimits[limitName(number)];
  return own !== undefined && isAbove(limit.hard, own) && !callerHas(host, 'sys_resource');
}

function findings(spec: ContainerSpec, host: HostFacts, limit: Rlimit): readonly Diagnostic[] {
  const number = limitNumber(limit.name);
  if (number === null) return [diagnostic('HF360', { name: limit.name, names: Object.keys(RLIMITS).join(', ') }, limit.why)];
  if (isAbove(limit.soft, limit.hard)) {
    return [diagnostic('HF361', { key: limit.key, soft: valueText(limit.soft), hard: valueText(limit.hard) }, limit.why)];
  }
  if (!raises(limit, number, host)) return [];
  const own = valueText(host.rlimits[limitName(number)] ?? null);
  const reason = `the caller's own hard limit of ${limitName(number)} is ${own}, and without CAP_SYS_RESOURCE it cannot give ${valueText(limit.hard)}`;
  return [missing(spec, limit.key, limit.why, reason, `write at most ${own}, or start from a session with a higher limit (ulimit -H)`)];
}

/** The limits that are set: the last of a name wins (LXC's rule), and those that cannot be set are left out. */
function enforced(spec: ContainerSpec, host: HostFacts): ReadonlyMap<number, Rlimit> {
  const last = new Map<number, Rlimit>();
  for (const limit of spec.rlimits) {
    const number = limitNumber(limit.name);
    if (number !== null) last.set(number, limit);
  }
  return new Map([...last].filter(([number, limit]) => !isAbove(limit.soft, limit.hard) && !raises(limit, number, host)));
}

function limitText(number: number, { soft, hard }: Rlimit): string {
  return `the limit ${limitName(number)} to ${valueText(soft)}${soft === hard ? '' : ` (hard ${valueText(hard)})`}`;
}

/** Descriptors that init has open at most while it sets itself up, with room to spare (48 were just enough). */
const ENOUGH_FILES = 64n;

/**
 * Init lowers its own limits, as late as it can, since it has work to do before. Raising takes a right that init may not have
 * in its user namespace, so the monitor does that; and it sets a number of files that is enough for init before init begins,
 * because the caller's own soft limit may not be.
 */
function setStep(number: number, limit: Rlimit, host: HostFacts): MonitorStep | InitStep {
  const fields = { rlim_cur: limit.soft ?? UNLIMITED, rlim_max: limit.hard ?? UNLIMITED };
  const own = host.rlimits[limitName(number)];
  const step = (pid: Arg) => ({
    what: `set ${limitText(number, limit)}`,
    why: limit.why,
    actions: [{ sys: 'prlimit64' as const, args: [pid, number, { struct: 'rlimit64' as const, fields }, 0] }],
    hints: {
      EPERM: `raising a hard limit needs CAP_SYS_RESOURCE${limitName(number) === 'nofile' ? ', and nofile may never be above fs.nr_open' : ''}`,
      EINVAL: 'the soft limit is above the hard one',
    },
  });
  const raised = own === undefined || isAbove(limit.hard, own);
  const needed = limitName(number) === 'nofile' && !isAbove(ENOUGH_FILES, limit.soft);
  return raised || needed ? { who: 'monitor', phase: 'admit', ...step({ slot: 'init.pid' }) } : { who: 'init', phase: 'rlimit', ...step(0) };
}

function checkStep(number: number, limit: Rlimit): InitStep {
  const memory = `limits.${limitName(number)}`;
  const compare = (offset: number, value: bigint | null, which: string) =>
    ({ compare: memory, offset, width: 8, value: value ?? UNLIMITED, what: `the ${which} limit ${limitName(number)}` }) as const;
  return {
    who: 'init',
    phase: 'verify',
    what: `the limit ${limitName(number)} is ${valueText(limit.soft)} of ${valueText(limit.hard)}`,
    why: { kind: 'law', text: 'verified' },
    actions: [{ sys: 'prlimit64', args: [0, number, 0, { buffer: memory, size: 16 }] }, compare(0, limit.soft, 'soft'), compare(8, limit.hard, 'hard')],
  };
}

/** Findings about every line, also those that a later line of the same name replaces. */
export function checkRlimits(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  return spec.rlimits.flatMap((limit) => findings(spec, host, limit));
}

/** Setting each limit, and init reading it back. */
export function rlimitSteps(spec: ContainerSpec, host: HostFacts): readonly (MonitorStep | InitStep)[] {
  return [...enforced(spec, host)].flatMap(([number, limit]) => [setStep(number, limit, host), checkStep(number, limit)]);
}

/** From outside; an init that changes its own limits (systemd raises nofile) shows its own. */
export function rlimitChecks(spec: ContainerSpec, host: HostFacts): readonly Check[] {
  return [...enforced(spec, host)].flatMap(([number, limit]) => {
    const [line, unit] = LINES[limitName(number)] ?? [null, ''];
    if (line === null) return [];
    const text = `${valueText(limit.soft)} ${valueText(limit.hard)} ${unit}`.trim();
    return [
      { what: limitText(number, limit).replace(' to ', ' is '), why: limit.why, path: '/proc/{pid}/limits', line, expect: { kind: 'words', text } } as const,
    ];
  });
}
