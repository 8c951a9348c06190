// Runs a container and says which of the capabilities it keeps it has used.

import { keptCapabilities } from '../controls/capabilities/index.ts';
import { type TracedUses, usesIn } from '../controls/capabilities/uses.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Plan } from '../model/plan.ts';
import { traceCapabilities } from './capability-trace.ts';
import { launcherOf, planStart } from './compile.ts';
import { runNameless } from './execute.ts';
import type { Prepared } from './source.ts';

export interface ObservedRun extends TracedUses {
  readonly status: number;
  /** Those it might have used, by number. */
  readonly kept: readonly number[];
}

/** `told` is given what there is to say about the plan; false: do not run it. Null when it was not run. Throws `cannot-trace`. */
export async function observeCapabilities(prepared: Prepared, told: (found: readonly Diagnostic[]) => boolean): Promise<ObservedRun | null> {
  const { plan, diagnostics } = planStart(prepared, { detach: false });
  if (!told(diagnostics) || plan === null || prepared.spec === null) return null;
  const { host, spec, name } = prepared;
  const { result: status, text } = await traceCapabilities(() => runNameless(host.cacheDir, launcherOf(plan), name));
  return { ...usesIn(text, helpersOf(plan)), status, kept: [...keptCapabilities(spec, host)] };
}

/** Programs that the launcher itself executes before init. */
function helpersOf({ steps }: Plan): number {
  return steps.flatMap(({ actions }) => actions).filter((action) => 'builtin' in action && action.builtin === 'id-map-helper').length;
}
