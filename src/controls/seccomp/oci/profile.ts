// The JSON of a profile -> Profile: what it says, with places, on no machine yet. The form is the OCI runtime specification's
// (config-linux.md, "Seccomp") with what Docker's profiles have besides: archMap, name, includes, excludes, comments.

import { ARGUMENTS } from '../../../bpf/seccomp-data.ts';
import type { Arch } from '../../../kernel/arch.ts';
import { capabilityNumber } from '../../../kernel/capability-number.ts';
import { CAPABILITIES } from '../../../kernel/capabilities.gen.ts';
import { ERRNO } from '../../../kernel/errno.gen.ts';
import { type Diagnostic, diagnostic } from '../../../model/diagnostic.ts';
import type { Span } from '../../../model/origin.ts';
import { conditionText } from '../conditions.ts';
import { suggestion } from '../nearest.ts';
import type { Condition, Verdict } from '../policy.ts';
import type { Json } from './json.ts';
import { itemsOf, membersOf, needed, type Placed, type Report, textOf, textsOf, wholeOf, wordOf } from './shape.ts';
import { COMPARISONS } from '../conditions.ts';
import { ACTIONS, ARCHITECTURES, DOCKER_CONVENTIONS, DOCKER_MACHINES, FLAGS, type ProfileFlag } from './words.ts';

/** On which machines, for which containers an entry is there; what is not given holds. */
export interface Filter {
  /** In Docker's names. */
  readonly arches: readonly string[];
  readonly capabilities: readonly number[];
  readonly minKernel: readonly [major: number, minor: number] | null;
}

export interface Entry {
  readonly names: readonly Placed<string>[];
  readonly verdict: Verdict;
  readonly conditions: readonly Condition[];
  readonly includes: Filter;
  readonly excludes: Filter;
  readonly at: Span;
}

export interface Profile {
  readonly otherwise: Placed<Verdict>;
  /** By the machine's own; null: whatever the machine. */
  readonly arches: readonly { readonly own: Arch | null; readonly also: readonly Arch[] }[] | null;
  readonly entries: readonly Entry[];
  readonly flags: readonly Placed<ProfileFlag>[];
}

const PROFILE_KEYS = ['defaultAction', 'defaultErrnoRet', 'architectures', 'archMap', 'flags', 'listenerPath', 'listenerMetadata', 'syscalls'] as const;
const ENTRY_KEYS = ['names', 'name', 'action', 'errnoRet', 'args', 'comment', 'includes', 'excludes'] as const;
const FILTER_KEYS = ['arches', 'caps', 'minKernel'] as const;
const ARGUMENT_KEYS = ['index', 'value', 'valueTwo', 'op'] as const;
const NO_FILTER: Filter = { arches: [], capabilities: [], minKernel: null };
const WORD = 2n ** 64n - 1n;
/** include/linux/err.h */
const MAX_ERRNO = 4095n;

/** Without errors in `diagnostics` the profile says all that the text says; null where it cannot even be told what is done by default. */
export function readProfile(json: Json): { readonly profile: Profile | null; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (found) => diagnostics.push(found);
  return { profile: profileOf(json, report), diagnostics };
}

function profileOf(json: Json, report: Report): Profile | null {
  const members = membersOf(json, 'a profile', PROFILE_KEYS, report);
  if (members === null) return null;
  refuseListeners(members, report);
  const action = needed(members, 'defaultAction', 'the profile', json.at, report);
  const verdict = verdictOf(action, 'defaultAction', members.get('defaultErrnoRet'), 'defaultErrnoRet', report);
  const entries = itemsOf(members.get('syscalls'), 'syscalls', report).flatMap((item) => entryOf(item, report) ?? []);
  const arches = archesOf(members, report);
  const flags = textsOf(members.get('flags'), 'flags', report).flatMap((word) => wordOf(word, 'flag', FLAGS, report) ?? []);
  return verdict === null ? null : { otherwise: verdict, arches, entries, flags };
}

/** What asks for something that is not done here. */
function refuseListeners(members: ReadonlyMap<string, Json>, report: Report): void {
  for (const key of ['listenerPath', 'listenerMetadata'] as const) {
    const found = textOf(members.get(key), key, report);
    if (found === null || found.value === '') continue;
    report(
      diagnostic(
        'HF230',
        { what: `'${key}'`, instead: 'write the address of a proxy with lxc.seccomp.notify.proxy, which speaks the protocol of LXC' },
        found.at,
      ),
    );
  }
}

function verdictOf(action: Json | undefined, key: string, errno: Json | undefined, errnoKey: string, report: Report): Placed<Verdict> | null {
  const kind = wordOf(textOf(action, key, report), 'action', ACTIONS, report);
  const number = wholeOf(errno, errnoKey, MAX_ERRNO, report);
  if (kind === null || (errno !== undefined && number === null)) return null;
  if (kind.value === 'trace') {
    report(diagnostic('HF230', { what: "'SCMP_ACT_TRACE'", instead: 'no tracer is there to be asked; SCMP_ACT_ERRNO refuses' }, kind.at));
    return null;
  }
  if (kind.value === 'errno') return { value: { kind: 'errno', errno: Number(number?.value ?? ERRNO.EPERM.number) }, at: kind.at };
  if (number !== null) report(diagnostic('HF227', { a: errnoKey, b: "an action other than 'SCMP_ACT_ERRNO'" }, number.at));
  return { value: { kind: kind.value }, at: kind.at };
}

function archesOf(members: ReadonlyMap<string, Json>, report: Report): Profile['arches'] {
  const known = (word: Placed<string> | null): readonly Arch[] => {
    const found = wordOf(word, 'architecture', ARCHITECTURES, report);
    return found === null || found.value === null ? [] : [found.value];
  };
  const listed = textsOf(members.get('architectures'), 'architectures', report);
  const maps = itemsOf(members.get('archMap'), 'archMap', report);
  if (listed.length > 0 && maps.length > 0) report(diagnostic('HF227', { a: 'architectures', b: "'archMap'" }, listed[0]?.at));
  if (listed.length > 0) return [{ own: null, also: listed.flatMap(known) }];
  if (maps.length === 0) return null;
  return maps.flatMap((item) => {
    const map = membersOf(item, "an entry of 'archMap'", ['architecture', 'subArchitectures'], report);
    if (map === null) return [];
    const [own] = known(textOf(needed(map, 'architecture', "an entry of 'archMap'", item.at, report), 'architecture', report));
    const also = textsOf(map.get('subArchitectures'), 'subArchitectures', report).flatMap(known);
    return own === undefined ? [] : [{ own, also }];
  });
}

function entryOf(item: Json, report: Report): Entry | null {
  const members = membersOf(item, "an entry of 'syscalls'", ENTRY_KEYS, report);
  if (members === null) return null;
  textOf(members.get('comment'), 'comment', report);
  const single = textOf(members.get('name'), 'name', report);
  const names = textsOf(members.get('names'), 'names', report);
  const own = single !== null && single.value !== '' ? [single] : [];
  if (own.length > 0 && names.length > 0) report(diagnostic('HF227', { a: 'name', b: "'names'" }, own[0]?.at));
  if (own.length + names.length === 0) report(diagnostic('HF225', { key: 'names', where: "an entry of 'syscalls'" }, item.at));
  const action = needed(members, 'action', "an entry of 'syscalls'", item.at, report);
  const verdict = verdictOf(action, 'action', members.get('errnoRet'), 'errnoRet', report);
  const asked = itemsOf(members.get('args'), 'args', report);
  const conditions = asked.flatMap((one) => conditionOf(one, report) ?? []);
  const includes = filterOf(members.get('includes'), 'includes', report);
  const excludes = filterOf(members.get('excludes'), 'excludes', report);
  // An entry with one condition less would be about more calls: it is none.
  if (verdict === null || conditions.length < asked.length) return null;
  return { names: [...own, ...names], verdict: verdict.value, conditions, includes, excludes, at: item.at };
}

function conditionOf(item: Json, report: Report): Condition | null {
  const members = membersOf(item, "an entry of 'args'", ARGUMENT_KEYS, report);
  if (members === null) return null;
  const number = (key: (typeof ARGUMENT_KEYS)[number], most: bigint) => wholeOf(members.get(key), key, most, report);
  const must = (key: (typeof ARGUMENT_KEYS)[number]) => needed(members, key, "an entry of 'args'", item.at, report);
  must('value');
  must('index');
  const [index, value, second] = [number('index', BigInt(ARGUMENTS - 1)), number('value', WORD), number('valueTwo', WORD)];
  const operator = wordOf(textOf(must('op'), 'op', report), 'operator', COMPARISONS, report);
  if (index === null || value === null || operator === null || (members.has('valueTwo') && second === null)) return null;
  const argument = Number(index.value);
  if (operator.value === 'masked') {
    const [mask, wanted] = [value.value, second?.value ?? 0n];
    const condition: Condition = { kind: 'masked', argument, mask, value: wanted & mask };
    if (mask === 0n) report(diagnostic('HF231', { condition: conditionText(condition) }, value.at));
    // libseccomp cuts off the bits that no masked value can have.
    else if (wanted !== condition.value) {
      const text = conditionText({ ...condition, value: wanted });
      report(diagnostic('HF217', { condition: text, value: `0x${condition.value.toString(16)}` }, second?.at));
    }
    return mask === 0n ? null : condition;
  }
  if (second !== null && second.value !== 0n) report(diagnostic('HF227', { a: 'valueTwo', b: "an operator other than 'SCMP_CMP_MASKED_EQ'" }, second.at));
  return { kind: 'compare', argument, operator: operator.value, value: value.value };
}

function filterOf(json: Json | undefined, key: string, report: Report): Filter {
  if (json === undefined) return NO_FILTER;
  const members = membersOf(json, `'${key}'`, FILTER_KEYS, report);
  if (members === null) return NO_FILTER;
  const machines = Object.fromEntries([...Object.values(DOCKER_MACHINES), ...DOCKER_CONVENTIONS].map((name) => [name, name]));
  const arches = textsOf(members.get('arches'), 'arches', report).flatMap((one) => wordOf(one, 'architecture', machines, report)?.value ?? []);
  const capabilities = textsOf(members.get('caps'), 'caps', report).flatMap((one) => capabilityOf(one, report) ?? []);
  return { arches, capabilities, minKernel: kernelOf(textOf(members.get('minKernel'), 'minKernel', report), report) };
}

function capabilityOf({ value, at }: Placed<string>, report: Report): number | null {
  const number = value.startsWith('CAP_') ? capabilityNumber(value.slice('CAP_'.length).toLowerCase()) : undefined;
  if (number !== undefined) return number;
  const names = Object.keys(CAPABILITIES).map((name) => `CAP_${name.toUpperCase()}`);
  const help = suggestion(value, names, 'names are those of capabilities(7), e.g. CAP_SYS_ADMIN');
  report(diagnostic('HF226', { what: 'capability', name: value, suggestion: help }, at));
  return null;
}

function kernelOf(text: Placed<string> | null, report: Report): Filter['minKernel'] {
  if (text === null || text.value === '') return null;
  const [, major, minor] = /^(\d{1,3})\.(\d{1,5})$/.exec(text.value) ?? [];
  if (major !== undefined && minor !== undefined) return [Number(major), Number(minor)];
  report(diagnostic('HF224', { key: "'minKernel'", expected: "a version as '4.8'", found: `'${text.value}'` }, text.at));
  return null;
}
