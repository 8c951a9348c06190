// Asks gcc what C headers say: the names they define and the values of constant expressions. Nothing is run:
// values are compiled into a section of an object file and read back, so headers of another architecture work too.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One set of headers with the flags that make host gcc read them. */
export interface Headers {
  readonly flags: readonly string[];
  readonly prelude: string;
}

/** Object-like macros and enumerators that the headers define, sorted. */
export function definedNames(headers: Headers): string[] {
  const names = new Set<string>();
  const macros = gcc(['-E', '-dM', ...headers.flags, '-x', 'c', '-'], headers.prelude);
  for (const found of macros.matchAll(/^#define ([A-Za-z_]\w*) +\S/gm)) {
    names.add(found[1] ?? '');
  }
  const text = gcc(['-E', '-P', ...headers.flags, '-x', 'c', '-'], headers.prelude);
  for (const body of text.matchAll(/\benum\b\s*\w*\s*\{([^}]*)\}/g)) {
    for (const member of (body[1] ?? '').split(/,(?![^(]*\))/)) {
      const name = /^\s*([A-Za-z_]\w*)/.exec(member)?.[1];
      if (name !== undefined) {
        names.add(name);
      }
    }
  }
  return [...names].sort();
}

/**
 * Values of constant expressions by name; one that is no integer constant (a string, a cast, an unknown name) is absent.
 */
export function evaluate(headers: Headers, expressions: ReadonlyMap<string, string>): Map<string, bigint> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-probe-'));
  try {
    return evaluateIn(folder, headers, [...expressions]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function evaluateIn(folder: string, headers: Headers, wanted: [string, string][]): Map<string, bigint> {
  let entries = wanted;
  const source = join(folder, 'probe.c');
  const object = join(folder, 'probe.o');
  for (;;) {
    // `| 0` is an error for pointers, whose addresses an object file would hold as zeros to relocate.
    const lines = entries.map(([, expression]) => `(long long)((${expression}) | 0),`);
    const text = `${headers.prelude}
static const long long probed[] __attribute__((used, section("probe_facts"))) = {
#line 1 "facts"
${lines.join('\n')}
};\n`;
    writeFileSync(source, text);
    const flags = ['-c', '-w', '-std=gnu11', '-fmax-errors=0', '-fno-diagnostics-show-caret', ...headers.flags];
    const run = spawnSync('gcc', [...flags, '-o', object, source], { encoding: 'utf8', env: environment() });
    if (run.status === 0) {
      break;
    }
    const bad = new Set([...run.stderr.matchAll(/^facts:(\d+):/gm)].map((found) => Number(found[1]) - 1));
    if (bad.size === 0) {
      throw new Error(`gcc cannot read the headers: ${run.stderr.slice(0, 2000)}`);
    }
    entries = entries.filter((_, index) => !bad.has(index));
  }
  const binary = join(folder, 'facts.bin');
  execFileSync('objcopy', ['-O', 'binary', '-j', 'probe_facts', '--set-section-flags', 'probe_facts=alloc', object, binary]);
  const bytes = readFileSync(binary);
  return new Map(entries.map(([name], index) => [name, bytes.readBigInt64LE(index * 8)]));
}

/**
 * Makes an include folder that holds the kernel's own headers of one architecture and a stand-in for the few libc headers
 * that they name, so that no libc header is read by accident.
 */
export function kernelIncludes(folder: string, common: string, asm: string): readonly string[] {
  mkdirSync(join(folder, 'sys'), { recursive: true });
  for (const name of ['linux', 'asm-generic', 'rdma', 'sound', 'drm', 'mtd', 'misc', 'scsi', 'video', 'xen']) {
    symlinkSync(join(common, name), join(folder, name));
  }
  symlinkSync(asm, join(folder, 'asm'));
  writeFileSync(join(folder, 'sys/socket.h'), 'struct sockaddr { unsigned short sa_family; char sa_data[14]; };\n');
  return ['-nostdinc', '-ffreestanding', `-I${folder}`];
}

function gcc(parameters: readonly string[], input: string): string {
  return execFileSync('gcc', parameters, { encoding: 'utf8', input, maxBuffer: 1 << 28, env: environment() });
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C' };
}
