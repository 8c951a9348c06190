// An ordinary user for tests: when the tests run as root, one without any privilege; otherwise whoever runs them.

import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type RunOptions, type RunResult, inheritedEnvironment, run } from './run.ts';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface OrdinaryUser extends Account {
  /** A new directory of this user's own. `XDG_RUNTIME_DIR` is `run` in it. */
  readonly home: string;
  /** The command line that runs `argv` as this user: for programs that are not to be started by `run`. */
  command(argv: readonly string[]): readonly string[];
  /** The environment in which this user's commands run. */
  readonly env: Readonly<Record<string, string>>;
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Removes the home. */
  remove(): void;
}

/** The account made for tests (it has subordinate ids); where it is absent, `nobody`. */
const ACCOUNTS = ['holdfast-test', 'nobody'];

/** Who that user is, or undefined where root has no such account to become. */
export function ordinaryAccount(): Account | undefined {
  if (process.getuid?.() !== 0) {
    const me = userInfo();
    return { name: me.username, uid: me.uid, gid: me.gid };
  }
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const fields = ACCOUNTS.map((name) => lines.find((line) => line.startsWith(`${name}:`))?.split(':')).find((found) => found !== undefined);
  const [name, , uid, gid] = fields ?? [];
  return name === undefined || uid === undefined || gid === undefined ? undefined : { name, uid: Number(uid), gid: Number(gid) };
}

/** `argv` as that user: without groups, inheritable or ambient capabilities; the bounding set stays full, as after a login. */
export function asAccount(account: Account, argv: readonly string[]): readonly string[] {
  if (process.getuid?.() !== 0) return argv;
  const ids = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', '--inh-caps=-all', '--ambient-caps=-all'];
  return ['setpriv', ...ids, '--', ...argv];
}

/** Can `argv` be run as that user with success? For probes; the output is dropped. */
export function succeedsAs(account: Account, argv: readonly string[]): boolean {
  const [file = '', ...args] = asAccount(account, argv);
  return spawnSync(file, args, { stdio: 'ignore', timeout: 10_000, cwd: '/' }).status === 0;
}

/** Makes the user's home and gives the means to run commands as them. Call `remove` afterwards. */
export function makeOrdinaryUser(): OrdinaryUser {
  const account = ordinaryAccount();
  if (account === undefined) throw new Error(`none of the accounts ${ACCOUNTS.join(', ')} exists`);
  const home = mkdtempSync(join(tmpdir(), 'holdfast-home-'));
  const runtime = join(home, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  for (const path of [runtime, home]) chownSync(path, account.uid, account.gid);
  const { DBUS_SESSION_BUS_ADDRESS: _, ...inherited } = inheritedEnvironment();
  const env = { ...inherited, HOME: home, USER: account.name, LOGNAME: account.name, XDG_RUNTIME_DIR: runtime };
  const command = (argv: readonly string[]): readonly string[] => asAccount(account, argv);
  return {
    ...account,
    home,
    env,
    command,
    run: (argv, options = {}) => run(command(argv), { cwd: home, env, ...options }),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
