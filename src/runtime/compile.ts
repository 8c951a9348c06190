// From what the user named to a plan, and from a plan to a launcher that can be executed.

import { realMachine } from '../host/machine.ts';
import { emit } from '../launcher/emit.ts';
import type { LaunchOptions } from '../launcher/lower/context.ts';
import { startProgram } from '../launcher/start.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { CgroupHierarchy, HostFacts } from '../model/host.ts';
import type { Plan } from '../model/plan.ts';
import type { ContainerSpec } from '../model/spec.ts';
import { compilePlan, type PlanOptions } from '../plan/compile.ts';
import { keepLauncher, keptLauncher, launcherHash } from './launcher-file.ts';
import { withCompiledProfile } from './profile.ts';
import { type Prepared, prepare, type Source } from './source.ts';

export interface PreparedPlan {
  /** Null when a diagnostic is an error. */
  readonly plan: Plan | null;
  readonly diagnostics: readonly Diagnostic[];
}

const planOptions = (prepared: Prepared, detach: boolean): PlanOptions => ({
  detach,
  configPath: prepared.configPath,
  anonymous: prepared.configPath === null,
});

/** The plan of a start, and every diagnostic of reading and compiling. */
export function planStart(prepared: Prepared, options: { readonly detach: boolean }): PreparedPlan {
  if (prepared.spec === null || hasErrors(prepared.diagnostics)) return { plan: null, diagnostics: prepared.diagnostics };
  const host = withCompiledProfile(realMachine(), prepared.spec, prepared.host);
  const { plan, diagnostics } = compilePlan(prepared.spec, host, planOptions(prepared, options.detach));
  return { plan, diagnostics: [...prepared.diagnostics, ...diagnostics] };
}

/** The machine code of a plan: a static ELF executable. */
export function launcherOf(plan: Plan, options: Omit<LaunchOptions, 'arch'> = {}): Uint8Array {
  const { program } = startProgram(plan, { arch: 'x86_64', ...options });
  return emit(program, { arch: 'x86_64', ...(options.symbols === undefined ? {} : { symbols: options.symbols }) });
}

/** The caller's own group changes with every login; where the container's place does not depend on it, neither does the launcher. */
function placed(hierarchy: CgroupHierarchy, spec: ContainerSpec, { uid }: HostFacts): CgroupHierarchy {
  return uid === 0 && !spec.cgroup.relative.value ? { ...hierarchy, own: hierarchy.init } : hierarchy;
}

export type LauncherFile =
  | { readonly path: string; readonly diagnostics: readonly Diagnostic[] }
  | { readonly path: null; readonly diagnostics: readonly Diagnostic[] };

/** A launcher for this start, ready to execute: the kept one when nothing it was compiled from has changed. */
export function launcherFile(prepared: Prepared, options: { readonly detach: boolean; readonly build: string }): LauncherFile {
  if (prepared.spec === null || hasErrors(prepared.diagnostics)) return { path: null, diagnostics: prepared.diagnostics };
  const { spec, host, configPath } = prepared;
  const hash = launcherHash([options.build, options.detach, configPath, spec, { ...host, cgroups: host.cgroups.map((one) => placed(one, spec, host)) }]);
  const kept = keptLauncher(host.cacheDir, hash);
  // What is knowingly not in force is said at every start, so such a plan is made each time.
  if (kept !== undefined && spec.allowMissing.length === 0) return { path: kept, diagnostics: prepared.diagnostics };
  const { plan, diagnostics } = planStart(prepared, options);
  if (plan === null) return { path: null, diagnostics };
  return { path: kept ?? keepLauncher(host.cacheDir, hash, launcherOf(plan)), diagnostics };
}

export interface CompiledLauncher {
  /** A static ELF executable; null when a diagnostic is an error. */
  readonly elf: Uint8Array | null;
  readonly plan: Plan | null;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles a container to a launcher without writing or starting anything.
 *
 * @example
 * const { elf, diagnostics } = compileLauncher({ file: '/var/lib/lxc/web/config' });
 * if (elf !== null) writeFileSync('web', elf, { mode: 0o700 });
 */
export function compileLauncher(source: Source, options: { readonly detach?: boolean } = {}): CompiledLauncher {
  const { plan, diagnostics } = planStart(prepare(source, realMachine(), 'have'), { detach: options.detach ?? false });
  return { plan, diagnostics, elf: plan === null ? null : launcherOf(plan) };
}
