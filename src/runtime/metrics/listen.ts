// The HTTP side of `holdfast metrics`: GET and HEAD of /metrics, nothing else. Every client is limited in time, size and number, so
// that none keeps the others out for long.

import { lstatSync, unlinkSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { HoldfastError } from '../../model/error.ts';
import { isOwnHost, type ListenAddress } from './address.ts';

const MOST_CLIENTS = 16;
/** For the whole of a request, and for a client that takes its answer slowly. */
const MILLISECONDS = 5_000;
const HEADERS = 8_192;

export interface MetricsPage {
  readonly contentType: string;
  readonly text: () => string;
}

export interface MetricsListener {
  /** `http://127.0.0.1:9100/metrics`, `unix:/run/x.sock`. */
  readonly url: string;
  /** Lets go of every client and of the address; the socket's file is removed. */
  close(): Promise<void>;
}

/** Throws `cannot-listen`. A socket's file that nobody listens at any more is replaced; one of this process is its user's alone. */
export async function listenForMetrics(address: ListenAddress, page: MetricsPage): Promise<MetricsListener> {
  const server = createServer(
    { maxHeaderSize: HEADERS, headersTimeout: MILLISECONDS, requestTimeout: MILLISECONDS, connectionsCheckingInterval: 1_000 },
    (request, response) => {
      answer(request, response, page, address.kind === 'tcp');
    },
  );
  server.maxConnections = MOST_CLIENTS;
  server.keepAliveTimeout = MILLISECONDS;
  server.setTimeout(2 * MILLISECONDS, (socket) => socket.destroy());
  if (address.kind === 'unix') await clearStale(address.path);
  await bind(server, address);
  const bound = server.address();
  return {
    url: address.kind === 'unix' ? `unix:${address.path}` : `http://${bracketed(address.host)}:${(bound as AddressInfo).port}/metrics`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

function answer(request: IncomingMessage, response: ServerResponse, { contentType, text }: MetricsPage, checksHost: boolean): void {
  const say = (status: number, body: string, headers: Readonly<Record<string, string>> = {}) => {
    response.writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'x-content-type-options': 'nosniff',
      ...headers,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  request.resume();
  if (checksHost && !isOwnHost(request.headers.host)) return say(403, 'the Host of the request is not this machine\n');
  if ((request.url ?? '').split('?')[0] !== '/metrics') return say(404, 'metrics are at /metrics\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'GET and HEAD only\n', { allow: 'GET, HEAD', connection: 'close' });
  let body: string;
  try {
    body = text();
  } catch (error) {
    return say(500, `${(error as Error).message}\n`);
  }
  return say(200, body, { 'content-type': contentType, 'cache-control': 'no-store' });
}

/** bind(2) makes the file with the mode that the umask leaves; it happens within the call. */
function bind(server: Server, address: ListenAddress): Promise<void> {
  return new Promise((done, failed) => {
    const refuse = (cause: NodeJS.ErrnoException) => {
      const where = address.kind === 'unix' ? address.path : `${bracketed(address.host)}:${address.port}`;
      const reason =
        { EADDRINUSE: 'something listens there already', EACCES: 'the caller may not', ENOENT: 'its directory does not exist' }[cause.code ?? ''] ??
        cause.message;
      failed(
        new HoldfastError(`cannot listen at ${where}: ${reason}`, { code: 'cannot-listen', cause, ...(cause.code === undefined ? {} : { errno: cause.code }) }),
      );
    };
    server.once('error', refuse);
    const listening = () => {
      server.off('error', refuse);
      done();
    };
    if (address.kind === 'tcp') {
      server.listen({ host: address.host, port: address.port }, listening);
      return;
    }
    const before = process.umask(0o177);
    try {
      server.listen(address.path, listening);
    } finally {
      process.umask(before);
    }
  });
}

/** A listener that was killed leaves its file, at which nobody answers. */
async function clearStale(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new HoldfastError(`cannot listen at ${path}: it is there, and no socket`, { code: 'cannot-listen', path });
  if (await isRefused(path)) unlinkSync(path);
}

function isRefused(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path);
    const end = (refused: boolean) => {
      socket.destroy();
      done(refused);
    };
    socket.once('connect', () => end(false));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => end(code === 'ECONNREFUSED'));
  });
}

/** Resolves at the first signal that asks this process to end. */
export function untilAsked(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done());
  });
}
