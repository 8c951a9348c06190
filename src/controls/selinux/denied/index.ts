// A denial of SELinux in words, with the rule in CIL that would allow it. Where the categories of both sides differ, the rule would
// not help: what keeps containers apart is a constraint, and it is meant to.

import type { AvcRecord } from '../../../audit/record.ts';
import type { DenialExplanation, Remedy } from '../../../model/denial.ts';

export interface ContextLine {
  /** `lxc.selinux.context = ...`; null: nothing said. */
  readonly line: string | null;
  readonly place: string | null;
}

export function explainSelinux(record: AvcRecord, { line, place }: ContextLine): DenialExplanation {
  const [source, target] = [contextOf(record.source), contextOf(record.target)];
  const by = line === null ? '' : ` (${line}, ${place ?? ''})`;
  const apart = target.categories.filter((category) => !source.categories.includes(category));
  const permissions = record.permissions.join(' ');
  const rule =
    apart.length > 0
      ? `the object has the categories ${apart.join(',')}, which ${source.type}:${source.categories.join(',') || 'none'} lacks: it belongs to another container, or to the host${by}`
      : `no rule allows ${source.type} '${permissions}' on ${record.targetClass} of ${target.type}${by}`;
  return {
    tried: tried(record, target),
    outcome: record.permissive ? 'allowed' : 'refused',
    rule,
    remedy: apart.length > 0 ? relabel(record, source) : allow(record, source.type, target.type),
  };
}

interface Context {
  readonly type: string;
  readonly categories: readonly string[];
}

/** `user:role:type:level[-level][:categories]`. Ranges of categories stay ranges. */
function contextOf(text: string): Context {
  const [, , type = text, ...level] = text.split(':');
  // Of `s0-s0:c0.c1023` the upper level is what its owner may have; categories of a low level alone are few.
  const categories = level.length < 2 ? '' : (level.at(-1) ?? '');
  return { type, categories: categories === '' ? [] : categories.split(',') };
}

const CAPABILITY_CLASS = /^cap(ability2?|2?_userns)$/;

function tried({ permissions, targetClass, details }: AvcRecord, { type }: Context): string {
  const does = permissions.join(', ');
  const capability = details.get('capability');
  if (CAPABILITY_CLASS.test(targetClass)) return `use CAP_${does.toUpperCase()}${capability === undefined ? '' : ` (${capability})`}`;
  const named = details.get('path') ?? details.get('name');
  const on = named === undefined ? `${targetClass} of ${type}` : `the ${CLASSES[targetClass] ?? targetClass} ${named} (${type})`;
  return `${does} ${on}`;
}

const CLASSES: Readonly<Record<string, string>> = {
  file: 'file',
  filesystem: 'file system',
  dir: 'directory',
  lnk_file: 'link',
  chr_file: 'device',
  blk_file: 'disk',
  sock_file: 'socket',
  fifo_file: 'pipe',
};

/** A name of a policy and nothing else may get into a suggested rule. */
const NAME = /^[A-Za-z0-9_.]+$/;

function allow({ permissions, targetClass, source, target }: AvcRecord, from: string, to: string): Remedy | null {
  if (![from, to, targetClass, ...permissions].every((word) => NAME.test(word))) return null;
  const object = source === target ? 'self' : to;
  return {
    lines: [`(allow ${from} ${object} (${targetClass} (${permissions.join(' ')})))`],
    where: 'a module of the policy in CIL (semodule -i FILE.cil)',
    risk: `every container in ${from} may do that then, not this one alone${object === 'self' ? '' : `, on everything that bears ${to}`}`,
  };
}

/** An own object with foreign categories was labelled for somebody else, or not at all. */
function relabel({ details, targetClass }: AvcRecord, { categories }: Context): Remedy | null {
  const path = details.get('path');
  if (path === undefined || !['file', 'dir', 'lnk_file'].includes(targetClass) || categories.length === 0) return null;
  return {
    lines: [`chcon -R -l s0:${categories.join(',')} FILE`],
    where: `a shell of the host, if FILE (${path}) is this container's`,
    risk: 'whom it belonged to until then cannot use it any more',
  };
}
