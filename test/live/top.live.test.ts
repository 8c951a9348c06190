// holdfast top: in a terminal live and gone without a trace; anywhere else once, or as a stream of JSON.

import { afterEach, describe, expect } from 'vitest';
import type { TopRow } from '../../src/report/top.ts';
import { begin, childrenOf, COMMAND, containers, holdfast, startDetached, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { inheritedEnvironment } from '../support/run.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';

const make = containers();
const LINES = ['lxc.cgroup.pids.max = 20', 'lxc.cgroup2.pids.max = 20', 'lxc.cgroup.cpu.cfs_quota_us = 50000', 'lxc.cgroup2.cpu.max = 50000 100000'];
/** A session of its own may wait long for a processor on a busy machine (sched_autogroup). */
const LONG_MS = 60_000;
const BUSY = 'while :; do :; done';
interface Line {
  readonly at: number;
  readonly containers: readonly TopRow[];
}
const linesOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

describe('without a terminal', () => {
  const it = needing('root', 'busybox');

  it('prints once; the busy container has its quota, the idle one next to nothing', async () => {
    const [busy, idle] = [make(LINES, BUSY), make(LINES, 'exec sleep 100')];
    await startDetached(busy);
    await startDetached(idle);
    const done = await holdfast(['top', busy.name, idle.name]);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout.split('\n')).toHaveLength(4);
    expect(done.stdout).toMatch(/^NAME +STATE +CPU +MEMORY/);
    expect(done.stdout).not.toContain('\u001b');
    const twice = await holdfast(['top', '--count', '2', '--interval', '0.3', '--sort', 'name', idle.name]);
    expect(twice.stdout.match(/^NAME /gm)).toHaveLength(2);
  });

  it('--json: an object a line with rates, so many as asked; the containers that were named and no other', async () => {
    const [busy, idle] = [make(LINES, BUSY), make(LINES, 'exec sleep 100')];
    await startDetached(busy);
    await startDetached(idle);
    const done = await holdfast(['top', '--json', '--count', '3', '--interval', '1', busy.name, idle.name]);
    const lines = linesOf(done.stdout);
    expect(lines).toHaveLength(3);
    const last = lines[2]?.containers ?? [];
    expect(last.map(({ name }) => name)).toEqual([busy.name, idle.name]);
    // The machine may be busy: no more than the quota, and more than what sleeps.
    expect(last[0]?.rates.cpu).toBeGreaterThan(last[1]?.rates.cpu ?? Infinity);
    expect(last[0]?.rates.cpu).toBeLessThan(0.65);
    expect(last[1]).toMatchObject({ state: 'running', usage: { pids: { current: 1, limit: 20 } } });
    const [first, second, third] = lines.map(({ at }) => at);
    for (const gap of [(second ?? 0) - (first ?? 0), (third ?? 0) - (second ?? 0)]) expect(gap).toBeGreaterThanOrEqual(990);
  });

  it('--json goes on until its reader leaves', async () => {
    const stream = begin(['sh', '-c', `'${process.execPath}' '${COMMAND}' top --json --interval 0.1 | head -n 3`]);
    await until('three lines', () => linesOf(stream.stdout()).length === 3, LONG_MS);
    expect((await stream.ended).code).toBe(0);
  });

  it('no container, one that does not run, and values out of range', async () => {
    expect(await holdfast(['top', 'no-such-container'])).toMatchObject({ code: 1, stdout: '', stderr: 'holdfast: no-such-container is not running\n' });
    for (const words of [
      ['--interval', '0'],
      ['--interval', 'x'],
      ['--count', '0'],
      ['--sort', 'colour'],
    ]) {
      expect(await holdfast(['top', ...words]), words.join(' ')).toMatchObject({ code: 2, stdout: '' });
    }
  });
});

describe('in a terminal', () => {
  const it = needing('root', 'busybox', 'pty');
  const opened: Terminal[] = [];
  afterEach(() => {
    for (const terminal of opened.splice(0)) terminal.close();
  });
  /** A shell that says what the terminal is like before and after. */
  async function shell(env: Readonly<Record<string, string>> = { ...inheritedEnvironment(), TERM: 'xterm' }) {
    const script = `stty -a > /dev/stderr; echo BEFORE; '${process.execPath}' '${COMMAND}' top --interval 0.2; echo "AFTER $?"; stty -a; echo END; exec cat`;
    const terminal = await openTerminal(['sh', '-c', script], env);
    opened.push(terminal);
    const [before] = await terminal.shows(/[^]*BEFORE/, LONG_MS);
    // stty breaks its lines at the width of the terminal
    const settings = (text: string) =>
      (/speed[^]*?(?=BEFORE|END)/.exec(text)?.[0] ?? text)
        .replace(/\s+/g, ' ')
        .replace(/(rows|columns) \d+; /g, '')
        .trim();
    return {
      terminal,
      leavesItAsItWas: async () => {
        const [, screen = '', code, after = ''] = await terminal.shows(/([^]*)AFTER (\d+)\r\n([^]*)END/, LONG_MS);
        expect(settings(`${after}END`)).toBe(settings(before));
        expect(screen.lastIndexOf('\u001b[?1049l')).toBeGreaterThan(screen.lastIndexOf('\u001b[?1049h'));
        expect(screen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(screen.lastIndexOf('\u001b[?25l'));
        return Number(code);
      },
    };
  }
  const ofTop = (terminal: Terminal) => until('top runs', () => childrenOf(terminal.pid)[0]);

  it('shows the containers, sorts by keys, follows the size, and q leaves', async () => {
    const container = make(LINES, BUSY);
    await startDetached(container);
    const { terminal, leavesItAsItWas } = await shell();
    await terminal.shows(/by cpu/, LONG_MS);
    await terminal.shows(new RegExp(container.name));
    for (const [key, word] of [
      ['m', 'memory'],
      ['i', 'io'],
      ['p', 'pids'],
      ['n', 'name'],
      ['c', 'cpu'],
    ] as const) {
      terminal.type(key);
      await terminal.shows(new RegExp(`by ${word}`));
    }
    terminal.resize(20, 3);
    await terminal.shows(/\[H.\[2K.{20}\r\n.\[2K\r\n.\[2K.{1,20}.\[H/);
    terminal.type('q');
    expect(await leavesItAsItWas()).toBe(0);
  });

  it('Ctrl-C leaves, and so do the signals that end a program', async () => {
    const byKey = await shell();
    await byKey.terminal.shows(/every 0\.2 s/, LONG_MS);
    byKey.terminal.type('\u0003');
    expect(await byKey.leavesItAsItWas()).toBe(0);
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) {
      const { terminal, leavesItAsItWas } = await shell();
      await terminal.shows(/every 0\.2 s/, LONG_MS);
      process.kill(await ofTop(terminal), signal);
      expect(await leavesItAsItWas(), signal).toBe(0);
    }
  });

  it('a terminal that can do nothing gets it once', async () => {
    const { terminal } = await shell({ ...inheritedEnvironment(), TERM: 'dumb' });
    const [, text = ''] = await terminal.shows(/([^]*)AFTER 0/, LONG_MS);
    expect(text).toMatch(/NAME|no container runs/);
    expect(text).not.toContain('\u001b');
  });
});
