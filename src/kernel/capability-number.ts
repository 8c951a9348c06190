// Capability numbers from what a configuration names.
import { CAPABILITIES } from './capabilities.gen.ts';

/** The kernel holds a set of capabilities in 64 bits, capset(2). */
const HIGHEST = 63;

const numbers: Readonly<Record<string, number>> = CAPABILITIES;

/**
 * The number of a capability (capabilities(7)) given by its name without `cap_` or in decimal, as lxc.cap.drop and lxc.cap.keep
 * take it; undefined for anything else. A decimal number may be above the highest capability that has a name here.
 * @example capabilityNumber('sys_admin') // 21
 */
export function capabilityNumber(text: string): number | undefined {
  if (Object.hasOwn(numbers, text)) {
    return numbers[text];
  }
  const number = /^\d{1,2}$/.test(text) ? Number(text) : HIGHEST + 1;
  return number <= HIGHEST ? number : undefined;
}
