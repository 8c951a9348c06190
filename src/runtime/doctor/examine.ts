// holdfast doctor: everything that a user's containers need of a machine, in the order in which a start comes to it. A pure function of facts.

import type { HostFacts } from '../../model/host.ts';
import { controlGroupFindings } from './control-groups.ts';
import { type Finding, fine, wrong } from './finding.ts';
import { kernelFindings } from './kernel.ts';
import { placeFindings } from './places.ts';
import type { Surroundings } from './surroundings.ts';
import { idFindings, userNamespaceFindings } from './user-namespaces.ts';

export function examine(host: HostFacts, around: Surroundings): readonly Finding[] {
  return [
    ...kernelFindings(host, around),
    ...userNamespaceFindings(host),
    ...idFindings(host, around),
    ...controlGroupFindings(host, around),
    ...placeFindings(host, around),
    busyboxFinding(around),
  ];
}

function busyboxFinding({ busybox }: Surroundings): Finding {
  if (busybox.kind === 'static') return fine('busybox', busybox.path);
  return wrong('busybox', 'HF636', {
    reason: busybox.kind === 'missing' ? 'there is no busybox' : `${busybox.path} needs libraries, which the container has not`,
  });
}
