// Files that decide what a container is, or run outside of it, and that others than the caller can change.

import { dirname } from 'node:path';
import type { ConfigSetting } from '../config/index.ts';
import type { Machine } from '../host/machine.ts';
import { everybodyReaches, otherWriter } from '../host/writers.ts';
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import type { Origin } from '../model/origin.ts';
import type { ContainerSpec } from '../model/spec.ts';

interface Trusted {
  readonly path: string;
  readonly gain: string;
  readonly why?: Origin;
  /** Directories of the container's own may be its users'. */
  readonly itself?: false;
}

/** Run on the host, by the monitor or by tools: lxc.container.conf(5). */
const OUTSIDE = /^lxc\.(hook\.(pre-start|start-host|stop|post-stop|clone|destroy)|net\.N\.script\.(up|down))$/;

/** One warning for each path; those of whoever owns what the caller cannot see are not told. */
export function looseFiles(machine: Machine, settings: readonly ConfigSetting[], spec: ContainerSpec | null): readonly Diagnostic[] {
  const trusted = new Map([...programs(settings), ...ofSpec(spec), ...configurations(settings)].map((one) => [one.path, one]));
  return [...trusted.values()].flatMap(({ path, gain, why, itself }) => {
    const writer = path.startsWith('/') ? otherWriter(machine, path, itself ?? true) : null;
    return writer === null ? [] : [diagnostic('HF616', { path, gain, whom: writer.whom, where: writer.path === path ? 'it' : writer.path }, why)];
  });
}

/**
 * What root of the container makes in a root file system with an id map of its own is root's on the disk, set-user-ID programs as well:
 * nobody else may come to where they can be executed.
 */
export function reachableRoot(machine: Machine, spec: ContainerSpec | null): readonly Diagnostic[] {
  if (spec === null || spec.root.kind === 'host' || spec.root.idmap === undefined) return [];
  const path = spec.root.kind === 'dir' ? spec.root.path : spec.root.upper;
  return everybodyReaches(machine, path) ? [diagnostic('HF395', { path, above: dirname(path) }, spec.root.idmap.why)] : [];
}

function programs(settings: readonly ConfigSetting[]): readonly Trusted[] {
  return settings
    .filter(({ entry, parsed }) => OUTSIDE.test(entry.name) && parsed.kind === 'text')
    .map(({ text, why }) => ({
      path: text.split(/\s/)[0] ?? '',
      gain: 'a program put there runs outside of the container, with the rights of who starts it',
      why,
    }));
}

function ofSpec(spec: ContainerSpec | null): readonly Trusted[] {
  if (spec === null) return [];
  const { root, seccomp } = spec;
  return [
    ...(root.kind === 'dir' ? [{ path: root.path, gain: 'another root file system can be put in its place', why: root.why, itself: false } as const] : []),
    ...(seccomp === null ? [] : [{ path: seccomp.value.path, gain: 'the system call policy can be changed', why: seccomp.why }]),
  ];
}

function configurations(settings: readonly ConfigSetting[]): readonly Trusted[] {
  const files = new Set(settings.flatMap(({ why }) => (why.kind === 'config' ? [why.span.file] : [])));
  return [...files].map((path) => ({ path, gain: 'a line put there decides what is started, with the rights of who starts it' }));
}
