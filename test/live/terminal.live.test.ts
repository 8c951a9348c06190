// On a terminal: the container gets one of its own, which works as one does, and the caller's own is given back as it was.

import { statSync } from 'node:fs';
import { afterEach, describe, expect } from 'vitest';
import { planOf, startContainer, type TestContainer, writeLauncher } from '../support/container.ts';
import { COMMAND, containers, hasEnded, leftOf, startDetached, recorded, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { inheritedEnvironment } from '../support/run.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';

const it = needing('root', 'busybox', 'pty');
const opened: Terminal[] = [];
// Hooks run last to first: containers are ended before the terminals of their launchers.
afterEach(() => {
  for (const terminal of opened.splice(0)) terminal.close();
});
const make = containers();

async function on(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Terminal> {
  const terminal = await openTerminal(argv, env);
  opened.push(terminal);
  return terminal;
}

/** A prompt that a command line cannot be mistaken for. */
const SHELL = ['sh', '-c', 'export PS1="<\\$>"; exec sh -i'];
const PROMPT = /<[#$]>/;

function onShell(container: TestContainer, env?: Readonly<Record<string, string>>): Promise<Terminal> {
  return on([writeLauncher(container, planOf(container, { command: SHELL }))], env);
}

/** Types a command and returns its output. */
async function ask(terminal: Terminal, command: string): Promise<string> {
  terminal.type(`${command}; echo E""ND\n`);
  const [, output = ''] = await terminal.shows(/\r\n([^]*?)END\r\n/);
  await terminal.shows(PROMPT);
  return output.replaceAll('\r\n', '\n').trim();
}

const numbers = 'stat -Lc "%d %t:%T" /proc/self/fd/0; stat -c %d /dev/pts';

for (const [how, open] of Object.entries({
  run: (container: TestContainer) => onShell(container),
  async attach(container: TestContainer) {
    await startDetached(container);
    return on([process.execPath, COMMAND, 'attach', container.name, '--', ...SHELL]);
  },
})) {
  describe(`${how} on a terminal`, () => {
    const start = () => make(['lxc.pty.max = 8'], 'exec sleep 60');

    it("the shell is on a terminal of the container's, never on the caller's (CVE-2016-10124)", async () => {
      const terminal = await open(start());
      await terminal.shows(PROMPT);
      expect(await ask(terminal, 'tty')).toMatch(/^\/dev\/(console|pts\/\d+)$/);
      const [fd = '', pts = ''] = (await ask(terminal, numbers)).split('\n');
      expect(fd.split(' ')[0]).toBe(pts);
      expect(fd).toMatch(/ 88:/); // major 136, Unix98 slaves
      expect(pts).not.toBe(String(statSync('/dev/pts').dev));
      expect(await ask(terminal, 'for fd in 0 1 2; do readlink /proc/self/fd/$fd; done | sort -u')).toMatch(/^\/dev\/(console|pts\/\d+)$/m);
    });

    it("its size is the size of the caller's, and follows it", async () => {
      const terminal = await open(start());
      await terminal.shows(PROMPT);
      expect(await ask(terminal, 'stty size')).toBe('24 80');
      terminal.resize(133, 44);
      await new Promise((next) => setTimeout(next, 200));
      expect(await ask(terminal, 'stty size')).toBe('44 133');
    });

    it('^C ends what runs and not the shell, ^Z stops it, ^D ends the shell', async () => {
      const terminal = await open(start());
      await terminal.shows(PROMPT);
      terminal.type('sleep 60; echo ended $?\n');
      await new Promise((next) => setTimeout(next, 200));
      terminal.type('\x03');
      await terminal.shows(PROMPT, 3000);
      expect(await ask(terminal, 'echo still here')).toBe('still here');
      terminal.type('sleep 61\n');
      await new Promise((next) => setTimeout(next, 200));
      terminal.type('\x1a');
      await terminal.shows(/Stopped/, 3000);
      terminal.type('kill -9 %1; sleep 0.2; exit 7\n');
      const shell = await terminal.ended;
      expect(shell.code).toBe(7);
      const second = how === 'run' ? await open(start()) : null;
      if (second === null) return;
      await second.shows(PROMPT);
      second.type('\x04');
      expect(await second.ended).toMatchObject({ code: 0 });
    });

    it('a megabyte of output is complete', async () => {
      const terminal = await open(start());
      await terminal.shows(PROMPT);
      terminal.type('i=0; while [ $i -lt 20000 ]; do echo line $i 0123456789012345678901234567890123456789; i=$((i+1)); done; exit 3\n');
      expect(await terminal.ended).toMatchObject({ code: 3 });
      const lines = [...terminal.text().matchAll(/^line (\d+) 0123456789012345678901234567890123456789\r$/gm)].map(([, number]) => Number(number));
      expect(lines).toEqual(Array.from({ length: 20_000 }, (_, index) => index));
    });
  });
}

describe('what is passed on', () => {
  it('TERM, and no other variable', async () => {
    const terminal = await onShell(make([]), { ...inheritedEnvironment(), TERM: 'vt220', SECRET: 'x' });
    await terminal.shows(PROMPT);
    expect(await ask(terminal, 'echo $TERM-$SECRET-')).toBe('vt220--');
  });

  it('a pipe stays a pipe, and what is a terminal beside it does not come in', async () => {
    const container = make([]);
    const launcher = writeLauncher(
      container,
      planOf(container, { command: ['sh', '-c', 'for fd in 0 1 2; do [ -t $fd ] && echo $fd terminal || echo $fd other; done'] }),
    );
    const terminal = await on(['sh', '-c', `${launcher} < /dev/null | cat; echo over`]);
    await terminal.shows(/0 other\r\n1 other\r\n2 terminal\r\nover/);
  });

  it('typing ahead of the shell is not lost, and what is typed is echoed once', async () => {
    const terminal = await onShell(make([]));
    terminal.type('echo typed""ahead\n');
    await terminal.shows(/typedahead/);
    await terminal.shows(PROMPT);
    terminal.type('abc');
    await terminal.shows(/abc/);
    await new Promise((next) => setTimeout(next, 100));
    expect(terminal.text().match(/abc/g)).toHaveLength(1);
  });
});

describe("the caller's terminal", () => {
  /** A shell of the host that runs the launcher between two looks at the modes of its terminal. */
  async function around(
    container: TestContainer,
    command: readonly string[],
  ): Promise<{ readonly terminal: Terminal; readonly modes: (which: 'BEFORE' | 'AFTER') => Promise<string> }> {
    const launcher = writeLauncher(container, planOf(container, { command }));
    const script = `stty -icrnl; echo BEFORE $(stty -g) ; ${launcher}; echo AFTER $(stty -g); sleep 60`;
    const terminal = await on(['sh', '-c', script]);
    return { terminal, modes: async (which) => (await terminal.shows(new RegExp(`${which} ([0-9a-f:]+)`)))[1] ?? '' };
  }

  it('is raw meanwhile, and as it was afterwards', async () => {
    const { terminal, modes } = await around(make([]), ['sh', '-c', 'echo up; read line; exit 0']);
    const before = await modes('BEFORE');
    await terminal.shows(/up\r\n/);
    terminal.type('x\r');
    expect(await modes('AFTER')).toBe(before);
  });

  for (const who of ['the monitor', 'init'] as const) {
    it(`is as it was after kill -9 of ${who}`, async () => {
      const container = make([]);
      const { terminal, modes } = await around(container, ['sh', '-c', 'echo up; exec sleep 60']);
      const before = await modes('BEFORE');
      await terminal.shows(/up\r\n/);
      const state = await recorded(container.name);
      process.kill(who === 'init' ? state.record.init : state.monitor, 'SIGKILL');
      expect(await modes('AFTER')).toBe(before);
      // What a killed monitor leaves, the next start removes.
      expect(await startContainer(container, { command: ['true'] })).toMatchObject({ code: 0 });
    });
  }

  it('that hangs up ends the container', async () => {
    const container = make(['holdfast.stop.timeout = 2']);
    const terminal = await onShell(container);
    await terminal.shows(PROMPT);
    const state = await recorded(container.name);
    process.kill(terminal.pid, 'SIGHUP');
    await until('it has ended', () => hasEnded(state.record.init));
    expect(await leftOf(container)).toEqual([]);
  });

  it('in the background, the launcher neither reads it nor changes it', async () => {
    const container = make([]);
    const launcher = writeLauncher(container, planOf(container, { command: ['sh', '-c', 'echo up; sleep 0.3; echo done'] }));
    const terminal = await on(['bash', '--norc', '-i']);
    terminal.type(`PS1=; stty -echo; ${launcher} & stty -g; wait; stty -g; echo FINI""SHED\n`);
    await terminal.shows(/FINISHED\r\n/);
    const modes = [...terminal.text().matchAll(/^([0-9a-f]+(?::[0-9a-f]+){10,})\r$/gm)].map(([, one]) => one);
    expect(modes).toHaveLength(2);
    expect(modes[0]).toBe(modes[1]);
    expect(terminal.text()).toContain('done');
  });
});

const plain = needing('root', 'busybox');
plain('more ttys than messages find room for at once', async () => {
  const container = make(['lxc.tty.max = 400', 'lxc.pty.max = 500'], 'ls /dev | grep -c "^tty[1-9]"');
  const done = await startContainer(container);
  expect(done).toMatchObject({ code: 0, stderr: '', stdout: '400\n' });
});
