// The forms in which the kernel prints numbers in control-group files: cgroup-v2.rst, "Interface Files", and cgroup-v1/*.rst.

/** Reads a file; null when it is not there or cannot be read: not every kernel has every file. */
export type ReadFile = (path: string) => string | null;

/** page_counter's largest value, in pages of up to 64 KiB: what v1 prints for "no limit" (LONG_MAX rounded down to a page). */
const UNLIMITED = 2 ** 62;

/** One number. */
export function numberIn(text: string | null): number | null {
  const found = text?.trim() ?? '';
  return /^-?\d+$/.test(found) ? Number(found) : null;
}

/** A limit: null for `max`, -1 and v1's largest number. */
export function limitIn(text: string | null): number | null {
  const found = numberIn(text);
  return found === null || found < 0 || found >= UNLIMITED ? null : found;
}

/** Flat keyed: `KEY VALUE` a line. */
export function keyed(text: string | null): ReadonlyMap<string, number> {
  const entries = (text ?? '').split('\n').map((line) => line.trim().split(/\s+/));
  return new Map(entries.flatMap(([key = '', value = '', ...more]) => (more.length === 0 && /^\d+$/.test(value) ? [[key, Number(value)] as const] : [])));
}

/** Nested keyed: `NAME KEY=VALUE KEY=VALUE` a line. */
export function nested(text: string | null): ReadonlyMap<string, ReadonlyMap<string, number>> {
  return new Map(
    (text ?? '').split('\n').flatMap((line) => {
      const [name = '', ...pairs] = line.trim().split(/\s+/);
      if (pairs.length === 0) return [];
      return [[name, new Map(pairs.map((pair) => pair.split('=')).map(([key = '', value]) => [key, Number(value)] as const))] as const];
    }),
  );
}
