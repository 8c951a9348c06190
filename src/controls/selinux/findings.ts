// What is wrong with the contexts that were asked for: as texts, and by the loaded policy.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { Setting } from '../../model/origin.ts';
import type { AccessQuestion, SelinuxFacts } from '../../model/selinux.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { askedBy, fileContext } from './asked.ts';
import { lowest, parseContext } from './context.ts';
import { type Need, needs } from './needs.ts';

/** As the kernel writes it, where it was asked. */
export function canonical({ contexts }: SelinuxFacts, context: string): string {
  return contexts[context] ?? context;
}

const written = ({ selinux }: ContainerSpec): readonly Setting<string>[] => [selinux?.context, selinux?.keyring].flatMap((one) => (one ? [one] : []));

/** Texts that are no contexts. */
export function contextFaults(spec: ContainerSpec): readonly Diagnostic[] {
  return written(spec).flatMap(({ value, why }) => {
    const parsed = parseContext(value);
    return parsed.kind === 'context' ? [] : [diagnostic('HF570', { value, problem: parsed.problem }, why)];
  });
}

/** What the policy does not know or does not allow. */
export function policyFindings(spec: ContainerSpec, facts: SelinuxFacts): readonly Diagnostic[] {
  const unknown = unknownContexts(spec, facts);
  if (unknown.length > 0) return unknown;
  const { context } = spec.selinux ?? {};
  const notWithNnp =
    context && spec.noNewPrivs.value && facts.policy?.nnpTransition === false ? [diagnostic('HF577', { context: context.value }, context.why)] : [];
  return [...notWithNnp, ...unlabelledFiles(spec), ...(facts.enforcing ? refusals(spec, facts) : [])];
}

function unknownContexts(spec: ContainerSpec, facts: SelinuxFacts): readonly Diagnostic[] {
  const files = fileContext(spec);
  const why = askedBy(spec)?.why;
  const asked = [...written(spec), ...(files === null || why === undefined ? [] : [{ value: files, why: spec.selinux?.files?.why ?? why }])];
  return asked
    .filter(({ value }) => facts.contexts[value] === null)
    .map(({ value, why: line }) => diagnostic('HF571', { context: value, ...problemWith(value, facts) }, line));
}

function problemWith(text: string, facts: SelinuxFacts): { readonly problem: string; readonly remedy: string } {
  const parsed = parseContext(text);
  const base = lowest(text);
  if (parsed.kind === 'context' && facts.policy?.mls === false && base !== null)
    return { problem: 'it is without levels', remedy: 'leave out what is behind the type' };
  if (parsed.kind === 'context' && facts.policy?.mls === true && base === null) return { problem: 'the level is missing', remedy: 'add one, e.g. :s0:c1,c2' };
  if (base !== null && facts.contexts[base] !== null && facts.contexts[base] !== undefined) {
    const level = text.split(':').slice(3).join(':');
    return { problem: `it has no such level, or this user may not have it: ${level}`, remedy: 'use s0 and categories from c0 to c1023' };
  }
  return {
    problem: 'it has no such user, role or type, or not together',
    remedy: "see 'seinfo -t', or load the module for containers that comes with holdfast: semodule -i share/selinux/holdfast.cil",
  };
}

/** Only where it could have been known. */
function unlabelledFiles({ selinux }: ContainerSpec): readonly Diagnostic[] {
  if (!selinux?.context || selinux.files !== null) return [];
  const parsed = parseContext(selinux.context.value);
  return parsed.kind === 'fault' ? [] : [diagnostic('HF579', { type: parsed.context.type }, selinux.context.why)];
}

function refusals(spec: ContainerSpec, facts: SelinuxFacts): readonly Diagnostic[] {
  const why = askedBy(spec)?.why;
  return needs(spec, facts).flatMap((need) => {
    const denied = facts.access.find(({ question }) => same(question, need.question))?.denied ?? [];
    return denied.length === 0 ? [] : [refusal(need, denied, spec, facts, why)];
  });
}

const same = (one: AccessQuestion, other: AccessQuestion): boolean =>
  one.source === other.source && one.target === other.target && one.class === other.class && one.permissions.join() === other.permissions.join();

function refusal(
  { kind, question, purpose }: Need,
  denied: readonly string[],
  spec: ContainerSpec,
  facts: SelinuxFacts,
  why: Setting<string>['why'] | undefined,
) {
  const { source, target } = question;
  const data = {
    source,
    target,
    class: question.class,
    permissions: denied.join(' '),
    purpose,
    sourceType: typeOf(source),
    targetType: source === target ? 'self' : typeOf(target),
  };
  if (kind === 'pipes') return diagnostic('HF583', data, why);
  if (kind === 'output') return diagnostic('HF578', data, why);
  if (kind === 'policy') return diagnostic('HF575', data, why);
  const what = question.class === 'dir' ? 'the root file system' : (spec.init.argv.value[0] ?? 'init');
  const remedy =
    target === fileContext(spec)
      ? `load a module with (allow ${data.sourceType} ${data.targetType} (${data.class} (${data.permissions}))): semodule -i FILE.cil`
      : `holdfast selinux relabel ${spec.name} gives its files the label of the container`;
  return diagnostic('HF576', { ...data, what, remedy, own: facts.own }, why);
}

function typeOf(context: string): string {
  return context.split(':')[2] ?? context;
}
