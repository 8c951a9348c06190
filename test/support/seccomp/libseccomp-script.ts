// A policy -> the script from which libseccomp.c makes libseccomp's filter: every rule for every architecture, as LXC adds them.

import type { Machine } from '../../../src/kernel/constant.ts';
import { CONSTANTS } from '../../../src/kernel/constants.gen.ts';
import type { Condition, Policy } from '../../../src/controls/seccomp/policy.ts';
import { returnValue } from '../../../src/controls/seccomp/verdicts.ts';

/** enum scmp_compare of seccomp.h. */
const COMPARE = { ne: 1, lt: 2, le: 3, eq: 4, ge: 5, gt: 6, masked: 7 } as const;
/** SCMP_ARCH_X32 of seccomp.h: libseccomp's own token. */
const SCMP_ARCH_X32 = 0x4000_003e;

/** The machine's own architecture first, as on that machine. libseccomp.c itself runs on x86_64. */
const ARCHES: Readonly<Record<Machine, readonly string[]>> = {
  x86_64: [`arch ${hex(CONSTANTS.AUDIT_ARCH_I386)}`, `arch ${hex(SCMP_ARCH_X32)}`],
  arm64: [`arch ${hex(CONSTANTS.AUDIT_ARCH_AARCH64)}`, `arch ${hex(CONSTANTS.AUDIT_ARCH_ARM)}`, 'only'],
};

/** `tree`: with its binary tree. `lenient`: without the calls that this libseccomp does not know. */
export function libseccompScript(policy: Policy, machine: Machine, { tree = false, lenient = false } = {}): string {
  const lines = [
    `default ${hex(returnValue(policy.otherwise.verdict))}`,
    ...(tree ? ['tree'] : []),
    ...(lenient ? ['lenient'] : []),
    ...ARCHES[machine],
    ...policy.rules.map(
      ({ call, verdict, conditions }) =>
        `rule ${hex(returnValue(verdict))} ${call.kind === 'name' ? call.name : call.number} ${conditions.map(conditionWords).join(' ')}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function conditionWords(one: Condition): string {
  return one.kind === 'masked'
    ? `${one.argument} ${COMPARE.masked} ${hex(one.mask)} ${hex(one.value)}`
    : `${one.argument} ${COMPARE[one.operator]} ${hex(one.value)} 0`;
}

function hex(value: number | bigint): string {
  return value.toString(16);
}
