// A program that decides notified calls, for tests: proxy.c, compiled once, started as often as a test likes.

import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { begin, type Running, until } from '../live.ts';
import { compileC } from './programs.ts';

/** What the proxy does with every call; proxy.c says what each is. */
export type Way = 'mknod' | 'continue' | 'die' | 'short' | 'wrong-id' | 'reserved' | 'flags' | readonly ['errno' | 'value' | 'slow', number];

export interface ProxyCall {
  readonly nr: number;
  readonly cookie: string;
  readonly monitor: number;
  readonly init: number;
  readonly pid: number;
  /** Was the message as long as it said, with three descriptors and a call that waits? */
  readonly ok: boolean;
}

export interface Proxy {
  /** What was asked so far. */
  calls(): readonly ProxyCall[];
  readonly ended: Running['ended'];
  /** Kills it; its socket stays, with nobody who listens. */
  kill(): Promise<void>;
}

export interface ProxyProgram {
  /** An address in a folder of its own, the same for each one that is started. */
  readonly address: string;
  start(way: Way, address?: string): Promise<Proxy>;
  /** Ends all that still run. */
  end(): Promise<void>;
  remove(): void;
}

export function buildProxy(): ProxyProgram {
  const { folder, path } = compileC('proxy.c', []);
  chmodSync(folder, 0o755); // an ordinary user's container connects to it as well
  const own = join(folder, 'socket');
  const started: Proxy[] = [];
  return {
    address: own,
    async start(way, address = own) {
      const running = begin([path, address, ...[way].flat().map(String)]);
      await until('the proxy listens', () => running.stdout().startsWith('ready\n'));
      const proxy: Proxy = {
        calls: () => [...running.stdout().matchAll(CALL)].map((found) => callOf(found)),
        ended: running.ended,
        async kill() {
          process.kill(running.pid, 'SIGKILL');
          await running.ended;
        },
      };
      started.push(proxy);
      return proxy;
    },
    async end() {
      for (const proxy of started.splice(0)) await proxy.kill().catch(() => undefined); // it may have ended by itself
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

const CALL = /^call (-?\d+) cookie=(.*) monitor=(\d+) init=(\d+) pid=(\d+) id=\d+ ok=(\d)$/gm;

function callOf([, nr, cookie = '', monitor, init, pid, ok]: RegExpMatchArray): ProxyCall {
  return { nr: Number(nr), cookie, monitor: Number(monitor), init: Number(init), pid: Number(pid), ok: ok === '1' };
}
