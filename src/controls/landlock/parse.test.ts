import { describe, expect, test } from 'vitest';
import { diagnosticText } from '../../model/diagnostic.ts';
import { parseRuleset } from './parse.ts';
import { rulesetText } from './ruleset.ts';

const faults = (text: string) =>
  parseRuleset(text, 'r').diagnostics.map((found) => `${found.span?.line}:${found.span?.column} ${diagnosticText(found).message.replace(/^.*?: /, '')}`);

describe('a ruleset file', () => {
  test('says what it grants, and how new a kernel it needs', () => {
    const text = [
      '# web',
      'read / -/opt',
      'write /var/www /tmp   # uploads',
      'use /dev/fuse',
      'allow make_char,make_block /dev',
      'bind 80 443',
      'connect none',
    ];
    const { ruleset, diagnostics } = parseRuleset(text.join('\n'), 'r');
    expect(diagnostics).toEqual([]);
    expect(ruleset.abi).toBe(4);
    expect(rulesetText(ruleset)).toBe('read / /opt; write /var/www /tmp; use /dev/fuse; make_char,make_block /dev; bind 80 443; connect nowhere');
    expect(ruleset.paths.map(({ path, optional }) => [path, optional])).toContainEqual(['/opt', true]);
  });

  test('scopes need version 6, and a file may ask for a version itself', () => {
    expect(parseRuleset('read /\nscope signal', 'r').ruleset).toMatchObject({ abi: 6, scopes: ['signal'] });
    expect(parseRuleset('read /\nabi 3', 'r').ruleset.abi).toBe(3);
  });

  test.each([
    ['reed /', ["1:1 'reed' is no word of this language: abi, read, write, use, allow, bind, connect, scope"]],
    ['read', ["1:1 'read' says nothing about what"]],
    ['read usr', ["1:6 'usr' is no path from / on"]],
    ['read / /a/../b', ["1:8 '/a/../b' leads upwards"]],
    ['read /\nabi 99', ["2:5 '99' is no version of Landlock that is known here (1 to 7)"]],
    ['read /\nabi x', ["2:5 'x' is no version of Landlock that is known here (1 to 7)"]],
    ['read /\nbind 65536', ["2:6 '65536' is no TCP port (0 to 65535; 'none' alone for no port at all)"]],
    ['read /\nbind 80 none', ["2:9 'none' is no TCP port (0 to 65535; 'none' alone for no port at all)"]],
    ['read /\nscope udp', ["2:7 'udp' is no scope: there are abstract-unix-socket, signal"]],
    ['allow read_file', ["1:7 'allow' takes rights and paths"]],
    ['', ['1:1 it grants nothing: not even init could be executed']],
    ['# only a comment', ['1:1 it grants nothing: not even init could be executed']],
  ])('%j is refused where it is wrong', (text, expected) => {
    expect(faults(text)).toEqual(expected);
  });

  test('every fault is told, not the first', () => {
    expect(faults('allow reed,write_file /\nbind x\nfoo bar')).toHaveLength(3);
  });
});
