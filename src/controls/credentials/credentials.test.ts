import { describe, expect, it } from 'vitest';
import type { InitSpec } from '../../model/spec.ts';
import { capabilities } from '../capabilities/index.ts';
import { aHost, alice, aliceWithIds, aSpec, checkLines, findingLines, ids, line, set, stepLines, titles } from '../namespaces/testing.ts';
import { credentials } from './index.ts';

const MAPPED = [ids('u 0 100000 65536'), ids('g 0 200000 65536')];
const asInit = (init: Partial<InitSpec>, changes: Parameters<typeof aSpec>[0] = {}) => aSpec({ ...changes, init: { ...aSpec().init, ...init } });
const steps = (...args: Parameters<typeof credentials.compile>) => credentials.compile(...args).steps;
const found = (...args: Parameters<typeof credentials.compile>) => findingLines(credentials.compile(...args).diagnostics);

describe('compile', () => {
  it('normalises and reads back for a plain container of root', () => {
    expect(stepLines(steps(aSpec(), aHost()))).toEqual([
      'init personality: have the plain personality, without flags [law: what the caller happens to hold never leaks in]',
      '  personality(PER_LINUX)',
      "init keyring: join a new, empty session keyring, away from the caller's keys [default: for tests]",
      '  keyctl(KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0) or ENOSYS',
      "init credentials: have no supplementary groups [default: the caller's groups are not the container's]",
      '  setgroups(0, 0)',
      'init credentials: become user 0, group 0 [default: for tests]',
      '  setresgid(0, 0, 0)',
      '  setresuid(0, 0, 0)',
      'init credentials: die with the monitor, also under these ids [law: nothing left]',
      '  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)',
      'init verify: the ids are user 0, group 0 [law: verified]',
      '  getresuid(&credentials.real-user, &credentials.effective-user, &credentials.saved-user)',
      '  credentials.real-user+0:4 == 0',
      '  credentials.effective-user+0:4 == 0',
      '  credentials.saved-user+0:4 == 0',
      '  getresgid(&credentials.real-group, &credentials.effective-group, &credentials.saved-group)',
      '  credentials.real-group+0:4 == 0',
      '  credentials.effective-group+0:4 == 0',
      '  credentials.saved-group+0:4 == 0',
      '  getgroups(0, 0) == 0',
      'init verify: the personality has no other flags [law: verified]',
      '  personality(4294967295) == 0',
    ]);
  });

  it('gives ids and groups with their lines', () => {
    const spec = asInit({ uid: set(1000, 5), gid: set(1001, 6), groups: set([5, 0x01020304], 7) });
    const text = stepLines(steps(spec, aHost()));
    expect(text).toEqual(
      expect.arrayContaining([
        'init credentials: have the supplementary groups 5, 16909060 [web:7]',
        '  setgroups(2, <groups 5, 16909060>)',
        'init credentials: become user 1000, group 1001, without capabilities [web:5]',
        '  setresgid(1001, 1001, 1001)',
        '  setresuid(1000, 1000, 1000)',
        '  getgroups(0, 0) == 2',
        '  credentials.saved-user+0:4 == 1000',
        '  credentials.saved-group+0:4 == 1001',
      ]),
    );
    const call = steps(spec, aHost())
      .flatMap(({ actions }) => actions)
      .find((action) => 'sys' in action && action.sys === 'setgroups');
    expect(call).toMatchObject({ args: [2, { bytes: new Uint8Array([5, 0, 0, 0, 4, 3, 2, 1]) }] });
  });

  it('and the capability sets make one sequence, for a filter without no_new_privs', () => {
    const spec = asInit({ uid: set(1000, 5) }, { seccomp: set({ path: 'p', text: '2' }) });
    const sequence = [...capabilities.compile(spec, aHost()).steps, ...steps(spec, aHost())].filter(({ phase }) => phase === 'credentials');
    expect(stepLines(sequence).map((text) => text.replace(/ \[(default|law|web).*/, ''))).toEqual([
      'init credentials: empty the inheritable and ambient capability sets, reset the secure bits, keep CAP_SYS_ADMIN until execve over the change of user',
      '  prctl(PR_SET_SECUREBITS, 0, 0, 0, 0)',
      '  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)',
      '  capget({version=_LINUX_CAPABILITY_VERSION_3}, &capabilities.own)',
      '  capabilities.own+8:4 := 0',
      '  capabilities.own+20:4 := 0',
      '  capset({version=_LINUX_CAPABILITY_VERSION_3}, &capabilities.own)',
      '  prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)',
      'init credentials: have no supplementary groups',
      '  setgroups(0, 0)',
      'init credentials: become user 1000, group 0, without capabilities but CAP_SYS_ADMIN until execve',
      '  setresgid(0, 0, 0)',
      '  setresuid(1000, 1000, 1000)',
      '  prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0)',
      expect.stringMatching(/^ {2}capset\(.*effective=2097152 permitted=2097152/),
      'init credentials: die with the monitor, also under these ids',
      '  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)',
    ]);
  });

  it('sets the rest that survives execve', () => {
    const spec = asInit({ cwd: set('/srv', 8) }, { personality: set('linux32', 1), noNewPrivs: set(true, 2), keyring: set(false, 3) });
    expect(stepLines(steps(spec, aHost()))).toEqual(
      expect.arrayContaining([
        'init personality: be seen as a 32-bit machine (PER_LINUX32) [web:1]',
        '  personality(PER_LINUX32)',
        '  personality(4294967295) == 8',
        'init no-new-privs: set no_new_privs: execve never gives more rights again [web:2]',
        '  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)',
        '  prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1',
        'init session: begin in the directory /srv [web:8]',
        '  chdir("/srv")',
      ]),
    );
    expect(titles(steps(spec, aHost())).some((title) => title.includes('keyring'))).toBe(false);
    expect(found(spec, aHost())).toEqual([expect.stringMatching(/^HF353 warning :3/)]);
  });

  it('leaves the groups alone where they cannot be set, and says so', () => {
    const text = stepLines(steps(aSpec(), alice()));
    expect(text.some((one) => one.includes('groups('))).toBe(false);
    expect(found(aSpec(), alice())).toEqual([expect.stringMatching(/^HF352 info: the container keeps the rights of alice's supplementary groups/)]);
    expect(found(asInit({ groups: set([0], 7) }), alice())).toEqual([expect.stringMatching(/^HF351 error :7: init cannot be given groups 0/)]);
    expect(found(asInit({ groups: set([0], 7) }), aliceWithIds())).toEqual([]);
  });

  it('wants every id mapped', () => {
    const spec = asInit({ uid: set(65536, 5), gid: set(65536, 6), groups: set([1, 70000], 7) }, { idmap: MAPPED });
    expect(found(spec, aHost())).toEqual([
      "HF350 error :5: user 65536 of init is not mapped into the container / add a range to lxc.idmap that holds it: 'u 65536 HOSTID 1'",
      "HF350 error :6: group 65536 of init is not mapped into the container / add a range to lxc.idmap that holds it: 'g 65536 HOSTID 1'",
      "HF350 error :7: supplementary group 70000 of init is not mapped into the container / add a range to lxc.idmap that holds it: 'g 70000 HOSTID 1'",
    ]);
    expect(found(asInit({ uid: set(65535) }, { idmap: MAPPED }), aHost())).toEqual([]);
  });
});

describe('verify', () => {
  it('expects ids as the host sees them, groups in its order', () => {
    const spec = asInit({ uid: set(5), gid: set(6), groups: set([9, 7]) }, { idmap: MAPPED, noNewPrivs: set(true, 2) });
    expect(checkLines(credentials.verify(spec, aHost()))).toEqual([
      "/proc/{pid}/status Uid: words '100005 100005 100005 100005'",
      "/proc/{pid}/status Gid: words '200006 200006 200006 200006'",
      "/proc/{pid}/status Groups: words '200007 200009'",
      "/proc/{pid}/status NoNewPrivs: words '1'",
    ]);
    expect(credentials.verify(spec, aHost())[3]?.why).toEqual(line(2));
  });

  it('does not look at groups that could not be changed', () => {
    expect(checkLines(credentials.verify(aSpec(), alice()))).toEqual([
      "/proc/{pid}/status Uid: words '1000 1000 1000 1000'",
      "/proc/{pid}/status Gid: words '1000 1000 1000 1000'",
    ]);
  });
});
