import { describe, expect, test } from 'vitest';
import { KEYS } from '../../../config/index.ts';
import { helpOnKey } from '../../routes/config.ts';
import { ended as endedWith } from '../../testing.ts';

const ended = (...words: string[]) => endedWith(helpOnKey(words));

const firstWords = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0]);

describe('config keys', () => {
  test('lists every row, in order', async () => {
    const { code, stdout } = await ended('config', 'keys');
    expect([code, firstWords(stdout)]).toEqual([0, KEYS.map(({ name }) => name)]);
  });
  test('takes a part of a name, also of an old one, or a pattern for all of it', async () => {
    expect(firstWords((await ended('config', 'keys', 'CAP')).stdout)).toEqual(['lxc.cap.drop', 'lxc.cap.keep', 'lxc.cap.inheritance']);
    expect(firstWords((await ended('config', 'keys', 'aa_profile')).stdout)).toEqual(['lxc.apparmor.profile']);
    expect(firstWords((await ended('config', 'keys', 'lxc.*.drop')).stdout)).toEqual(['lxc.cap.drop']);
  });
  test('is JSON on demand', async () => {
    expect(JSON.parse((await ended('config', 'keys', '--json', 'lxc.cap.drop')).stdout)).toMatchObject([{ name: 'lxc.cap.drop' }]);
  });
  test('that finds nothing fails', async () => {
    expect(await ended('config', 'keys', 'lxc(')).toEqual({ code: 1, stdout: '', stderr: "holdfast: no key is like 'lxc('\n" });
  });
});

describe('config --help KEY', () => {
  test.each([
    ['config', '--help', 'lxc.cap.drop'],
    ['config', '-h', 'lxc.cap.drop'],
    ['config', 'help', 'lxc.cap.drop'],
  ])('%s %s %s', async (...words) => {
    const { code, stdout } = await ended(...words);
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'lxc.cap.drop']);
  });
  test('without a key is the help of the command', async () => expect((await ended('config', '--help')).stdout).toContain('config keys'));
  test('says what the table says, also of old and removed names', async () => {
    expect((await ended('config', 'help', 'lxc.signal.halt')).stdout).toBe(SIGNAL_HALT);
    expect((await ended('config', 'help', 'lxc.haltsignal')).stdout).toBe(SIGNAL_HALT);
    expect((await ended('config', 'help', 'lxc.network.ipv4')).stdout).toContain('lxc.net.N.ipv4.address\n');
    expect((await ended('config', 'help', 'lxc.kmsg')).stdout).toContain('3.0 refuses it');
    expect((await ended('config', 'help', 'lxc.cap')).stderr).toContain('below it: lxc.cap.drop, lxc.cap.keep');
  });
  test('names what is near a key that is none', async () => {
    expect(await ended('config', '--help', 'lxc.cap.dorp')).toEqual({
      code: 2,
      stdout: '',
      stderr: "holdfast: there is no key 'lxc.cap.dorp'; near it: lxc.cap.drop\n",
    });
  });
});

const SIGNAL_HALT = `lxc.signal.halt
  asks init to shut down

  value         a name such as SIGTERM, SIGRTMIN+3 or SIGRTMAX-1, or a number up to 64
  for example   SIGTERM
                SIGRTMIN+3
                SIGRTMAX-1
  refused       TERM
                SIGTREM
                65
  without it    SIGPWR
  several lines the last one holds
  empty value   as if no line before had set it
  in LXC        from 1.0 on; until 2.0 called lxc.haltsignal, a name that 2.1 still takes and 3.0 refuses
  in Holdfast   enforced
`;
