// /proc/self/mountinfo -> the mounts the caller sees; proc_pid_mountinfo(5).

export interface Mount {
  /** The directory of the file system that is mounted; not '/' for a bind mount or inside a container. */
  readonly root: string;
  readonly mountPoint: string;
  readonly options: readonly string[];
  readonly filesystem: string;
  readonly superOptions: readonly string[];
}

/** The mounts in the kernel's order: of two on one mount point the later one is what a path reaches. */
export function parseMountInfo(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const dash = line.indexOf(' - ');
    if (dash < 0) return [];
    const [, , , root = '/', mountPoint = '/', options = ''] = line.slice(0, dash).split(' ');
    const [filesystem = '', , superOptions = ''] = line.slice(dash + 3).split(' ');
    return [{ root: decode(root), mountPoint: decode(mountPoint), options: options.split(','), filesystem, superOptions: superOptions.split(',') }];
  });
}

/** The mount that holds an absolute path without symbolic links: the last one among those with the longest mount point. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | null {
  let found: Mount | null = null;
  for (const mount of mounts) {
    const inside = mount.mountPoint === '/' || path === mount.mountPoint || path.startsWith(`${mount.mountPoint}/`);
    if (inside && (found === null || mount.mountPoint.length >= found.mountPoint.length)) found = mount;
  }
  return found;
}

/** The kernel writes blank, tab, line feed and backslash as three octal digits. */
function decode(text: string): string {
  return text.includes('\\') ? text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))) : text;
}
