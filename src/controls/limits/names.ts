// From the name behind `lxc.sysctl.` or `lxc.proc.` to a path below /proc/sys or /proc/PID.

export type NamePath = { readonly path: string; readonly problem?: never } | { readonly problem: string; readonly path?: never };

/**
 * As sysctl(8) reads keys: the first separator decides. `net.ipv4.conf.eth0/1.forwarding` and
 * `net/ipv4/conf/eth0.1/forwarding` are both `net/ipv4/conf/eth0.1/forwarding`.
 */
export function slashes(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  return first === '.' ? name.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.')) : name;
}

/** The relative path of a name, or what is wrong with it. It never leaves the directory. */
export function namePath(name: string): NamePath {
  const path = slashes(name);
  const parts = path.split('/');
  if (name === '') return { problem: 'it is empty' };
  if (name.includes('\0')) return { problem: 'it contains a NUL byte' };
  if (parts.includes('')) return { problem: 'two separators follow each other, or it begins or ends with one' };
  if (parts.includes('..') || parts.includes('.')) return { problem: "'.' and '..' are no names" };
  return { path };
}
