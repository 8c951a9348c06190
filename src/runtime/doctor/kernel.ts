// The kernel: its age, its security modules, its filters.

import { diagnosticText } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import { type Finding, fine, wrong } from './finding.ts';
import type { Surroundings } from './surroundings.ts';

/** What a configuration can ask of a security module. */
const MODULES = { landlock: 'holdfast.landlock' } as const;

export function kernelFindings(host: HostFacts, { unfit, seccompActions, apparmorParser }: Surroundings): readonly Finding[] {
  const { release } = host.kernel;
  return [
    unfit === null ? fine('kernel', `Linux ${release}, ${host.arch}`) : { topic: 'kernel', fine: diagnosticText(unfit).message, wrong: unfit },
    seccompActions.includes('errno') ? fine('seccomp', seccompActions.join(' ')) : wrong('seccomp', 'HF632', {}),
    ...moduleFindings(host, apparmorParser),
  ];
}

/** Without the kernel's own list nobody can say what is not in it. */
function moduleFindings({ lsms, lsmsListed }: HostFacts, apparmorParser: boolean): readonly Finding[] {
  const absent = lsmsListed ? (Object.keys(MODULES) as (keyof typeof MODULES)[]).filter((module) => !lsms.includes(module)) : [];
  return [
    fine('security modules', `${lsms.join(', ')}${lsmsListed ? '' : ' (and those that only securityfs tells: mount -t securityfs none /sys/kernel/security)'}`),
    ...absent.map((module) =>
      wrong(module, 'HF631', { module, keys: MODULES[module], list: [module, ...lsms.filter((one) => one !== 'capability')].join(',') }),
    ),
    ...(lsms.includes('apparmor') && !apparmorParser ? [wrong('apparmor', 'HF637', {})] : []),
  ];
}
