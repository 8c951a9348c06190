// Which container is meant, and its specification: name, lxcpath, file and options -> ContainerSpec, with all that was found on the way.

import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { type ConfigFiles, type ConfigReading, type ConfigSetting, defaultSpec, type FileAnswer, loadSpec, readConfig } from '../config/index.ts';
import { blockDevicePaths } from '../controls/cgroups/index.ts';
import { devicePaths } from '../controls/devices/index.ts';
import { pathsAsked } from '../controls/mounts/index.ts';
import { baseline } from '../host/baseline.ts';
import { readHostFacts } from '../host/facts.ts';
import { hostFiles } from '../host/files.ts';
import { type Machine, realMachine } from '../host/machine.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { HoldfastError } from '../model/error.ts';
import type { HostFacts } from '../model/host.ts';
import type { Setting } from '../model/origin.ts';
import type { ContainerSpec } from '../model/spec.ts';
import { PARTIAL } from './containers.ts';
import { type IdUse, resolveAuto } from './ids/resolve-auto.ts';
import { withProfileOf } from './profile.ts';
import { resolveSelinux } from './selinux/resolve.ts';
import { defaultLxcpath, systemSettings } from './system-settings.ts';

/** What the user named. Everything is optional: nothing at all is the embedded default container. */
export interface Source {
  readonly name?: string | undefined;
  readonly lxcpath?: string | undefined;
  readonly file?: string | undefined;
  /** The configuration itself, in place of what is in `file`: standard input. */
  readonly text?: string | undefined;
  /** `KEY=VALUE` lines behind the configuration. */
  readonly set?: readonly string[] | undefined;
  readonly allowMissing?: readonly string[] | undefined;
  /** As holdfast.cgroup.translate = 1. */
  readonly translateCgroups?: boolean | undefined;
  /** Runs this instead of the configured init, with a minimal PID 1 in front. */
  readonly command?: readonly string[] | null | undefined;
}

export interface Prepared {
  readonly name: string;
  /** Null when a diagnostic is an error. */
  readonly spec: ContainerSpec | null;
  readonly host: HostFacts;
  readonly diagnostics: readonly Diagnostic[];
  /** Every line that was read, also those that later ones replace. */
  readonly settings: readonly ConfigSetting[];
  readonly configPath: string | null;
  /** Text of a line that was read, for messages. */
  readonly lineOf: (file: string, line: number) => string | undefined;
}

/** A name is a file name, a host name's cousin and a part of control-group paths: letters, digits, `_.-`, not beginning with `.` or `-`. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/;

export function isName(name: string): boolean {
  return NAME.test(name);
}

export function checkName(name: string): string {
  if (isName(name)) return name;
  throw new HoldfastError(`'${name}' is no name for a container: letters, digits, '_', '.' and '-' (not first), at most 200`, { code: 'bad-name' });
}

interface Located {
  readonly name: string;
  readonly configPath: string | null;
}

function absolute(file: string): string {
  try {
    return resolve(file);
  } catch (cause) {
    throw new HoldfastError(`${file}: the current directory does not exist any more; write the path from / on`, { code: 'no-directory', path: file, cause });
  }
}

/** `-f FILE` without a name is named after the file, or after its directory when the file is called `config`. */
function locate(machine: Machine, source: Source, lxcpath = source.lxcpath): Located {
  const { file } = source;
  if (file !== undefined) {
    const path = absolute(file);
    const own = basename(path) === 'config' ? basename(dirname(path)) : basename(path).replace(/\.[^.]*$/, '');
    if (source.name === undefined && !NAME.test(own)) {
      throw new HoldfastError(`the name of ${file} makes no name for a container ('${own}'): give it one with -n NAME`, { code: 'bad-name' });
    }
    return { name: checkName(source.name ?? own), configPath: isAbsolute(file) ? path : file };
  }
  if (source.name === undefined) return { name: 'default', configPath: null };
  const name = checkName(source.name);
  return { name, configPath: join(lxcpath ?? defaultLxcpath(machine), name, 'config') };
}

function requireDefined(machine: Machine, name: string, configPath: string): void {
  if ('value' in machine.stat(join(dirname(configPath), PARTIAL))) {
    throw new HoldfastError(`${name} is not finished: it is being made or removed, or that was broken off; holdfast destroy ${name} removes it`, {
      code: 'unfinished',
      path: configPath,
    });
  }
  const found = machine.stat(configPath);
  if (!('errno' in found) || found.errno !== 'ENOENT') return;
  throw new HoldfastError(`there is no container ${name}: ${configPath} does not exist; -P DIR looks in another directory, -f FILE takes a file`, {
    code: 'no-such-container',
    path: configPath,
  });
}

/** The file that is meant. Throws for a bad name, no name and no such container. */
export function configPathOf(source: Source, machine: Machine = realMachine()): string {
  const { name, configPath } = locate(machine, source);
  if (configPath === null) throw new HoldfastError('name a container or a configuration (-f FILE)', { code: 'nothing-named' });
  if (source.file === undefined) requireDefined(machine, name, configPath);
  return configPath;
}

/** A configuration that was read, without what it asks of the machine. */
export interface ReadSource {
  readonly reading: ConfigReading;
  readonly configPath: string;
  readonly lineOf: (file: string, line: number) => string | undefined;
}

/** Reads the configuration alone. Wrong input comes back as diagnostics; only a bad name, no name or no such container throws. */
export function readSource(source: Source, machine: Machine = realMachine()): ReadSource {
  const configPath = configPathOf(source, machine);
  const { files, lineOf } = remembering(hostFiles(machine), configPath, source.text);
  return { reading: readConfig(files, configPath, { overrides: source.set ?? [] }), configPath, lineOf };
}

/** The same files, with `text` in the place of the one at `path`, and the lines of those that were read. */
function remembering(files: ConfigFiles, path: string | null, text: string | undefined): { readonly files: ConfigFiles; readonly lineOf: Prepared['lineOf'] } {
  const texts = new Map<string, readonly string[]>();
  const read = (wanted: string): FileAnswer => {
    const answer = wanted === path && text !== undefined ? ({ kind: 'text', text } as const) : files.read(wanted);
    if (answer.kind === 'text') texts.set(wanted, answer.text.split(/\r\n|[\r\n]/)); // the ends of lines of config/syntax.ts
    return answer;
  };
  return { files: { ...files, read }, lineOf: (file, line) => texts.get(file)?.[line - 1] };
}

/** Reads the configuration and the machine. Wrong input comes back as diagnostics; only a bad name or no such container throws. `ids`: what
 * `holdfast.idmap = auto` may do, `categories`: what `holdfast.selinux.context = auto` may. */
export function prepare(source: Source, machine: Machine = realMachine(), ids: IdUse = 'look', categories = ids): Prepared {
  const system = systemSettings(machine);
  const lxcPath = source.lxcpath ?? system.lxcpath;
  const { name, configPath } = locate(machine, source, lxcPath);
  if (hasErrors(system.diagnostics)) {
    return { name, spec: null, host: readHostFacts(machine, []), diagnostics: system.diagnostics, settings: [], configPath: null, lineOf: system.lineOf };
  }
  const { files, lineOf } = remembering(hostFiles(machine), configPath, source.text);
  const command = source.command ?? null;
  if (configPath !== null && source.file === undefined) requireDefined(machine, name, configPath);
  if (configPath === null && command === null) {
    throw new HoldfastError('name a container, a configuration (-f FILE), or a command for the default container (-- COMMAND)', { code: 'nothing-named' });
  }
  const unfit = baseline(machine);
  const overrides = [
    ...(source.set ?? []),
    ...(source.allowMissing ?? []).map((key) => `holdfast.allow_missing=${key}`),
    ...(source.translateCgroups === true ? ['holdfast.cgroup.translate=1'] : []),
  ];
  const { spec, diagnostics, reading } = specOf(files, { name, configPath, overrides, command, lxcPath, cgroupPattern: system.cgroupPattern });
  const facts = readHostFacts(machine, spec === null ? [] : [...pathsAsked(spec), ...devicePaths(spec), ...blockDevicePaths(spec)]);
  const lxcpaths = [lxcPath, system.lxcpath];
  const mapped = spec === null || unfit !== null ? null : resolveAuto(machine, facts, spec, configPath, lxcpaths, ids);
  const labelled = mapped === null ? null : resolveSelinux(machine, facts, mapped.spec, { config: configPath, lxcpaths, use: categories });
  const fine = labelled !== null && !hasErrors([...(mapped?.diagnostics ?? []), ...labelled.diagnostics]);
  const profiled = fine ? withProfileOf(machine, labelled.spec, labelled.host) : null;
  const ofMachine = [...(mapped?.diagnostics ?? []), ...(labelled?.diagnostics ?? []), ...(profiled?.diagnostics ?? [])];
  return {
    name,
    spec: profiled?.spec ?? null,
    host: profiled?.host ?? labelled?.host ?? facts,
    diagnostics: [...system.diagnostics, ...diagnostics, ...(unfit === null ? [] : [unfit]), ...ofMachine],
    settings: reading.settings,
    configPath,
    lineOf: (file, line) => lineOf(file, line) ?? system.lineOf(file, line),
  };
}

interface SpecRequest extends Located {
  readonly lxcPath: string;
  readonly overrides: readonly string[];
  readonly command: readonly string[] | null;
  readonly cgroupPattern: Setting<string> | null;
}

function specOf(files: ConfigFiles, { name, lxcPath, configPath, overrides, command, cgroupPattern }: SpecRequest) {
  if (configPath === null) return defaultSpec({ name, command: command ?? [], overrides, cgroupPattern }, files);
  const loaded = loadSpec(files, configPath, { name, lxcPath, overrides, cgroupPattern, ...(command === null ? {} : { command }) });
  // What seems to be missing may stand in a file or a line that could not be read.
  return hasErrors(loaded.reading.diagnostics) ? { ...loaded, diagnostics: loaded.diagnostics.filter(({ code }) => code !== 'HF142') } : loaded;
}
