// The files of a container are given its SELinux label, while nobody can start it: the root file system, and on request what is bound into it.

import { statSync } from 'node:fs';
import { fileContext } from '../../controls/selinux/asked.ts';
import { canonical } from '../../controls/selinux/findings.ts';
import type { Machine } from '../../host/machine.ts';
import { diagnosticText } from '../../model/diagnostic.ts';
import { HoldfastError } from '../../model/error.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { containerState } from '../containers.ts';
import { whileNobodyStarts } from '../name-lock.ts';
import { type Prepared, prepare, type Source } from '../source.ts';
import { relabelTree, type RelabelResult } from './relabel.ts';

export interface RelabelOptions {
  readonly undo: boolean;
  /** Also the directories that the configuration binds. */
  readonly mounts: boolean;
  readonly tell: (done: number, all: number) => void;
}

/** What is everybody's: with a container's label the machine would not come up again. */
const SYSTEM = [
  '/',
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/home',
  '/lib',
  '/lib64',
  '/opt',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/srv',
  '/sys',
  '/tmp',
  '/usr',
  '/var',
];

/** Throws where it cannot be done; what was done before that is continued by the next call, or taken back. */
export function relabelContainer(source: Source, { undo, mounts, tell }: RelabelOptions, machine: Machine): readonly RelabelResult[] {
  const prepared = prepare(source, machine, 'look', undo ? 'look' : 'take');
  const { spec, host, name } = prepared;
  if (spec === null) throw new HoldfastError(errors(prepared), { code: 'bad-configuration' });
  if (host.uid !== 0) throw refusal(name, 'that takes root');
  const paths = pathsOf(spec, mounts);
  const label = undo ? null : labelOf(prepared, spec);
  if (containerState(host.runDir, name).state !== 'stopped') throw refusal(name, 'it is running: stop it first');
  return whileNobodyStarts(host, name, () => {
    const { stateDir, cacheDir } = host;
    return paths.map((path) => relabelTree({ path, label, stateDir, cacheDir, tell }));
  });
}

function errors({ diagnostics }: Prepared): string {
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map((one) => diagnosticText(one).message)
    .join('\n');
}

function labelOf({ host: { selinux }, name }: Prepared, spec: ContainerSpec): string {
  if (!selinux || selinux.policy === null) throw refusal(name, 'SELinux is not at work here, or has no policy');
  const label = fileContext(spec);
  if (label === null) throw refusal(name, 'its configuration names no context (holdfast.selinux.context = auto), or nothing is known of the type of its files');
  if (selinux.contexts[label] === null) throw refusal(name, `the loaded policy has no context ${label}`);
  return canonical(selinux, label);
}

function pathsOf({ root, mounts, name }: ContainerSpec, withMounts: boolean): readonly string[] {
  if (root.kind === 'host') throw refusal(name, 'it has no root file system of its own');
  if (root.kind === 'overlay' && !withMounts) throw refusal(name, 'an overlay is mounted with the label of the container and needs none on the disk');
  const bound = withMounts ? mounts.filter(({ source, options }) => source.startsWith('/') && options.some((word) => word === 'bind' || word === 'rbind')) : [];
  const directories = [...new Set(bound.map(({ source }) => source))].filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
  const system = directories.find((path) => SYSTEM.includes(path.replace(/(.)\/+$/, '$1')));
  if (system !== undefined) throw refusal(name, `${system}, which it binds, belongs to the host`);
  return [...(root.kind === 'dir' ? [root.path] : []), ...directories];
}

function refusal(name: string, reason: string): HoldfastError {
  return new HoldfastError(`the files of ${name} are not relabelled: ${reason}`, { code: 'relabel' });
}
