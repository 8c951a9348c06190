// Where metrics may be asked for: a Unix socket or this machine's loopback. They name containers and tell what they do, without a
// password, so that no other address is taken.

import { HoldfastError } from '../../model/error.ts';

export type ListenAddress =
  | { readonly kind: 'unix'; readonly path: string }
  /** `host` without brackets. Port 0: the kernel chooses one. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** unix(7): sun_path is 108 bytes with its NUL. */
const LONGEST_PATH = 107;

/** `unix:PATH`, `127.0.0.1:PORT`, `[::1]:PORT`. Throws `usage`. */
export function listenAddress(text: string): ListenAddress {
  const wrong = (reason: string) =>
    new HoldfastError(`cannot listen at '${text}': ${reason}; expected unix:PATH, 127.0.0.1:PORT or [::1]:PORT`, { code: 'usage' });
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length);
    if (path === '' || path.includes('\0')) throw wrong('no path');
    if (Buffer.byteLength(path) > LONGEST_PATH) throw wrong(`a socket's path has at most ${LONGEST_PATH} bytes`);
    return { kind: 'unix', path };
  }
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) throw wrong('no address');
  if (!isLoopback(host)) throw wrong("only this machine's loopback is taken; put a proxy with a password before it to reach it from elsewhere");
  const port = Number(digits);
  if (port > 65_535) throw wrong('no port has such a number');
  return { kind: 'tcp', host, port };
}

function isLoopback(host: string): boolean {
  return host === '::1' || /^127(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/.test(host);
}

/**
 * Does a request's Host name this machine itself? A page in a browser reaches the loopback under a name of its own (DNS rebinding);
 * a Unix socket is out of its reach.
 */
export function isOwnHost(host: string | undefined): boolean {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/.exec(host ?? '') ?? [];
  const name = bracketed ?? plain ?? '';
  return name === 'localhost' || isLoopback(name);
}
