// The rooms of src/ and the arrows that are allowed between them (docs/architecture.md draws them).

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Import, type Module, ROOT } from './modules.ts';

/** What a room may import from, besides itself. `types` allows types only. */
interface Arrows {
  readonly may: readonly string[];
  readonly types?: readonly string[];
}

const ALL = ['model', 'kernel', 'audit', 'bpf', 'config', 'host', 'controls', 'plan', 'launcher', 'runtime', 'report'] as const;

export const ROOMS: Readonly<Record<string, Arrows>> = {
  kernel: { may: [] },
  model: { may: [], types: ['kernel'] },
  bpf: { may: ['kernel', 'model'] },
  config: { may: ['kernel', 'model'] },
  host: { may: ['kernel', 'model'], types: ['config'] },
  audit: { may: ['kernel'] },
  controls: { may: ['audit', 'bpf', 'kernel', 'model'] },
  plan: { may: ['controls', 'kernel', 'model'] },
  launcher: { may: ['kernel', 'model'], types: ['plan'] },
  runtime: { may: ['audit', 'bpf', 'config', 'controls', 'host', 'kernel', 'launcher', 'model', 'plan'] },
  report: { may: ['kernel', 'model', 'plan'], types: ['config'] },
  cli: { may: ALL },
  'index.ts': { may: ALL },
};

/** Node's modules that touch the machine, and the rooms that may. */
const MACHINE = /^(node:)?(fs|fs\/promises|net|child_process|dgram|http|https|http2|tls|worker_threads|cluster|process)$/;
const MAY_TOUCH_MACHINE = ['host', 'runtime', 'cli'];

/** Packages, which are bundled into the command, and who may use them. The library has none. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = { '@stricli/core': ['cli'] };

const X86_64 = 'src/launcher/x86-64/';

export function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** Tests, what only tests use (testing/) and what only the table generators use (sources/): no part of the product. */
export function isAside(path: string): boolean {
  return path.endsWith('.test.ts') || /\/(testing|sources)\//.test(path);
}

/** Everything that is wrong with the imports and mentions of the modules, as sentences. */
export function violations(modules: readonly Module[]): readonly string[] {
  const paths = new Set(modules.map(({ path }) => path));
  const isThere = (target: string): boolean => paths.has(target) || existsSync(join(ROOT, target));
  return modules.flatMap((module) => [
    ...module.imports.flatMap(({ target }) => (target !== null && !isThere(target) ? [`${module.path} imports ${target}, which is not there`] : [])),
    ...(isAside(module.path) ? [] : [...module.imports.flatMap((one) => wrongImport(module.path, one)), ...wrongMentions(module)]),
  ]);
}

function wrongImport(path: string, { request, target, typeOnly }: Import): readonly string[] {
  const room = roomOf(path);
  const arrows = ROOMS[room];
  if (arrows === undefined) return [`${path}: there is no room ${room}`];
  if (target === null) return wrongPackage(path, room, request);
  const to = roomOf(target);
  const found: string[] = [];
  if (!target.startsWith('src/') || isAside(target)) found.push(`${path} imports ${target}, which is no part of the product`);
  else if (to !== room && !arrows.may.includes(to)) {
    if (!(arrows.types?.includes(to) ?? false)) found.push(`${path}: ${room} may not import from ${to} (${request})`);
    else if (!typeOnly) found.push(`${path}: ${room} may import types only from ${to} (${request})`);
  }
  if (target.startsWith(X86_64) && !path.startsWith(X86_64) && path !== 'src/launcher/emit.ts')
    found.push(`${path}: only src/launcher/emit.ts may import from ${X86_64}`);
  return found;
}

function wrongPackage(path: string, room: string, request: string): readonly string[] {
  if (MACHINE.test(request)) return MAY_TOUCH_MACHINE.includes(room) ? [] : [`${path}: ${room} may not touch the machine (${request})`];
  if (request.startsWith('node:') || PACKAGES[request]?.includes(room)) return [];
  return [`${path}: ${room} may not use the package ${request}`];
}

/** `console` alone is also a word for a container's terminal: only its methods count. */
const REACHES = /^((globalThis\.)?process|process\..*|console\.(log|error|warn|info|debug|trace|dir|table)|globalThis\.console|Date\.now)$/;

/** The process is a parameter: only these places may reach for it. */
function wrongMentions({ path, mentions }: Module): readonly string[] {
  if (path === 'src/cli/main.ts' || ['host', 'runtime'].includes(roomOf(path))) return [];
  return [...mentions].filter((name) => REACHES.test(name)).map((name) => `${path} mentions ${name}`);
}

/** The first ring of imports that exist at run time, as a list of paths, or null. */
export function cycle(modules: readonly Module[]): readonly string[] | null {
  const edges = new Map(
    modules.map(({ path, imports }) => [path, imports.filter(({ typeOnly }) => !typeOnly).flatMap(({ target }) => (target === null ? [] : [target]))]),
  );
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): readonly string[] | null => {
    const at = trail.indexOf(path);
    if (at >= 0) return [...trail.slice(at), path];
    if (done.has(path)) return null;
    for (const next of edges.get(path) ?? []) {
      const ring = walk(next, [...trail, path]);
      if (ring !== null) return ring;
    }
    done.add(path);
    return null;
  };
  for (const path of edges.keys()) {
    const ring = walk(path, []);
    if (ring !== null) return ring;
  }
  return null;
}
