// Does a file say what was written to it, in other words perhaps? `128M` reads back as 134217728.

import { reading } from '../../controls/cgroups/reading.ts';
import { bytesOf } from '../../kernel/cgroup-equivalents.ts';
import type { HostFacts } from '../../model/host.ts';

/** The largest page, to which limits are rounded down (arm64 has 4, 16 or 64 KiB). */
const PAGE = 65_536n;

/** `found`: the whole text of the file. */
export function sameMeaning(file: string, written: string, found: string, arch: HostFacts['arch']): boolean {
  const asked = words(written);
  const there = found.trim();
  // A group that has run for a while has other lines too: `reading` is about a new one.
  if (/^(?:\d+:\d+|default) /.test(asked)) return saysLine(asked, there);
  if (file === 'memory.oom_control') return words(there).startsWith(`oom_kill_disable ${asked} `);
  const expected = reading(file, written, arch);
  if (expected !== null) return there === expected;
  if (asked === words(there)) return true;
  if (asked === '-1' || asked === 'max') return isUnlimited(there);
  const [one, other] = [bytesOf(asked), bytesOf(there)];
  if (one !== null && other !== null) return one === other || (file.startsWith('memory.') && other <= one && one - other < PAGE);
  return saysLine(asked, there);
}

function saysLine(asked: string, there: string): boolean {
  const line = lineAbout(asked, there);
  return line === null ? isRemoval(asked) : saysAll(line, asked);
}

/** page_counter.h: the largest number of pages, in bytes. */
const isUnlimited = (found: string): boolean => found === 'max' || found === '-1' || (/^\d{19}$/.test(found) && BigInt(found) >= 2n ** 62n);

const words = (text: string): string => text.trim().replace(/\s+/g, ' ');

/** Files with a line for each device or resource: `8:0 rbps=1048576`, `default 100`, `hca_handle=2`. */
function lineAbout(asked: string, found: string): string | null {
  const [first = '', ...more] = asked.split(' ');
  if (more.length === 0) return null;
  return found.split('\n').find((line) => line.split(' ')[0] === first) ?? null;
}

/** What is without a limit need not be said: a line of io.max or blkio.throttle that has none left is gone. */
function saysAll(line: string, asked: string): boolean {
  const said = new Set(line.trim().split(/\s+/));
  return words(asked)
    .split(' ')
    .every((word) => said.has(word));
}

/** Writing `max` or 0 takes a device's line away. */
function isRemoval(asked: string): boolean {
  return /^\d+:\d+ (?:0|(?:\w+=max ?)+)$/.test(asked);
}
