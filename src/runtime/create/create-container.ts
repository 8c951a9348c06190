// holdfast create: a directory, a root file system and a configuration that can be started, or nothing at all.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { readConfig } from '../../config/index.ts';
import { singleIdFindings } from '../../controls/idmap/index.ts';
import { readHostFacts } from '../../host/facts.ts';
import { hostFiles } from '../../host/files.ts';
import type { Machine } from '../../host/machine.ts';
import { findBusybox, isStaticProgram } from '../../host/static-program.ts';
import { type Diagnostic, diagnosticText, hasErrors } from '../../model/diagnostic.ts';
import { HoldfastError } from '../../model/error.ts';
import type { ContainerSpec, IdRange } from '../../model/spec.ts';
import { planStart } from '../compile.ts';
import { containerState } from '../containers.ts';
import { forgetIds } from '../ids/allocate.ts';
import { whileNobodyStarts } from '../name-lock.ts';
import { checkName, type Prepared, prepare } from '../source.ts';
import { systemSettings } from '../system-settings.ts';
import { BUSYBOX_LINES, busyboxTree } from './busybox.ts';
import { type BaseConfig, type ConfigParts, configText, yielding } from './config-text.ts';
import { defaultIdLines, idLinesFor } from './default-ids.ts';
import { type FileWorker, workOnFiles } from './file-work.ts';
import { runTemplate } from './lxc-template.ts';
import { clearPlace, finishPlace, isUnfinished, type Place, placeOf, takePlace } from './place.ts';
import { findTemplate, type Template } from './template.ts';
import { dir } from './tree-entry.ts';

export interface CreateRequest {
  readonly name: string;
  readonly lxcpath?: string | undefined;
  readonly template: string;
  /** What its configuration begins with, in place of lxc.default_config. */
  readonly file?: string | undefined;
  /** An existing root file system, for the template `none`. */
  readonly rootfs?: string | undefined;
  /** Words for the template. */
  readonly words: readonly string[];
}

export interface Created {
  readonly name: string;
  readonly config: string;
  readonly rootfs: string;
  /** Ids of its own; empty: it has the host's. */
  readonly idmap: readonly IdRange[];
  /** Lines of the default configuration that are not in it. */
  readonly omitted: readonly string[];
  /** What a start would say against it: the template's lines are the template's. */
  readonly found: readonly Diagnostic[];
  /** A directory that was never finished was in its place. */
  readonly cleared: boolean;
}

/** Throws, and then nothing is left. */
export function createContainer(request: CreateRequest, machine: Machine, self: readonly string[]): Created {
  const name = checkName(request.name);
  const system = systemSettings(machine);
  refuse(system.diagnostics);
  const lxcpath = request.lxcpath ?? system.lxcpath;
  if (!isAbsolute(lxcpath)) throw new HoldfastError(`${lxcpath}: write the directory of containers from / on`, { code: 'usage' });
  const template = findTemplate(machine, request.template);
  checkWords(template, request);
  const base = baseOf(request.file, system.defaultConfig, machine);
  const host = readHostFacts(machine);
  const place = placeOf(lxcpath, name);
  const worker: FileWorker = { host, machine, self };
  if (existsSync(place.config) && !isUnfinished(place))
    throw new HoldfastError(`there is a container ${name} already: ${place.config}`, { code: 'exists', path: place.config });
  // One that is only being made, or starts, is waited for.
  if (containerState(host.runDir, name).state === 'running') throw new HoldfastError(`a container named ${name} is running`, { code: 'running' });
  return whileNobodyStarts(host, name, () => {
    const cleared = takePlace(worker, lxcpath, place);
    const leave = survive();
    try {
      return { ...fill({ request, machine, worker, name, lxcpath, template, base, place }), cleared };
    } catch (cause) {
      forgetIds(host, place.config);
      clearPlace(worker, place);
      throw cause;
    } finally {
      leave();
    }
  });
}

/** A signal of the terminal ends what makes the files, and this process takes back what there is. */
function survive(): () => void {
  const ignore = (): void => {};
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, ignore);
  return () => {
    for (const signal of signals) process.off(signal, ignore);
  };
}

interface Task {
  readonly request: CreateRequest;
  readonly machine: Machine;
  readonly worker: FileWorker;
  readonly name: string;
  readonly lxcpath: string;
  readonly template: Template;
  readonly base: BaseConfig | null;
  readonly place: Place;
}

function fill(task: Task): Omit<Created, 'cleared'> {
  const { request, worker, name, template, place } = task;
  const rootfs = request.rootfs ?? place.rootfs;
  if (template.kind !== 'none') mkdirSync(place.rootfs, { mode: 0o755 });
  const { parts, spec } = settle(task, rootfs);
  const map = spec.idmap.map(({ value }) => value);
  const fresh = `${place.config}.new`;
  writeFileSync(fresh, configText(parts), { flag: 'wx', mode: 0o644 });
  if (template.kind === 'busybox') workOnFiles(worker, { do: 'make', top: place.rootfs, entries: busyboxEntries(task), map });
  renameSync(fresh, place.config);
  if (template.kind === 'program') callTemplate(task, template.path, map);
  finishPlace(place);
  return { name, config: place.config, rootfs, idmap: map, omitted: omittedLines(parts), found: findingsOf(task) };
}

/** The configuration, without the lines that can yield, and the container that it means. From here on it has its ids. */
function settle(task: Task, rootfs: string): { readonly parts: ConfigParts; readonly spec: ContainerSpec } {
  const { place, template } = task;
  for (let omitted: ReadonlySet<number> = new Set(); ; ) {
    const parts = partsOf(task, rootfs, omitted);
    const asked = prepared(task, parts, 'look');
    const errors = planStart(asked, { detach: true }).diagnostics.filter(({ severity }) => severity === 'error');
    const more = errors.length === 0 ? null : yielding(parts, place.config, errors);
    if (more === null) {
      if (asked.spec === null || template.kind !== 'program') refuse(errors);
      const { spec, diagnostics } = prepared(task, parts, 'take');
      if (spec !== null) return { parts, spec };
      throw failure(diagnostics);
    }
    omitted = new Set([...omitted, ...more]);
  }
}

function prepared({ name, lxcpath, place, machine }: Task, parts: ConfigParts, ids: 'look' | 'take'): Prepared {
  return prepare({ name, lxcpath, file: place.config, text: configText(parts) }, machine, ids);
}

/** After LXC: what all containers have, then the root file system, then the template's lines. */
function partsOf(task: Task, rootfs: string, omitted: ReadonlySet<number>): ConfigParts {
  const { name, template, base, request, machine, worker } = task;
  const set = new Set(baseKeys(base, omitted, machine));
  const hasIds = set.has('lxc.idmap') || set.has('holdfast.idmap');
  // As LXC has it, root's containers are privileged where nothing maps ids; ours are not.
  const ids =
    hasIds || (template.kind === 'program' && worker.host.uid === 0)
      ? []
      : template.kind === 'none'
        ? idLinesFor(worker.host, statSync(rootfs).uid)
        : defaultIdLines(worker.host);
  const network = template.kind === 'program' || [...set].some((key) => key.startsWith('lxc.net')) ? [] : ['lxc.net.0.type = empty', 'lxc.net.0.flags = up'];
  const own = [`lxc.uts.name = ${name.slice(0, HOST_NAME_MAX)}`, `lxc.rootfs.path = dir:${rootfs}`];
  return {
    header: [
      `made by: holdfast create ${name} -t ${request.template}`,
      'what a line means: holdfast config --help KEY; what is wrong with it here: holdfast check',
    ],
    base,
    omitted,
    own: [
      ...own,
      ...(template.kind === 'none' ? ['lxc.rootfs.managed = 0', ...(set.has('lxc.mount.auto') ? [] : ['lxc.mount.auto = proc:mixed sys:mixed'])] : []),
      ...(template.kind === 'busybox' ? BUSYBOX_LINES : []),
      ...ids,
      ...network,
    ],
  };
}

/** uname(2), __NEW_UTS_LEN. */
const HOST_NAME_MAX = 64;

/** Keys that the base sets, its includes as well. */
function baseKeys(base: BaseConfig | null, omitted: ReadonlySet<number>, machine: Machine): readonly string[] {
  if (base === null) return [];
  const { settings } = readConfig(hostFiles(machine), base.path, { overrides: [] });
  const left = settings.filter(({ why }) => why.kind !== 'config' || why.span.file !== base.path || !omitted.has(why.span.line));
  return left.filter(({ parsed }) => parsed.kind !== 'empty').map(({ key }) => key);
}

function omittedLines({ base, omitted }: ConfigParts): readonly string[] {
  return [...omitted].sort((a, b) => a - b).map((line) => `${base?.path}:${line}: ${base?.lines[line - 1]?.trim() ?? ''}`);
}

function baseOf(file: string | undefined, usual: { readonly path: string; readonly named: boolean }, machine: Machine): BaseConfig | null {
  const path = file === undefined ? usual.path : resolve(file);
  const answer = hostFiles(machine).read(path);
  if (answer.kind === 'text') return { path, lines: answer.text.replace(/\n$/, '').split(/\r\n|\n/), yields: file === undefined };
  if (file === undefined && !usual.named && (answer.errno === 'ENOENT' || answer.errno === 'ENOTDIR')) return null;
  throw new HoldfastError(`${path} cannot be read: ${answer.message}`, { code: 'bad-configuration', path });
}

function checkWords(template: Template, { rootfs, words }: CreateRequest): void {
  if (template.kind !== 'none' && rootfs !== undefined) throw usage('--rootfs is for -t none: a template makes its own');
  if (template.kind !== 'none') return;
  if (rootfs === undefined) throw usage('-t none needs a root file system: --rootfs DIR');
  if (words.length > 0) throw usage('-t none takes no words');
  if (!isAbsolute(rootfs) || statSync(rootfs, { throwIfNoEntry: false })?.isDirectory() !== true) throw usage(`--rootfs ${rootfs} is no directory, from / on`);
}

/** The one option of LXC's template of that name is ours too. */
function busyboxEntries({ name, request: { words }, machine }: Task) {
  const [word = '', next] = words;
  const [, joined] = /^--busybox-path=(.*)$/s.exec(word) ?? [];
  const named = joined ?? (word === '--busybox-path' ? next : undefined);
  if (words.length > (joined === undefined ? 2 : 1) || (words.length > 0 && named === undefined))
    throw usage('-t busybox takes --busybox-path PATH, and nothing else');
  const program = named ?? staticBusybox(machine);
  if (isStaticProgram(machine, program) !== true)
    throw new HoldfastError(`${program} is no static program: it could not run without the host's libraries`, { code: 'no-busybox' });
  const { status, stdout } = spawnSync(program, ['--list'], { encoding: 'utf8' });
  if (status !== 0) throw new HoldfastError(`${program} --list fails: it is no busybox`, { code: 'no-busybox' });
  return busyboxTree(name, program, stdout.trim().split('\n'));
}

function staticBusybox(machine: Machine): string {
  const found = findBusybox(machine);
  if (found.kind === 'static') return found.path;
  const wrong = found.kind === 'missing' ? 'there is no busybox here' : `${found.path} needs libraries`;
  throw new HoldfastError(`${wrong}, and the container is made of a static one: as root: apt install busybox-static`, { code: 'no-busybox' });
}

function callTemplate({ worker, name, place, request }: Task, program: string, map: readonly IdRange[]): void {
  if (map.length > 0 && worker.host.uid !== 0) workOnFiles(worker, { do: 'make', top: place.rootfs, entries: [dir('')], map });
  runTemplate(worker, { program, name, place, words: request.words, map });
}

/** Errors of what a template wrote, and what its user has to know. */
function findingsOf({ name, lxcpath, machine }: Task): readonly Diagnostic[] {
  const now = prepare({ name, lxcpath }, machine);
  const errors = planStart(now, { detach: true }).diagnostics.filter(({ severity }) => severity === 'error');
  return [...errors, ...(now.spec === null ? [] : singleIdFindings(now.spec, now.host))];
}

function refuse(found: readonly Diagnostic[]): void {
  if (hasErrors(found)) throw failure(found);
}

function failure(found: readonly Diagnostic[]): HoldfastError {
  const texts = found
    .filter(({ severity }) => severity === 'error')
    .map((one) => {
      const { message, help } = diagnosticText(one);
      return `${one.span === undefined ? '' : `${one.span.file}:${one.span.line}: `}${message}${help === '' ? '' : `; ${help}`}`;
    });
  return new HoldfastError(texts.join('\n'), { code: 'bad-configuration' });
}

function usage(message: string): HoldfastError {
  return new HoldfastError(message, { code: 'usage' });
}
