// holdfast.cgroup.translate: a value for the version of control groups that this machine does not have (for its controller) becomes
// the equivalent of the other one, from the same table as `holdfast config upgrade` (kernel/cgroup-equivalents.ts).

import { equivalent } from '../../kernel/cgroup-equivalents.ts';
import { diagnostic, type Diagnostic } from '../../model/diagnostic.ts';
import type { CgroupValue } from '../../model/spec.ts';

export type Translation =
  | { readonly kind: 'value'; readonly value: CgroupValue; readonly note: Diagnostic | null }
  /** Another line's equivalent has it in it. */
  | { readonly kind: 'carried' }
  | { readonly kind: 'none'; readonly fault: Diagnostic };

/** `all`: the values of the configuration; what else is set may be part of the equivalent (memory and swap, quota and period). */
export function translated(value: CgroupValue, all: readonly CgroupValue[]): Translation {
  const { version, file, key, why } = value;
  const others = (other: string) => all.findLast((one) => one.version === version && one.file === other)?.value;
  const found = equivalent(version, file, value.value, others);
  switch (found.kind) {
    case 'carried':
      return { kind: 'carried' };
    case 'none':
      return { kind: 'none', fault: diagnostic('HF540', { key, value: value.value, version: String(3 - version), reason: found.reason }, why) };
    case 'value': {
      const { caution } = found;
      const note = caution === undefined ? null : diagnostic('HF541', { key, other: found.file, value: found.value, caution }, why);
      const controller = found.file.split('.')[0] ?? '';
      return {
        kind: 'value',
        value: { ...value, version: version === 1 ? 2 : 1, controller, file: found.file, value: found.value, from: { version, file, value: value.value } },
        note,
      };
    }
  }
}
