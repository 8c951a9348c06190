// What a container asks of SELinux, with this machine's words: the context that `auto` finds, the type of its files, and what the loaded
// policy says of all of it.

import { askedBy, fileContext } from '../../controls/selinux/asked.ts';
import { type Context, contextText, parseContext } from '../../controls/selinux/context.ts';
import { pairLevel } from '../../controls/selinux/categories.ts';
import { contextsAsked, needs } from '../../controls/selinux/needs.ts';
import { fileTypeOf, KNOWN_TYPES } from '../../controls/selinux/types.ts';
import type { Machine } from '../../host/machine.ts';
import { askSelinux, canonicalContext, policyTypes, readSelinux } from '../../host/selinux.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import { HoldfastError } from '../../model/error.ts';
import type { HostFacts } from '../../model/host.ts';
import type { SelinuxFacts } from '../../model/selinux.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { IdUse } from '../ids/resolve-auto.ts';
import { foreseeCategories, giveCategories } from './give.ts';
import { rootLabels } from './labels.ts';

export interface ResolvedSelinux {
  readonly spec: ContainerSpec;
  readonly host: HostFacts;
  readonly diagnostics: readonly Diagnostic[];
}

export interface SelinuxRequest {
  readonly config: string | null;
  readonly lxcpaths: readonly string[];
  readonly use: IdUse;
}

/** Most categories that a policy is looked at for. */
const MOST_CATEGORIES = 1024;
const ROLE = 'system_u:system_r';

/** Nothing happens where nobody asked. Without a policy that works, the control says so. */
export function resolveSelinux(machine: Machine, known: HostFacts, asked: ContainerSpec, request: SelinuxRequest): ResolvedSelinux {
  if (askedBy(asked) === null) return { spec: asked, host: known, diagnostics: [] };
  const facts = readSelinux(machine);
  const host = { ...known, selinux: facts };
  if (facts === null || facts.policy === null) return { spec: asked, host, diagnostics: [] };
  const { spec, diagnostics } = withContext(machine, host, asked, facts, request);
  const { context } = spec.selinux ?? {};
  if (context && parseContext(context.value).kind === 'fault') return { spec, host, diagnostics };
  const labelled = context && fileContext(spec) !== null ? { ...facts, labels: rootLabels(spec, machine, host) } : facts;
  const questions = needs(spec, labelled).map(({ question }) => question);
  return { spec, host: { ...host, selinux: askSelinux(machine, labelled, contextsAsked(spec, labelled), questions) }, diagnostics };
}

function withContext(machine: Machine, host: HostFacts, spec: ContainerSpec, facts: SelinuxFacts, request: SelinuxRequest): Omit<ResolvedSelinux, 'host'> {
  const { selinux } = spec;
  if (selinux === undefined) return { spec, diagnostics: [] };
  if (selinux.auto === null) return { spec: withFiles(machine, spec), diagnostics: [] };
  const { value, why } = selinux.auto;
  const failed = (reason: string, remedy: string) => ({ spec, diagnostics: [diagnostic('HF573', { reason, remedy }, why)] });
  if (facts.policy?.mls !== true) return failed('the loaded policy has no categories', 'load one with Multi-Category Security (an mcs policy)');
  const type = value.type ?? domain(machine);
  if (type === null || canonicalContext(machine, `${ROLE}:${type}:s0`) === null) {
    const remedy = 'load the module that comes with holdfast (semodule -i share/selinux/holdfast.cil), or name a domain: holdfast.selinux.context = auto:TYPE';
    return failed(type === null ? 'the loaded policy has no domain for containers' : `the loaded policy has no domain ${type} for ${ROLE}`, remedy);
  }
  if (request.config === null) return failed('it has no configuration to remember it by', 'write one, and name it (-f FILE, or NAME)');
  const count = categoryCount(machine, type);
  const wanted = { name: spec.name, config: request.config, lxcpaths: request.lxcpaths, count };
  try {
    const gift = request.use === 'take' ? giveCategories(machine, host, wanted) : foreseeCategories(machine, host, wanted);
    if (gift.kind === 'none')
      return failed(`every pair of the ${count} categories is somebody's`, 'holdfast selinux show shows whose; release what is not used any more');
    if (gift.fresh && request.use === 'have') return failed('none was given to it yet', `start it once, or holdfast selinux relabel ${spec.name}`);
    const level = pairLevel(gift.pair);
    const context: Context = { user: 'system_u', role: 'system_r', type, range: { low: level, high: level } };
    const text = contextText(context);
    const told = gift.fresh && request.use === 'look' ? [diagnostic('HF574', { context: text }, why)] : [];
    return { spec: withFiles(machine, { ...spec, selinux: { ...selinux, context: { value: text, why } } }), diagnostics: told };
  } catch (cause) {
    if (cause instanceof HoldfastError) return failed(cause.message, '');
    throw cause;
  }
}

/** The first domain for containers that the loaded policy has. */
function domain(machine: Machine): string | null {
  const own = policyTypes(machine);
  const found = [...(own === null ? [] : [own]), ...KNOWN_TYPES].find(({ process }) => canonicalContext(machine, `${ROLE}:${process}:s0`) !== null);
  return found?.process ?? null;
}

/** The type of files, where nobody named it. */
function withFiles(machine: Machine, spec: ContainerSpec): ContainerSpec {
  const { selinux } = spec;
  if (!selinux?.context || selinux.files !== null) return spec;
  const parsed = parseContext(selinux.context.value);
  const type = parsed.kind === 'fault' ? null : fileTypeOf(parsed.context.type, policyTypes(machine));
  if (type === null) return spec;
  return { ...spec, selinux: { ...selinux, files: { value: type, why: { kind: 'default', text: 'the type of files that goes with that context' } } } };
}

/** By halves: a policy has all categories up to its last. */
function categoryCount(machine: Machine, type: string): number {
  const has = (category: number) => canonicalContext(machine, `${ROLE}:${type}:s0:c${category}`) !== null;
  let [known, beyond] = [0, MOST_CATEGORIES];
  if (has(MOST_CATEGORIES - 1)) return MOST_CATEGORIES;
  while (known < beyond) {
    const middle = Math.floor((known + beyond) / 2);
    if (has(middle)) known = middle + 1;
    else beyond = middle;
  }
  return known;
}
