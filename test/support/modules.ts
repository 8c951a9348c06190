// Reads the project's own modules: what each imports, and what it mentions. For the tests about the project's shape.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

/** The project's root folder. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

export interface Import {
  /** As written, e.g. `node:fs`, `../kernel/errno.ts`. */
  readonly request: string;
  /** Path from the root when it is a file of the project. */
  readonly target: string | null;
  /** Gone at run time: `import type`, or types only. */
  readonly typeOnly: boolean;
}

export interface Module {
  /** Path from the root, e.g. `src/model/step.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** Every `name` and `name.property` of the expressions, e.g. `process`, `Date.now`. */
  readonly mentions: ReadonlySet<string>;
}

/** The paths below a folder, from the root, sorted. */
export function filesBelow(folder: string): readonly string[] {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

/** Parses every TypeScript file below a folder. A file that cannot be parsed is an error. */
export function readModules(folder: string): readonly Module[] {
  return filesBelow(folder)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readModule(path, readFileSync(join(ROOT, path), 'utf8')));
}

export function readModule(path: string, text: string): Module {
  const { module, program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const found: { request: string; typeOnly: boolean }[] = [];
  for (const { moduleRequest, entries } of module.staticImports) {
    found.push({ request: moduleRequest.value, typeOnly: entries.length > 0 && entries.every(({ isType }) => isType) });
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries)
      if (moduleRequest !== null && moduleRequest !== undefined) found.push({ request: moduleRequest.value, typeOnly: isType });
  }
  const mentions = new Set<string>();
  visit(program, (node) => {
    if (node['type'] === 'ImportExpression' || node['type'] === 'TSImportType') {
      const source = node['source'] as { value?: unknown };
      if (typeof source.value !== 'string') throw new Error(`${path}: an import whose target is not a plain string`);
      found.push({ request: source.value, typeOnly: node['type'] === 'TSImportType' });
    }
    if (node['type'] === 'MemberExpression') {
      const [object, property] = [node['object'] as Named, node['property'] as Named];
      if (object.type === 'Identifier') mentions.add(object.name).add(`${object.name}.${node['computed'] === true ? '[]' : property.name}`);
    }
    if (node['type'] === 'CallExpression' || node['type'] === 'NewExpression') {
      const callee = node['callee'] as Named;
      if (callee.type === 'Identifier') mentions.add(callee.name);
    }
  });
  return { path, text, mentions, imports: found.map(({ request, typeOnly }) => ({ request, typeOnly, target: targetOf(path, request) })) };
}

interface Named {
  readonly type: string;
  readonly name: string;
}

function targetOf(path: string, request: string): string | null {
  return request.startsWith('.') ? join(dirname(path), request) : null;
}

function visit(node: unknown, see: (node: Readonly<Record<string, unknown>>) => void): void {
  if (Array.isArray(node)) {
    for (const one of node) visit(one, see);
  } else if (typeof node === 'object' && node !== null) {
    const record = node as Readonly<Record<string, unknown>>;
    if (typeof record['type'] === 'string') see(record);
    for (const value of Object.values(record)) visit(value, see);
  }
}
