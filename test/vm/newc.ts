// cpio archives as the kernel unpacks them into its first root file system: the format "newc",
// Documentation/driver-api/early-userspace/buffer-format.rst.

export interface Entry {
  readonly name: string;
  /** Type and permission bits as in inode(7), e.g. 0o100755. */
  readonly mode: number;
  readonly data?: Buffer;
  /** Major and minor number of a device node. */
  readonly device?: readonly [number, number];
}

const MAGIC = '070701';
const HEADER = 110;
const END = 'TRAILER!!!';

/** The archive of these entries, in their order: a folder comes before what is in it. */
export function writeArchive(entries: readonly Entry[]): Buffer {
  return Buffer.concat([...entries, { name: END, mode: 0 }].flatMap(entryBytes));
}

function entryBytes({ name, mode, data = Buffer.alloc(0), device: [major, minor] = [0, 0] }: Entry, index: number): readonly Buffer[] {
  const path = Buffer.from(`${name}\0`);
  //              inode      uid gid links mtime size          device  rdev          name         check
  const fields = [index + 1, mode, 0, 0, 1, 0, data.length, 0, 0, major, minor, path.length, 0];
  const header = Buffer.from(MAGIC + fields.map((field) => field.toString(16).padStart(8, '0')).join(''));
  return [header, path, padding(HEADER + path.length), data, padding(data.length)];
}

/** The entries of an archive. Throws where it is none. */
export function readArchive(archive: Buffer): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; ; ) {
    if (archive.toString('latin1', at, at + MAGIC.length) !== MAGIC) throw new Error(`no cpio header at byte ${at}`);
    const field = (number: number) => Number.parseInt(archive.toString('latin1', at + 6 + 8 * number, at + 14 + 8 * number), 16);
    const [mode, size, major, minor, length] = [field(1), field(6), field(9), field(10), field(11)];
    const name = archive.toString('utf8', at + HEADER, at + HEADER + length - 1);
    const start = aligned(at + HEADER + length);
    if (name === END) return entries;
    entries.push({ name, mode, data: archive.subarray(start, start + size), device: [major, minor] });
    at = aligned(start + size);
  }
}

const aligned = (offset: number): number => (offset + 3) & ~3;
const padding = (length: number): Buffer => Buffer.alloc(aligned(length) - length);
