// The flags of a profile: those that are given to the kernel, and what is to be said of the others.

import { type Diagnostic, diagnostic } from '../../../model/diagnostic.ts';
import { waitsKillably } from '../killable.ts';
import type { FilterFlag } from '../../../model/filter-flag.ts';
import type { Policy } from '../policy.ts';
import type { Profile } from './profile.ts';
import type { Surroundings } from './to-policy.ts';

export function givenFlags({ flags }: Profile): readonly FilterFlag[] {
  const given = flags.map(({ value }) => value).filter((value): value is FilterFlag => GIVEN.includes(value));
  return [...new Set(given)];
}

const GIVEN: readonly string[] = ['SECCOMP_FILTER_FLAG_LOG', 'SECCOMP_FILTER_FLAG_SPEC_ALLOW'] satisfies readonly FilterFlag[];

export function checkFlags({ flags }: Profile, { otherwise, rules }: Policy, { kernel }: Surroundings): readonly Diagnostic[] {
  const asks = [otherwise, ...rules].some(({ verdict }) => verdict.kind === 'notify');
  return flags.flatMap(({ value: flag, at }): readonly Diagnostic[] => {
    switch (flag) {
      case 'SECCOMP_FILTER_FLAG_LOG':
      case 'SECCOMP_FILTER_FLAG_SPEC_ALLOW':
        return [];
      case 'SECCOMP_FILTER_FLAG_TSYNC':
        return [diagnostic('HF260', { flag, reason: 'init has a single thread when it loads the filter' }, at)];
      case 'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV':
        if (!asks) return [diagnostic('HF260', { flag, reason: 'no call is notified of; where one is, this flag is always given' }, at)];
        if (waitsKillably(kernel)) return [];
        return [
          diagnostic(
            'HF230',
            { what: `the flag '${flag}'`, instead: 'it needs Linux 5.19 or newer; leave it out where a signal may interrupt a call that is being decided' },
            at,
          ),
        ];
    }
  });
}
