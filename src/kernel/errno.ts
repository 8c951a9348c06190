// Names and texts of error numbers.
import { ERRNO, type ErrnoName } from './errno.gen.ts';

const names = new Map<number, ErrnoName>();
for (const [name, { number }] of Object.entries(ERRNO) as [ErrnoName, { number: number }][]) {
  if (!names.has(number)) {
    names.set(number, name);
  }
}

/**
 * The name of an error number (errno(3)), the usual one where there are two; undefined for a number Linux does not use.
 * @example errnoName(11) // 'EAGAIN'
 */
export function errnoName(number: number): ErrnoName | undefined {
  return names.get(number);
}

/**
 * The text that strerror(3) gives for an error number in the C locale.
 * @example errnoText(2) // 'No such file or directory'
 */
export function errnoText(number: number): string {
  const name = names.get(number);
  return name === undefined ? `Unknown error ${number}` : ERRNO[name].text;
}
