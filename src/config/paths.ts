// Paths as text, without looking at any file.

/** As LXC writes paths down: repeated slashes, `.` components and a trailing slash are taken out; `..` stays. */
export function simplifyPath(path: string): string {
  if (path === '') return '';
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (path.startsWith('/')) return `/${parts.join('/')}`;
  return parts.length === 0 ? '.' : parts.join('/');
}

/** Does a component walk upwards? */
export function walksUp(path: string): boolean {
  return path.split('/').includes('..');
}

/** Everything before the last component: `/a` for `/a/b`, `/` for `/a`. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
