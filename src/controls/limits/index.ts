// Limits: resource limits, sysctls and the files of /proc/PID (lxc.prlimit, lxc.sysctl, lxc.proc).

import type { Check, Compiled, Control } from '../../model/control.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { checkProcFiles, procFileChecks, procFileSteps } from './proc.ts';
import { checkRlimits, rlimitChecks, rlimitSteps } from './rlimits.ts';
import { checkSysctls, sysctlSteps } from './sysctls.ts';

function compile(spec: ContainerSpec, host: HostFacts): Compiled {
  return {
    steps: [...rlimitSteps(spec, host), ...procFileSteps(spec), ...sysctlSteps(spec, host)],
    diagnostics: [...checkRlimits(spec, host), ...checkProcFiles(spec), ...checkSysctls(spec, host)],
  };
}

/** Sysctls cannot be read from outside their namespaces; the write of each was checked when it was made. */
function verify(spec: ContainerSpec, host: HostFacts): readonly Check[] {
  return [...rlimitChecks(spec, host), ...procFileChecks(spec)];
}

export const limits: Control = { name: 'limits', compile, verify };
