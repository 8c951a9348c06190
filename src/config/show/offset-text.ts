// Offsets of clocks in the two units that time_namespaces(7) takes: seconds, and nanoseconds for what is finer.

const SECONDS: Readonly<Record<string, bigint>> = { h: 3600n, m: 60n, s: 1n };
const NANOSECONDS: Readonly<Record<string, bigint>> = { ms: 1_000_000n, us: 1000n, ns: 1n };

/** `18000s` for `5h`, `5000ns` for `5 us`; a text that is no offset is left as it is. */
export function offsetText(text: string): string {
  const [, digits, unit = ''] = /^([+-]?\d+)\s*([a-z]+)$/.exec(text) ?? [];
  if (digits === undefined) return text;
  const seconds = SECONDS[unit];
  if (seconds !== undefined) return `${BigInt(digits.replace('+', '')) * seconds}s`;
  const nanoseconds = NANOSECONDS[unit];
  return nanoseconds === undefined ? text : `${BigInt(digits.replace('+', '')) * nanoseconds}ns`;
}
