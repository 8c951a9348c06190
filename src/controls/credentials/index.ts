// Credentials: who init is when it is executed (credentials(7)), and what else execve would carry over from the caller.
// Stands behind `capabilities` in the plan; capabilities/index.ts tells the order of the phase they share. umask, signals
// and descriptors are reset by the launcher's `hand-over`.

import { CONSTANTS } from '../../kernel/constants.gen.ts';
import type { Check, Compiled, Control } from '../../model/control.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { effectiveIdmap, hasGroupsDenied, outsideId } from '../idmap/effective.ts';
import { checkCredentials } from './check.ts';
import { idChecks, idSteps } from './ids.ts';
import { personalityCheck, processSteps } from './process.ts';

function compile(spec: ContainerSpec, host: HostFacts): Compiled {
  const personality = spec.personality?.value === 'linux32' ? CONSTANTS.PER_LINUX32 : CONSTANTS.PER_LINUX;
  return {
    steps: [...processSteps(spec), ...idSteps(spec, host), ...idChecks(spec, host), personalityCheck(personality)],
    diagnostics: checkCredentials(spec, host),
  };
}

/** From outside the host's ids are seen: those inside, through the map. */
function verify(spec: ContainerSpec, host: HostFacts): readonly Check[] {
  const map = effectiveIdmap(spec, host);
  const { uid, gid, groups } = spec.init;
  const check = (what: string, why: Check['why'], field: string, text: string): Check => ({
    what,
    why,
    path: '/proc/{pid}/status',
    field,
    expect: { kind: 'words', text },
  });
  const fourTimes = (id: number | null) => [id, id, id, id].join(' ');
  const outsideGroups = (groups?.value ?? []).map((group) => outsideId(map, 'g', group) ?? group).sort((a, b) => a - b);
  return [
    check("init's user ids", uid.why, 'Uid', fourTimes(outsideId(map, 'u', uid.value))),
    check("init's group ids", gid.why, 'Gid', fourTimes(outsideId(map, 'g', gid.value))),
    ...(hasGroupsDenied(spec, host) ? [] : [check("init's supplementary groups", groups?.why ?? gid.why, 'Groups', outsideGroups.join(' '))]),
    ...(spec.noNewPrivs.value ? [check('no_new_privs', spec.noNewPrivs.why, 'NoNewPrivs', '1')] : []),
  ];
}

export const credentials: Control = { name: 'credentials', compile, verify };
