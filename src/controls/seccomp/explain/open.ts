// The text of a policy -> everything that can be asked about it: its rules, the decision table of each architecture, its filter.
// Unlike compileFilter() it is about the policy alone: no container, so `notify` stays what is written.

import { findFault } from '../../../bpf/check.ts';
import type { Instruction } from '../../../bpf/instruction.ts';
import { CAPABILITIES } from '../../../kernel/capabilities.gen.ts';
import { type Diagnostic, diagnostic, hasErrors } from '../../../model/diagnostic.ts';
import type { PolicyFile } from '../../../model/policy-include.ts';
import { checkCoverage } from '../coverage.ts';
import { generateFilter } from '../generate.ts';
import { checkNames } from '../names.ts';
import { checkNarrow } from '../narrow.ts';
import type { Policy, Rule, Verdict } from '../policy.ts';
import { readPolicy } from '../read-policy.ts';
import { type DecisionTable, resolvePolicy } from '../resolve.ts';
import { checkShadows } from '../shadows.ts';
import type { Native } from './architecture.ts';

const NEWEST = { major: Number.POSITIVE_INFINITY, minor: 0 };
const EVERY_CAPABILITY: ReadonlySet<number> = new Set(Object.values(CAPABILITIES));

export interface OpenedPolicy {
  readonly file: string;
  readonly machine: Native;
  readonly policy: Policy;
  /** The machine's own first. */
  readonly tables: readonly DecisionTable[];
  readonly program: readonly Instruction[];
  /** The rule that a clause's verdict comes from; null for the default. */
  readonly ruleOf: (verdict: Verdict) => Rule | null;
}

export interface Opening {
  /** Null when a diagnostic is an error. */
  readonly opened: OpenedPolicy | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a policy is opened with, besides its text. */
export interface OpenOptions {
  readonly included?: readonly PolicyFile[];
  /** What a profile in JSON is told of the kernel; undefined: a newer one than any that it asks for. */
  readonly kernel?: { readonly major: number; readonly minor: number };
}

/** Reads a policy as a container of this machine would get it; a profile in JSON as one with all capabilities, LXC's default. */
export function openPolicy(text: string, file: string, machine: Native, { included = [], kernel = NEWEST }: OpenOptions = {}): Opening {
  const parsed = readPolicy({ path: file, text }, included, { machine, kernel, capabilities: EVERY_CAPABILITY });
  if (parsed.policy === null) return { opened: null, diagnostics: parsed.diagnostics };
  const diagnostics = [
    ...parsed.diagnostics,
    ...checkNames(parsed.policy, machine),
    ...checkShadows(parsed.policy),
    ...checkNarrow(parsed.policy),
    ...checkCoverage(parsed.policy, machine),
  ];
  if (hasErrors(diagnostics)) return { opened: null, diagnostics };
  const opened = opening(parsed.policy, file, machine);
  const fault = findFault(opened.program);
  if (fault !== null) return { opened: null, diagnostics: [...diagnostics, diagnostic('HF213', { fault }, parsed.policy.otherwise.span)] };
  return { opened, diagnostics };
}

/** Of a policy without errors. */
export function opening(written: Policy, file: string, machine: Native): OpenedPolicy {
  // A verdict is carried through the passes as it is: one object for each rule tells later which rule it was.
  const policy = { ...written, rules: written.rules.map((rule) => ({ ...rule, verdict: { ...rule.verdict } })) };
  const rules = new Map(policy.rules.map((rule) => [rule.verdict, rule]));
  const { tables } = resolvePolicy(policy, machine);
  return { file, machine, policy, tables, program: generateFilter({ tables }), ruleOf: (verdict) => rules.get(verdict) ?? null };
}
