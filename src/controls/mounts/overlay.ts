// Options of an overlay file system (Documentation/filesystems/overlayfs.rst), as fsconfig(2) can take them.

import type { HostFacts } from '../../model/host.ts';
import type { RootSpec } from '../../model/spec.ts';
import type { FileSystemOption } from './calls.ts';

type Overlay = Extract<RootSpec, { kind: 'overlay' }>;

/** fsconfig(2) takes strings of less than 256 bytes with their end. */
export const LONGEST_VALUE = 255;

export const fits = (value: string): boolean => Buffer.byteLength(value) <= LONGEST_VALUE;

/** One layer in a list: colons separate, a backslash protects. */
const escaped = (path: string): string => path.replace(/[\\:]/g, '\\$&');

/** Can layers be given one by one (`lowerdir+`, Linux 6.7)? */
function takesLayersSingly({ kernel }: HostFacts): boolean {
  return kernel.major > 6 || (kernel.major === 6 && kernel.minor >= 7);
}

function lowerOptions(lower: readonly string[], host: HostFacts): readonly FileSystemOption[] {
  const together = lower.map(escaped).join(':');
  if (fits(together) || !takesLayersSingly(host)) return [{ key: 'lowerdir', value: together }];
  return lower.map((path) => ({ key: 'lowerdir+', value: path }));
}

/** `userxattr`: in a user namespace overlayfs keeps its marks where it may write them. */
export function overlayOptions(root: Overlay, host: HostFacts, inUserNamespace: boolean): readonly FileSystemOption[] {
  return [
    { key: 'source', value: 'overlay' },
    ...lowerOptions(root.lower, host),
    { key: 'upperdir', value: root.upper },
    { key: 'workdir', value: root.work },
    ...(inUserNamespace ? [{ key: 'userxattr', value: null }] : []),
  ];
}

/** The first value that no fsconfig call can carry, or null. */
export function tooLong(root: Overlay, host: HostFacts): FileSystemOption | null {
  return overlayOptions(root, host, false).find(({ value }) => value !== null && !fits(value)) ?? null;
}
