// bzImage to vmlinux: a guest that is given the uncompressed kernel need not unpack it under emulation, which would take it four seconds.
// The header is that of the x86 boot protocol, Documentation/arch/x86/boot.rst.

import { spawnSync } from 'node:child_process';

const SETUP_SECTORS = 0x1f1;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;

/** What a payload begins with, and who unpacks it. */
const FORMATS: readonly (readonly [magic: string, command: readonly [string, ...string[]]])[] = [
  ['fd377a585a00', ['xz', '-dc']],
  ['1f8b', ['gzip', '-dc']],
  ['28b52ffd', ['zstd', '-dc']],
];

/** The ELF file in a compressed kernel image. Throws when it is packed in a way that is not known, or cannot be unpacked. */
export function extractVmlinux(image: Buffer): Buffer {
  const start = ((image[SETUP_SECTORS] || 4) + 1) * 512 + image.readUInt32LE(PAYLOAD_OFFSET);
  // The last four bytes are the size after unpacking, which the compressor did not write.
  const payload = image.subarray(start, start + image.readUInt32LE(PAYLOAD_LENGTH) - 4);
  const magic = payload.subarray(0, 6).toString('hex');
  const [file, ...words] = FORMATS.find(([begin]) => magic.startsWith(begin))?.[1] ?? [];
  if (file === undefined) throw new Error(`the kernel image is packed in an unknown way (${magic})`);
  const done = spawnSync(file, words, { input: payload, maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`${file} cannot unpack the kernel image: ${done.error?.message ?? done.stderr.toString()}`);
  return done.stdout;
}
