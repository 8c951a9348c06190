// holdfast metrics: to standard output, to a file, and over HTTP, where clients of every kind are tried.

import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { parseOpenMetrics } from '../../src/report/openmetrics/testing/parse.ts';
import { begin, COMMAND, containers, holdfast, type Running, startDetached, stateOf, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';

const make = containers();
const it = needing('root', 'busybox');
const LINES = ['lxc.cgroup.pids.max = 20', 'lxc.cgroup2.pids.max = 20'];
let folder: string;
const begun: Running[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-metrics-'));
});
afterEach(async () => {
  for (const one of begun.splice(0)) {
    try {
      process.kill(one.pid, 'SIGKILL');
    } catch {
      // has ended
    }
    await one.ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

const pidsOf = (text: string, name: string) =>
  parseOpenMetrics(text)
    .get('holdfast_container_pids')
    ?.samples.find(({ labels }) => labels['name'] === name)?.value;

async function listen(address: string): Promise<Running & { readonly url: string }> {
  const running = begin([process.execPath, COMMAND, 'metrics', '--listen', address]);
  begun.push(running);
  const url = await until('it listens', () => /^metrics are at (.*)$/m.exec(running.stderr())?.[1]);
  return { ...running, url };
}

function ask(options: RequestOptions): Promise<{ readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: string }> {
  return new Promise((done, failed) => {
    const asked = request({ path: '/metrics', agent: false, ...options }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on('error', failed);
    });
    asked.on('error', failed);
    asked.end();
  });
}

describe('once', () => {
  it("to standard output and to a file the kernel's numbers; the file is whole, for others to read, and alone in its directory", async () => {
    const container = make(LINES, 'sleep 100 & sleep 100 & wait');
    expect(pidsOf((await holdfast(['metrics'])).stdout, container.name)).toBeUndefined();
    await startDetached(container);
    const done = await holdfast(['metrics']);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    await until('all of it runs', () => {
      const state = stateOf(container.name);
      const group = state.state === 'running' ? state.record.cgroups.find(({ controllers }) => controllers.includes('pids')) : undefined;
      return readFileSync(`${group?.limits}/pids.current`, 'utf8') === '3\n';
    });
    const file = join(folder, 'holdfast.prom');
    for (const before of ['', 'x'.repeat(100_000)]) {
      if (before !== '') writeFileSync(file, before);
      expect(await holdfast(['metrics', '--output', file])).toMatchObject({ code: 0, stdout: '', stderr: '' });
      expect(pidsOf(readFileSync(file, 'utf8'), container.name)).toBe(3);
    }
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(readdirSync(folder)).toEqual(['holdfast.prom']);
  });

  it('what is no ordinary file is not replaced, and a directory that is not there is not made', async () => {
    const link = join(folder, 'link');
    symlinkSync('/dev/null', link);
    for (const target of ['/dev/null', link, folder, join(folder, 'none/x.prom')]) {
      const done = await holdfast(['metrics', '-o', target]);
      expect(done, target).toMatchObject({ code: 1, stdout: '' });
      expect(done.stderr).toContain(target);
    }
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readdirSync(folder)).toEqual(['link']);
  });

  it('addresses that others could reach are refused before anything listens', async () => {
    for (const address of ['0.0.0.0:0', '[::]:0', ':9100', 'example.org:80', 'unix:']) {
      expect(await holdfast(['metrics', '--listen', address], { timeoutMs: 5000 }), address).toMatchObject({ code: 2, stdout: '' });
    }
    expect((await holdfast(['metrics', '--listen', '127.0.0.1:0', '--output', 'x'])).code).toBe(2);
  });
});

describe('over HTTP', () => {
  it('on the loopback: GET and HEAD of /metrics, fresh each time, as OpenMetrics; SIGTERM ends it', async () => {
    const listener = await listen('127.0.0.1:0');
    const port = Number(/^http:\/\/127\.0\.0\.1:(\d+)\/metrics$/.exec(listener.url)?.[1]);
    const container = make(LINES, 'exec sleep 100');
    const before = await ask({ port, host: '127.0.0.1' });
    expect(before).toMatchObject({ status: 200, headers: { 'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8' } });
    expect(pidsOf(before.body, container.name)).toBeUndefined();
    await startDetached(container);
    expect(pidsOf((await ask({ port, host: '127.0.0.1' })).body, container.name)).toBe(1);
    const head = await ask({ port, host: '127.0.0.1', method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(Number(head.headers['content-length'])).toBeGreaterThan(100);
    expect(await ask({ port, host: '127.0.0.1', path: '/' })).toMatchObject({ status: 404 });
    expect(await ask({ port, host: '127.0.0.1', path: '/metrics/../etc/passwd' })).toMatchObject({ status: 404 });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect(await ask({ port, host: '127.0.0.1', method }), method).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    // DNS rebinding: a page in a browser asks under a name of its own
    expect(await ask({ port, host: '127.0.0.1', headers: { host: `evil.example:${port}` } })).toMatchObject({ status: 403 });
    process.kill(listener.pid, 'SIGTERM');
    expect(await listener.ended).toEqual({ code: 0, signal: null });
  });

  it('a second listener at the same place says so; the first goes on', async () => {
    const path = join(folder, 'sock');
    const listener = await listen(`unix:${path}`);
    expect(listener.url).toBe(`unix:${path}`);
    const second = await holdfast(['metrics', '--listen', `unix:${path}`]);
    expect(second).toMatchObject({ code: 1, stdout: '', stderr: `holdfast: cannot listen at ${path}: something listens there already\n` });
    expect(await ask({ socketPath: path })).toMatchObject({ status: 200 });
  });

  it('on a Unix socket of its user alone, which is removed at the end, and replaced after a kill', async () => {
    const path = join(folder, 'sock');
    const killed = await listen(`unix:${path}`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    process.kill(killed.pid, 'SIGKILL');
    await killed.ended;
    expect(existsSync(path)).toBe(true);
    const listener = await listen(`unix:${path}`);
    expect(parseOpenMetrics((await ask({ socketPath: path })).body).has('holdfast_containers')).toBe(true);
    process.kill(listener.pid, 'SIGINT');
    expect(await listener.ended).toEqual({ code: 0, signal: null });
    expect(existsSync(path)).toBe(false);
  });

  it('a file that is no socket is left alone', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'mine');
    expect(await holdfast(['metrics', '--listen', `unix:${path}`], { timeoutMs: 5000 })).toMatchObject({
      code: 1,
      stderr: `holdfast: cannot listen at ${path}: it is there, and no socket\n`,
    });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('clients that say nothing, or nonsense, or too much, or are too many, do not keep others out, nor it from ending', async () => {
    const path = join(folder, 'sock');
    const listener = await listen(`unix:${path}`);
    const quiet = () =>
      connect(path)
        .on('error', () => undefined)
        .resume();
    const silent = Array.from({ length: 12 }, quiet);
    expect(await ask({ socketPath: path })).toMatchObject({ status: 200 });
    const raw = (text: string) =>
      new Promise<string>((done) => {
        let answer = '';
        const socket = connect(path, () => socket.write(text));
        socket.on('data', (chunk) => (answer += chunk.toString()));
        socket.on('error', () => undefined);
        socket.on('close', () => done(answer));
      });
    expect(await raw('\0\0\0nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(`GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    // More than it takes at once: the rest are turned away, and after its time the silent ones too.
    const more = Array.from({ length: 12 }, quiet);
    await until('there is room again', () => silent.every(({ destroyed, readableEnded }) => destroyed || readableEnded), 15_000);
    expect(await ask({ socketPath: path })).toMatchObject({ status: 200 });
    const last = quiet();
    process.kill(listener.pid, 'SIGTERM');
    expect(await listener.ended).toEqual({ code: 0, signal: null });
    for (const socket of [...silent, ...more, last]) socket.destroy();
  }, 40_000);
});
