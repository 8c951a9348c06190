import { describe, expect, it } from 'vitest';
import { aHost, alice, aliceWithIds, aSpec, checkLines, findingLines, ids, set, stepLines, titles } from '../namespaces/testing.ts';
import { effectiveIdmap, hasGroupsDenied, idmap, outsideId } from './index.ts';

const MAPPED = [ids('u 0 100000 65536', 3), ids('g 0 200000 65536', 4)];
const embedded = { kind: 'host', why: { kind: 'default', text: 'the embedded default' } } as const;
const found = (...args: Parameters<typeof idmap.compile>) => findingLines(idmap.compile(...args).diagnostics);
const mapsOf = (...args: Parameters<typeof effectiveIdmap>) =>
  effectiveIdmap(...args)?.map(({ kind, inside, outside, count }) => `${kind} ${inside} ${outside} ${count}`);

describe('effectiveIdmap', () => {
  it('is null without a user namespace', () => {
    expect(effectiveIdmap(aSpec(), aHost())).toBeNull();
    expect(idmap.compile(aSpec(), aHost())).toEqual({ steps: [], diagnostics: [] });
  });

  it('is what is asked', () => {
    expect(mapsOf(aSpec({ idmap: MAPPED }), aHost())).toEqual(['u 0 100000 65536', 'g 0 200000 65536']);
  });

  it("gives root's embedded default ids that nobody has", () => {
    expect(mapsOf(aSpec({ root: embedded }), aHost())).toEqual(['u 0 1879048192 65536', 'g 0 1879048192 65536']);
  });

  it('prefers what is granted to root', () => {
    const host = aHost({ subuids: [{ first: 300000, count: 1000 }], subgids: [{ first: 400000, count: 100000 }] });
    expect(mapsOf(aSpec({ root: embedded }), host)).toEqual(['u 0 300000 1000', 'g 0 400000 65536']);
  });

  it('maps root to itself inside another user namespace, where no high id is known to exist', () => {
    expect(mapsOf(aSpec({ root: embedded }), aHost({ initialUserNamespace: false }))).toEqual(['u 0 0 1', 'g 0 0 1']);
  });

  it('gives an ordinary user its granted ids with the helpers, else its own id alone', () => {
    expect(mapsOf(aSpec(), aliceWithIds())).toEqual(['u 0 100000 65536', 'g 0 100000 65536']);
    expect(mapsOf(aSpec(), aliceWithIds({ newgidmap: null }))).toEqual(['u 0 1000 1', 'g 0 1000 1']);
    expect(mapsOf(aSpec(), aliceWithIds({ subuids: [] }))).toEqual(['u 0 1000 1', 'g 0 1000 1']);
  });

  it('knows which id is which outside', () => {
    const map = effectiveIdmap(aSpec({ idmap: MAPPED }), aHost());
    expect([outsideId(map, 'u', 0), outsideId(map, 'g', 5), outsideId(map, 'u', 65535), outsideId(map, 'u', 65536)]).toEqual([100000, 200005, 165535, null]);
    expect(outsideId(null, 'u', 7)).toBe(7);
  });
});

describe('hasGroupsDenied', () => {
  it.each([
    ['root', aSpec({ idmap: MAPPED }), aHost(), false],
    ['no user namespace', aSpec(), aHost(), false],
    ['a user with its own id', aSpec(), alice(), true],
    ['a user with granted ids', aSpec(), aliceWithIds(), false],
    ['a user with granted user ids and its own group id', aSpec({ idmap: [ids('u 0 100000 65536'), ids('g 0 1000 1')] }), aliceWithIds(), true],
  ])('%s: %s', (_, spec, host, denied) => {
    expect(hasGroupsDenied(spec, host)).toBe(denied);
  });
});

describe('compile', () => {
  it('has the monitor write the maps of root, and init become their root', () => {
    expect(stepLines(idmap.compile(aSpec({ idmap: MAPPED }), aHost()).steps)).toEqual([
      'monitor map: map group ids 0-65535 to 200000-265535 [web:4]',
      '  <id-map {"file":"gid_map","text":"0 200000 65536\\n"}>',
      'monitor map: map user ids 0-65535 to 100000-165535 [web:3]',
      '  <id-map {"file":"uid_map","text":"0 100000 65536\\n"}>',
      'init user: become root of the new user namespace, without supplementary groups [web:3]',
      '  setgroups(0, 0)',
      '  setresgid(0, 0, 0)',
      '  setresuid(0, 0, 0)',
      'init user: die with the monitor, also as another user [law: nothing left]',
      '  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)',
    ]);
  });

  it('asks the helpers for the ids of an ordinary user', () => {
    const builtins = stepLines(idmap.compile(aSpec({ idmap: [ids('u 0 1000 1'), ids('u 1 100000 65535'), ids('g 0 100000 65536')] }), aliceWithIds()).steps);
    expect(builtins).toContain('  <id-map-helper {"program":"/usr/bin/newuidmap","triples":["0","1000","1","1","100000","65535"]}>');
    expect(builtins).toContain('  <id-map-helper {"program":"/usr/bin/newgidmap","triples":["0","100000","65536"]}>');
    expect(builtins).toContain('  setgroups(0, 0)');
  });

  it('denies setgroups before a single own group id is mapped, and does not call it', () => {
    const steps = idmap.compile(aSpec(), alice()).steps;
    expect(titles(steps).slice(0, 3)).toEqual([
      'monitor map: forbid setgroups(2) in the new user namespace, without which no group id can be mapped',
      'monitor map: map group ids 0 to 1000',
      'monitor map: map user ids 0 to 1000',
    ]);
    expect(stepLines(steps).some((text) => text.includes('setgroups(0'))).toBe(false);
    expect(found(aSpec(), alice())).toEqual([
      "HF330 info: the container has one user and one group only, its root, who is alice outside: newuidmap and newgidmap are not there / for more ids, install the package 'uidmap' and add 'alice:100000:65536' to /etc/subuid and /etc/subgid",
    ]);
  });

  it.each([
    ['no gap at all', ['u 0 100000 65536', 'g 0 100000 65536'], []],
    ['an overlap inside', ['u 0 100000 10', 'u 9 200000 10', 'g 0 100000 1'], ['HF320 error :1: user ids 0-9 and 9-18 overlap inside the container']],
    [
      'an overlap outside',
      ['u 0 100000 10', 'u 10 100009 10', 'g 0 100000 1'],
      ['HF320 error :1: user ids 100000-100009 and 100009-100018 overlap outside the container'],
    ],
    [
      'the group side missing',
      ['u 0 100000 10'],
      ["HF324 error :1: user ids are mapped and group ids are not / add a line for them, e.g. 'lxc.idmap = g 0 100000 10'"],
    ],
    ['root not mapped', ['u 0 100000 10', 'g 5 100000 10'], ['HF325 error :1: group id 0']],
    ['an empty range', ['u 0 100000 10', 'g 0 100000 10', 'g 20 5 0'], ["HF323 error :1: 'g 20 5 0' is no range of group ids: it has no id"]],
    [
      'an id too large',
      ['u 0 4294967286 10', 'g 0 100000 1'],
      ["HF323 error :1: 'u 0 4294967286 10' is no range of user ids: its last id is beyond 4294967294"],
    ],
    ["the host's root", ['u 0 0 10', 'g 0 100000 10'], ["HF329 warning :1: the map gives the container the host's root (user id 0)"]],
  ])('says of %s', (_, lines, expected) => {
    const messages = found(aSpec({ idmap: lines.map((text) => ids(text)) }), aHost());
    expect(messages).toHaveLength(expected.length);
    expected.forEach((begin, index) => expect(messages[index]?.startsWith(begin), `${messages[index]}`).toBe(true));
  });

  it('takes the last id there is', () => {
    expect(found(aSpec({ idmap: [ids('u 0 4294967285 10'), ids('g 0 100000 1')] }), aHost())).toEqual([]);
  });

  it('counts ranges and bytes as the kernel does', () => {
    const many = (count: number, width: number) =>
      Array.from({ length: count }, (_, index) => ids(`u ${index} ${10 ** width + index} 1`)).concat(ids('g 0 100000 1'));
    expect(found(aSpec({ idmap: many(340, 4) }), aHost())).toEqual([]);
    expect(found(aSpec({ idmap: many(341, 4) }), aHost())[0]).toMatch(/^HF321 error :1: 341 user id ranges/);
    expect(found(aSpec({ idmap: many(340, 9) }), aHost())[0]).toMatch(/^HF322 error :1: the user id map is \d+ bytes long/);
  });

  it('names the line to add for ids that are not granted, and the package that lacks', () => {
    const spec = aSpec({ idmap: [ids('u 0 300000 65536', 3), ids('g 0 100000 65536', 4)] });
    expect(found(spec, aliceWithIds())).toEqual(["HF326 error :3: user ids 300000-365535 are not granted to alice / add 'alice:300000:65536' to /etc/subuid"]);
    expect(found(spec, alice())).toEqual([
      "HF327 error :3: alice needs the helper newuidmap to map user ids 300000-365535, and it is not there or lacks its privilege / install the package 'uidmap': apt install uidmap (in other distributions it is part of shadow)",
      "HF326 error :3: user ids 300000-365535 are not granted to alice / add 'alice:300000:65536' to /etc/subuid",
      "HF327 error :4: alice needs the helper newgidmap to map group ids 100000-165535, and it is not there or lacks its privilege / install the package 'uidmap': apt install uidmap (in other distributions it is part of shadow)",
      "HF326 error :4: group ids 100000-165535 are not granted to alice / add 'alice:100000:65536' to /etc/subgid",
    ]);
  });

  it('names a helper that has lost its privilege, with the command that repairs it', () => {
    const fault = { reason: '/usr/bin/newuidmap has lost its set-user-id bit', fix: 'chmod u+s /usr/bin/newuidmap' };
    const host = aliceWithIds({ newuidmap: null, helperFaults: { newuidmap: fault, newgidmap: null } });
    expect(found(aSpec({ idmap: MAPPED.slice(0, 1).concat(ids('g 0 100000 65536', 4)) }), host)).toEqual([
      'HF385 error :3: newuidmap cannot map user ids for alice: /usr/bin/newuidmap has lost its set-user-id bit / as root: chmod u+s /usr/bin/newuidmap',
    ]);
  });

  it('tells of malformed lines: an error where the map lacks what they may have meant', () => {
    const subIdFaults = [{ file: '/etc/subuid', line: 7, text: 'alice:300000', reason: 'it has 2 fields instead of 3' }] as const;
    const spec = (first: number) => aSpec({ idmap: [ids(`u 0 ${first} 65536`, 3), ids('g 0 100000 65536', 4)] });
    expect(found(spec(300000), aliceWithIds({ subIdFaults }))).toEqual([
      "HF326 error :3: user ids 300000-365535 are not granted to alice / add 'alice:300000:65536' to /etc/subuid",
      "HF381 error :7: 'alice:300000' would grant user ids to alice, but is malformed: it has 2 fields instead of 3 / write it as USER:FIRST:COUNT in decimal digits, e.g. 'alice:100000:65536'",
    ]);
    expect(found(spec(100000), aliceWithIds({ subIdFaults })).map((text) => text.slice(0, 16))).toEqual(['HF380 warning :7']);
  });

  it('does not start with ids that are still to be found', () => {
    const idmapAuto = set<'auto'>('auto', 9);
    expect(found(aSpec({ idmapAuto }), aHost())).toEqual([
      'HF383 error :9: the container cannot be given ids of its own: none were given to it yet / holdfast ids allocate web',
    ]);
    expect(found(aSpec({ idmapAuto, idmap: MAPPED }), aHost()).map((text) => text.slice(0, 16))).toEqual(['HF382 warning :9']);
    expect(found(aSpec({ idmapAuto, idmap: [ids('u 0 100000 65536', 9), ids('g 0 200000 65536', 9)] }), aHost())).toEqual([]);
  });

  it('lets an ordinary user write one own id itself, and no more', () => {
    const two = aSpec({ idmap: [ids('u 0 1000 2', 3), ids('g 0 1000 2', 4)] });
    expect(hasGroupsDenied(two, aliceWithIds())).toBe(false);
    expect(found(two, aliceWithIds()).map((text) => text.slice(0, 14))).toEqual(['HF326 error :3', 'HF326 error :4']);
    const one = aSpec({ idmap: [ids('u 5 1000 1', 3), ids('u 0 100000 1', 3), ids('g 0 1000 1', 4)] });
    expect(found(one, aliceWithIds())).toEqual([]);
  });

  it("refuses the host's root to a caller without CAP_SETFCAP", () => {
    const host = aHost({ capabilities: { effective: ((1n << 41n) - 1n) & ~(1n << 31n), bounding: 0n } });
    expect(found(aSpec({ idmap: [ids('u 0 0 1', 3), ids('g 0 0 1', 4)] }), host).map((text) => text.slice(0, 16))).toEqual([
      'HF328 error :3: ',
      'HF329 warning :4',
    ]);
  });
});

describe('verify', () => {
  it('expects the maps as written, and sorted from the sixth range on', () => {
    const six = [5, 4, 3, 2, 1, 0].map((id) => ids(`u ${id} ${1000 + id} 1`));
    expect(checkLines(idmap.verify(aSpec({ idmap: [...six, ids('g 1 9 1'), ids('g 0 7 1')] }), aHost()))).toEqual([
      "/proc/{pid}/uid_map words '0 1000 1 1 1001 1 2 1002 1 3 1003 1 4 1004 1 5 1005 1'",
      "/proc/{pid}/gid_map words '1 9 1 0 7 1'",
    ]);
  });
});
