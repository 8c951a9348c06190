// Names of profiles, as the kernel takes them in /proc/PID/attr (security/apparmor/lsm.c).

/** Why a text cannot be the name of a profile; null: it can. Visible ASCII: everything else is quoted somewhere, and each tool does it in its own way. */
export function nameProblem(name: string): string | null {
  if (/[\n\r]/.test(name)) return 'it has more than one line';
  if (/["'\\]/.test(name)) return 'it has a quote or a backslash';
  if (/[^\x21-\x7e]/.test(name)) return 'it has blanks, or letters that are not ASCII';
  if (name.includes('//&')) return 'it is a stack of profiles';
  if (/^[:/]/.test(name)) return name.startsWith(':') ? 'it is in a policy namespace' : 'it is a path: profiles for programs are not for containers';
  if (name.length > 255) return 'it has more than 255 characters';
  return null;
}
