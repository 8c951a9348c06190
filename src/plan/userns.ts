// The plan of `holdfast userns`: a command in a user namespace with a map, and in a mount namespace; all else is the caller's, the
// terminal, the environment and the directory included. It is no container: it confines nothing but the ids.

import { idmap } from '../controls/idmap/index.ts';
import { cloneStep, namespaces } from '../controls/namespaces/index.ts';
import { hasErrors } from '../model/diagnostic.ts';
import type { HostFacts } from '../model/host.ts';
import type { ContainerSpec } from '../model/spec.ts';
import type { Action, EnvironmentEntry, Step } from '../model/step.ts';
import { type CompiledPlan, waits } from './compile.ts';
import { pathIn } from './environment.ts';
import { frame } from './frame.ts';
import { inOrder } from './order.ts';

/** The map is the specification's; `environment` is what the command gets, as `NAME=value`. */
export function compileUserns(asked: ContainerSpec, host: HostFacts, environment: readonly EnvironmentEntry[]): CompiledPlan {
  const why = { kind: 'option', text: 'userns' } as const;
  const spec: ContainerSpec = { ...asked, namespaces: { mode: 'clone', names: ['user', 'mnt'], why }, hostname: null };
  const diagnostics = [...namespaces.compile(spec, host).diagnostics, ...idmap.compile(spec, host).diagnostics];
  if (hasErrors(diagnostics)) return { plan: null, diagnostics };
  const { steps: maps } = idmap.compile(spec, host);
  const around = frame(spec, { guard: false, waits: waits(maps), detach: false, reaper: null, controllingTerminal: false, record: null });
  const ours = around
    .filter(({ phase }) => phase !== 'session')
    .map((step): Step => ({ ...step, actions: step.actions.map((action) => withEnvironment(action, environment)) }));
  const steps = inOrder([...ours, cloneStep(spec, host, null), ...maps]);
  return { plan: { name: 'userns', steps, detach: false, guard: false, halt: { signal: spec.signals.halt.value, seconds: 0 } }, diagnostics };
}

function withEnvironment(action: Action, environment: readonly EnvironmentEntry[]): Action {
  if (!('builtin' in action)) return action;
  if (action.builtin === 'exec') return { ...action, environment };
  return action.builtin === 'find-init' ? { ...action, path: pathIn(environment) } : action;
}
