// A policy -> pseudo-code: if and return, by architecture and call; calls that are decided alike stand together.

import { actionText } from '../../../bpf/listing.ts';
import type { Verdict } from '../policy.ts';
import { returnValue } from '../verdicts.ts';
import type { Arch } from './architecture.ts';
import { type Case, casesOf, defaultCases, numbersOf } from './cases.ts';
import type { OpenedPolicy } from './open.ts';
import { conditionsText, placeText } from './text.ts';

const WIDTH = 100;
const STEP = '    ';

export function pseudoCode(opened: OpenedPolicy): string {
  const lines = opened.tables.flatMap(({ arch, conventions }) => [
    `if (arch == ${arch}) {`,
    ...indent(conventions.flatMap((one) => (conventions.length === 1 ? conventionLines(opened, one) : numbersOfConvention(opened, one)))),
    '}',
  ]);
  return `${[...lines, 'return KILL_PROCESS;  // by no calling convention of this machine'].join('\n')}\n`;
}

/** x32 and x86_64 show as one architecture: a bit of the number tells them apart. */
function numbersOfConvention(opened: OpenedPolicy, arch: Arch): readonly string[] {
  return [`if (nr ${arch === 'x32' ? '>=' : '<'} __X32_SYSCALL_BIT) {  // ${arch}`, ...indent(conventionLines(opened, arch)), '}'];
}

function conventionLines(opened: OpenedPolicy, arch: Arch): readonly string[] {
  const otherwise = bodyOf(defaultCases(opened, arch));
  const groups = new Map<string, { readonly names: string[]; readonly body: readonly string[] }>();
  for (const [name, number] of numbersOf(opened, arch)) {
    const body = bodyOf(casesOf(opened, arch, number));
    const key = body.join('\n');
    const group = groups.get(key) ?? { names: [], body };
    group.names.push(name);
    groups.set(key, group);
  }
  const own = [...groups.values()].filter(({ body }) => body.join('\n') !== otherwise.join('\n'));
  return [...own.flatMap(({ names, body }) => [...heading(names), ...indent(body), '}']), ...otherwise];
}

function heading(names: readonly string[]): readonly string[] {
  const [only] = names;
  if (names.length === 1 && only !== undefined) return [`if (call == ${only}) {`];
  const lines: string[] = [];
  let line = STEP;
  for (const name of [...names].sort()) {
    if (line.length + name.length > WIDTH) {
      lines.push(line.trimEnd());
      line = STEP;
    }
    line += `${name}, `;
  }
  return ['if (call in {', ...lines, line.trimEnd().replace(/,$/, ''), '}) {'];
}

/** A single return needs no place: calls of many lines share it. */
function bodyOf(cases: readonly Case[]): readonly string[] {
  return cases.map(({ conditions, verdict, rule }) => {
    if (conditions.length === 0) return returnText(verdict);
    return `if (${conditionsText(conditions)}) ${returnText(verdict)}${rule === null ? '' : `  // ${placeText(rule)}`}`;
  });
}

function returnText(verdict: Verdict): string {
  return `return ${actionText(returnValue(verdict))};`;
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => STEP + line);
}
