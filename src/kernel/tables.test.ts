// Compares the generated tables with their sources, where those are installed.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { generateTables } from '../../tools/generate-kernel-tables.ts';
import { HEADER_PACKAGES, installedPackage, packageLabel } from './sources/header-packages.ts';
import { SYSCALLS } from './syscalls.gen.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const tables = readdirSync(folder).filter((name) => name.endsWith('.gen.ts'));
const texts = new Map(tables.map((name) => [`src/kernel/${name}`, readFileSync(`${folder}${name}`, 'utf8')]));

const lacking = whatIsLacking();

test.skipIf(lacking !== undefined)(`regenerating gives the tables as they are${why(lacking)}`, { timeout: 120_000 }, () => {
  expect(new Map(Object.entries(generateTables()))).toEqual(texts);
});

test('every table names its sources with versions and dates', () => {
  expect(tables).toHaveLength(8);
  for (const [path, text] of texts) {
    expect(text, path).toMatch(/^\/\/ .*\n\/\/ Source: linux-libc-dev(-\w+-cross)? 6\.\S+ \(\d{4}-\d\d-\d\d\)/);
    expect(text, path).toContain('do not edit');
  }
});

const AUDIT_NAMES = { x86_64: 'x86_64', i386: 'i386', arm64: 'aarch64', arm: 'arm' } as const;
const ausyscall = spawnSync('ausyscall', ['x86_64', '--dump']).status === 0;

test.skipIf(!ausyscall)(`numbers agree with ausyscall(8)${why(ausyscall ? undefined : 'ausyscall is not installed')}`, () => {
  for (const [arch, audit] of Object.entries(AUDIT_NAMES) as [keyof typeof AUDIT_NAMES, string][]) {
    const table: Readonly<Record<string, number>> = SYSCALLS[arch];
    const dump = spawnSync('ausyscall', [audit, '--dump'], { encoding: 'utf8' }).stdout;
    const rows = [...dump.matchAll(/^(\d+)\t(\w+)$/gm)].map((row) => ({
      number: Number(row[1]),
      name: row[2] ?? '',
    }));
    const shared = rows.filter(({ name }) => Object.hasOwn(table, name));
    expect(shared.length, arch).toBeGreaterThan(250);
    expect(
      shared.filter(({ name, number }) => table[name] !== number),
      arch,
    ).toEqual([]);
  }
});

function whatIsLacking(): string | undefined {
  for (const name of HEADER_PACKAGES) {
    const found = installedPackage(name);
    const label = found === undefined ? undefined : packageLabel(found);
    if (label === undefined || ![...texts.values()].some((text) => text.includes(label))) {
      return `needs the ${name} that the tables were made from; installed is ${label ?? 'none'}`;
    }
  }
  return ['gcc', 'objcopy'].find((tool) => spawnSync(tool, ['--version']).status !== 0)?.concat(' is not installed');
}

function why(reason: string | undefined): string {
  return reason === undefined ? '' : ` (skipped: ${reason})`;
}
