// The terminal of a live view: a screen of its own, keys as they are typed, and everything given back on every way out but SIGKILL.

export type TerminalEvent =
  | { readonly kind: 'key'; readonly key: string }
  /** Another size, or back from a stop: what was drawn is gone. */
  | { readonly kind: 'redraw' }
  | { readonly kind: 'time' }
  /** A signal asks this process to end, or the terminal went away. */
  | { readonly kind: 'end' };

export interface LiveTerminal {
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly draw: (lines: readonly string[]) => void;
  /** Makes the event `time` happen after so many milliseconds, whatever else does until then. */
  readonly schedule: (milliseconds: number) => void;
  /** Waits for what happens next. */
  readonly next: () => Promise<TerminalEvent>;
  readonly close: () => void;
}

/** ECMA-48 and xterm's private modes (console_codes(4), ctlseqs): the other screen, no cursor. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[2J';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const WHOLE_LINE = '\u001b[2K';
const REST_OF_SCREEN = '\u001b[J';
const STOP_KEY = '\u001a';
const ENDS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Null where nothing live can be shown: input or output is no terminal, or TERM says that it cannot do this. */
export function openTerminal(): LiveTerminal | null {
  const { stdin, stdout } = process;
  const term = process.env['TERM'] ?? '';
  if (!stdin.isTTY || !stdout.isTTY || term === '' || term === 'dumb') return null;
  const waiting: TerminalEvent[] = [];
  let wake: () => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const happen = (event: TerminalEvent) => {
    waiting.push(event);
    wake();
  };
  const enter = () => {
    stdin.setRawMode(true);
    stdout.write(ENTER);
  };
  const leave = () => {
    stdout.write(LEAVE);
    stdin.setRawMode(false);
  };
  const stop = () => {
    leave();
    process.kill(process.pid, 'SIGSTOP');
  };
  const goOn = () => {
    enter();
    happen({ kind: 'redraw' });
  };
  const onData = (data: Buffer) => {
    for (const key of data.toString('latin1')) {
      if (key === STOP_KEY) stop();
      else happen({ kind: 'key', key });
    }
  };
  const onEnd = () => happen({ kind: 'end' });
  const onResize = () => happen({ kind: 'redraw' });
  enter();
  process.on('exit', leave);
  process.on('SIGTSTP', stop);
  process.on('SIGCONT', goOn);
  for (const signal of ENDS) process.on(signal, onEnd);
  stdin.on('data', onData).on('end', onEnd).on('error', onEnd).resume();
  stdout.on('resize', onResize);
  return {
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
    draw(lines) {
      // Each line is erased before it is written: behind one as wide as the screen the cursor still stands on its last letter.
      const text = lines.map((line) => `${WHOLE_LINE}${line}`).join('\n');
      stdout.write(`${HOME}${text}${lines.length < stdout.rows ? `\n${REST_OF_SCREEN}` : ''}`);
    },
    schedule(milliseconds) {
      timer = setTimeout(() => happen({ kind: 'time' }), milliseconds);
    },
    async next() {
      while (waiting.length === 0) await new Promise<void>((done) => (wake = done));
      return waiting.shift() ?? { kind: 'end' };
    },
    close() {
      clearTimeout(timer);
      leave();
      process.off('exit', leave);
      process.off('SIGTSTP', stop);
      process.off('SIGCONT', goOn);
      for (const signal of ENDS) process.off(signal, onEnd);
      stdin.off('data', onData).off('end', onEnd).off('error', onEnd).pause();
      stdout.off('resize', onResize);
    },
  };
}
