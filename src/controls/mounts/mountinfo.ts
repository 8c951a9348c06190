// Reads /proc/PID/mountinfo (proc_pid_mountinfo(5)).

/** `\040` and the like, as the kernel writes blanks in paths. */
const unescaped = (text: string): string => text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/**
 * The mount that is seen on `target`: the type of its file system and its own flags, as `proc rw,nosuid,nodev,noexec,relatime`.
 * Of several on one place the last in the list is the one on top. Throws when nothing is mounted there.
 */
export function mountSeen(mountinfo: string, target: string): string {
  const seen = mountinfo
    .split('\n')
    .map((line) => line.split(' '))
    .findLast((fields) => unescaped(fields[4] ?? '') === target);
  if (!seen) throw new Error(`nothing is mounted on ${target}`);
  const separator = seen.indexOf('-', 6);
  return `${seen[separator + 1] ?? ''} ${seen[5] ?? ''}`;
}
