// Two policies -> the calls that they decide otherwise, by architecture, and whether the second lets more through.

import { holds } from '../evaluate.ts';
import type { Verdict } from '../policy.ts';
import { sectionName } from '../sections.ts';
import { letsThrough, verdictText } from '../verdicts.ts';
import type { Arch } from './architecture.ts';
import { type Argument, type Case, casesOf, defaultCases, numbersOf, passage } from './cases.ts';
import type { OpenedPolicy } from './open.ts';
import { probesOf } from './probes.ts';
import { conditionsText, numberText } from './text.ts';

export interface CallChange {
  /** A name, a number without one, or `(any other)`. */
  readonly call: string;
  /** `allowed`: was refused with any arguments, and is allowed with any; `denied` the other way round; otherwise it depends on them. */
  readonly kind: 'allowed' | 'denied' | 'action' | 'arguments';
  /** As conditions and verdicts. */
  readonly before: string;
  readonly after: string;
  /** Arguments with which the second policy lets through what the first refuses; null: none were found. */
  readonly opens: string | null;
  /** The other way round. */
  readonly closes: string | null;
}

export interface ArchDifference {
  readonly arch: string;
  readonly changes: readonly CallChange[];
}

export interface PolicyDifference {
  readonly differ: boolean;
  /** Does the second let a call through that the first does not? */
  readonly allowsMore: boolean;
  readonly allowsLess: boolean;
  readonly architectures: readonly ArchDifference[];
}

/** Both for the same machine. Decisions that are written otherwise and agree on every probe (probes.ts) are the same. */
export function comparePolicies(before: OpenedPolicy, after: OpenedPolicy): PolicyDifference {
  const arches = before.tables.flatMap(({ conventions }) => conventions);
  const architectures = arches
    .map((arch) => ({ arch: sectionName(arch), changes: changesOf(before, after, arch) }))
    .filter(({ changes }) => changes.length > 0);
  const changes = architectures.flatMap((one) => one.changes);
  return {
    differ: changes.length > 0,
    allowsMore: changes.some(({ opens }) => opens !== null),
    allowsLess: changes.some(({ closes }) => closes !== null),
    architectures,
  };
}

function changesOf(before: OpenedPolicy, after: OpenedPolicy, arch: Arch): readonly CallChange[] {
  const numbers = new Map([...numbersOf(before, arch), ...numbersOf(after, arch)]);
  const named = [...numbers].map(([call, number]) => changeOf(call, casesOf(before, arch, number), casesOf(after, arch, number)));
  return [...named, changeOf('(any other)', defaultCases(before, arch), defaultCases(after, arch))].filter((one) => one !== null);
}

function changeOf(call: string, before: readonly Case[], after: readonly Case[]): CallChange | null {
  const probes = probesOf([before, after]);
  const pairs = probes.map((args) => ({ args, from: decided(before, args), to: decided(after, args) }));
  const changed = pairs.filter(({ from, to }) => verdictText(from) !== verdictText(to));
  if (changed.length === 0) return null;
  const opened = changed.find(({ from, to }) => !letsThrough(from) && letsThrough(to));
  const closed = changed.find(({ from, to }) => letsThrough(from) && !letsThrough(to));
  return {
    call,
    kind: kindOf(before, after),
    before: casesText(before),
    after: casesText(after),
    opens: opened === undefined ? null : exampleText(call, opened.args),
    closes: closed === undefined ? null : exampleText(call, closed.args),
  };
}

/** The first case whose conditions hold of these arguments, which are all that any condition looks at. */
function decided(cases: readonly Case[], args: readonly Argument[]): Verdict {
  const values = args.map((arg) => arg ?? 0n);
  const found = cases.find(({ conditions }) => conditions.every((condition) => holds(condition, values)));
  return found?.verdict ?? { kind: 'kill_process' };
}

function kindOf(before: readonly Case[], after: readonly Case[]): CallChange['kind'] {
  const [from, to] = [passage(before), passage(after)];
  if (from === 'denied' && to === 'allowed') return 'allowed';
  if (from === 'allowed' && to === 'denied') return 'denied';
  return before.length === 1 && after.length === 1 ? 'action' : 'arguments';
}

export function casesText(cases: readonly Case[]): string {
  return cases
    .map(({ conditions, verdict }) => (conditions.length === 0 ? verdictText(verdict) : `${verdictText(verdict)} if ${conditionsText(conditions)}`))
    .join(', else ');
}

function exampleText(call: string, args: readonly Argument[]): string {
  return args.length === 0 ? call : `${call}(${args.map((arg) => (arg === null ? '*' : numberText(arg))).join(', ')})`;
}
