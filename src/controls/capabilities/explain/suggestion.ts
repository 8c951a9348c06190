// What `holdfast caps suggest` prints: what was used and by whom asked for, and the lines that keep no more than that.

import type { CapabilityUse } from '../uses.ts';
import { capabilityName } from '../wanted.ts';
import type { CapabilitySpec } from '../../../model/spec.ts';
import { printable } from '../../../model/printable.ts';

export interface ObservedCapabilities {
  readonly uses: readonly CapabilityUse[];
  readonly kept: readonly number[];
}

const SHOWN = 3;

/** Lines beginning with `#` and lines of a configuration: the whole can be put into one. */
export function suggestionText(what: string, { uses, kept }: ObservedCapabilities, mode: CapabilitySpec['mode']): string {
  const used = uses.map(({ capability }) => capability);
  const unused = kept.filter((number) => !used.includes(number));
  const names = (numbers: readonly number[]) => numbers.map(capabilityName).join(' ');
  const width = Math.max(0, ...used.map((number) => capabilityName(number).length));
  const lines = [
    `# capabilities in a run of ${printable(what)}: ${kept.length} kept, ${used.length} used, ${unused.length} never used`,
    ...uses.map(
      ({ capability, times, askers }) =>
        `#   ${capabilityName(capability).padEnd(width)}  granted ${times} ${times === 1 ? 'time' : 'times'}, to ${askers.slice(0, SHOWN).join(', ')}`,
    ),
    ...(unused.length === 0 ? ['# there is nothing to take away'] : [`#   never used: ${names(unused)}`]),
    ...(unused.length === 0
      ? []
      : [`# in place of every ${mode === 'keep' ? 'lxc.cap.keep' : 'lxc.cap.drop'} line:`, `lxc.cap.keep = ${used.length === 0 ? 'none' : names(used)}`]),
    ...(unused.length === 0 || mode === 'keep' ? [] : ['# or, beside the lines that there are:', `# lxc.cap.drop = ${names(unused)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same for programs. */
export function suggestionJson({ uses, kept }: ObservedCapabilities): string {
  const used = uses.map(({ capability, times, askers }) => ({ name: capabilityName(capability), times, askers }));
  const unused = kept.filter((number) => !uses.some(({ capability }) => capability === number)).map(capabilityName);
  return `${JSON.stringify({ version: 1, kept: kept.map(capabilityName), used, unused }, null, 2)}\n`;
}
