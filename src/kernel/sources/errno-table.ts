// Makes errno.gen.ts: the kernel's error numbers with libc's texts.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definedNames, evaluate } from './header-probe.ts';
import type { HeaderSets, PackageLabel } from './header-sets.ts';
import { quoted, tableHeader } from './write-table.ts';

/** The text of errno.gen.ts. Names that only repeat another's number (EWOULDBLOCK, EDEADLOCK) follow the name they repeat. */
export function errnoTable(sets: HeaderSets, label: PackageLabel): string {
  const headers = { ...sets.x86, prelude: '#include <asm/errno.h>\n' };
  const names = definedNames(headers).filter((name) => /^E[A-Z0-9]+$/.test(name));
  const numbers = [...evaluate(headers, new Map(names.map((name) => [name, name])))];
  const aliases = new Set(['EWOULDBLOCK', 'EDEADLOCK']);
  const rank = ([name, value]: [string, bigint]) => Number(value) * 2 + (aliases.has(name) ? 1 : 0);
  numbers.sort((a, b) => rank(a) - rank(b));
  const texts = errorTexts(numbers.map(([, value]) => Number(value)));
  const lines = numbers.map(([name, value]) => `  ${name}: { number: ${value}, text: ${quoted(texts.get(Number(value)) ?? '')} },\n`);
  const sources = [`${label('linux-libc-dev')} for numbers`, `${label('libc6-dev')} for texts (strerror(3) in the C locale)`];
  return `${tableHeader('Error numbers, alike on x86_64 and arm64.', sources)}
/** Error numbers and texts, see errno(3). */
export const ERRNO = {
${lines.join('')}} as const;

export type ErrnoName = keyof typeof ERRNO;
`;
}

function errorTexts(numbers: readonly number[]): Map<number, string> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-errno-'));
  try {
    const program = join(folder, 'errno');
    const list = numbers.join(', ');
    writeFileSync(
      `${program}.c`,
      `#include <stdio.h>
#include <string.h>
int main(void) {
  int numbers[] = { ${list} };
  for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) printf("%d %s\\n", numbers[i], strerror(numbers[i]));
}\n`,
    );
    execFileSync('gcc', ['-o', program, `${program}.c`]);
    const output = execFileSync(program, [], { encoding: 'utf8', env: { LC_ALL: 'C' } });
    return new Map([...output.matchAll(/^(\d+) (.*)$/gm)].map((found) => [Number(found[1]), found[2] ?? '']));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
