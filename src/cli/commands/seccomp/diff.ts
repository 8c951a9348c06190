// holdfast seccomp diff: which calls two policies decide otherwise, and whether the second allows more. Exit codes as diff(1) has them.

import { type CallChange, comparePolicies, type PolicyDifference } from '../../../controls/seccomp/explain/index.ts';
import { HoldfastError } from '../../../model/error.ts';
import { printable } from '../../../model/printable.ts';
import { type Context, out } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';
import type { PolicyFlags } from '../../seccomp-flags.ts';
import { chosenArch, readPolicyFile } from '../../seccomp-policy.ts';

export function diff(this: Context, flags: PolicyFlags, a: string, b: string): void {
  if (a === '-' && b === '-') throw new HoldfastError("standard input can be read once: '-' was given twice", { code: 'usage' });
  this.process.exitCode = EXIT.errors;
  const { machine } = chosenArch(flags.arch);
  const [before, after] = [readPolicyFile(this, a, machine), readPolicyFile(this, b, machine)];
  if (before === null || after === null) return;
  const difference = comparePolicies(before, after);
  out(this, flags.json ? `${JSON.stringify({ version: 1, ...difference }, null, 2)}\n` : differenceText(difference, printable(a), printable(b)));
  this.process.exitCode = difference.differ ? EXIT.failed : EXIT.ok;
}

function differenceText({ differ, allowsMore, allowsLess, architectures }: PolicyDifference, a: string, b: string): string {
  if (!differ) return 'the policies decide every call alike\n';
  const verdict = allowsMore
    ? `${b} allows calls that ${a} refuses${allowsLess ? ', and the other way round' : ''}`
    : allowsLess
      ? `${b} allows less than ${a}`
      : `${b} allows neither more nor less than ${a}`;
  const alike = new Map<string, string[]>();
  for (const { arch, changes } of architectures) {
    const text = grouped(changes).join('\n');
    alike.set(text, [...(alike.get(text) ?? []), arch]);
  }
  const lines = [...alike].flatMap(([text, arches]) => [`calls of ${arches.join(', ')}:`, text]);
  return `${[...lines, verdict].join('\n')}\n`;
}

/** Calls that change in the same way stand together, unless an example belongs to each. */
function grouped(changes: readonly CallChange[]): readonly string[] {
  const groups = new Map<string, { readonly calls: string[]; readonly change: CallChange }>();
  for (const change of changes) {
    const key = change.kind === 'arguments' ? change.call : `${change.before} -> ${change.after}`;
    const group = groups.get(key) ?? { calls: [], change };
    group.calls.push(change.call);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ calls, change }) => {
    const examples = [change.opens === null ? '' : `, now allowed: ${change.opens}`, change.closes === null ? '' : `, now refused: ${change.closes}`];
    return `  ${SIGNS[signOf(change)]} ${calls.join(', ')}: ${change.before} -> ${change.after}${change.kind === 'arguments' ? examples.join('') : ''}`;
  });
}

const SIGNS = { more: '+', less: '-', other: '~', both: '!' } as const;

function signOf({ opens, closes }: CallChange): keyof typeof SIGNS {
  if (opens !== null) return closes === null ? 'more' : 'both';
  return closes === null ? 'other' : 'less';
}
