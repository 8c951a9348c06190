import { expect, it } from 'vitest';
import { parseSubIds } from './subid-file.ts';

it('reads names, numbers of users and every base that newuidmap reads', () => {
  const { lines, faults } = parseSubIds('# ids\nalice:100000:65536\n\n1000:0x30d40:0200\nbob:4294967294:1\n');
  expect(lines).toEqual([
    { owner: 'alice', first: 100000, count: 65536, line: 2 },
    { owner: '1000', first: 200000, count: 128, line: 4 },
    { owner: 'bob', first: 4294967294, count: 1, line: 5 },
  ]);
  expect(faults).toEqual([]);
});

it.each([
  ['alice', 'it has 1 fields instead of 3'],
  ['alice:1:2:3', 'it has 4 fields instead of 3'],
  [':100000:65536', 'it names no user'],
  ['alice:100000:65536\r', 'there is a carriage return in it'],
  ['alice: 100000:65536', 'there is a blank in it'],
  ['alice:100000-165535:1', "'100000-165535' is no number"],
  ['alice:-1:5', "'-1' is no number"],
  ['alice:08:5', "'08' is no number"],
  ['alice:1e5:5', "'1e5' is no number"],
  ['alice:100000:', "'' is no number"],
  ['alice:100000:0', 'it grants no id'],
  ['alice:4294967294:2', 'its last id is beyond 4294967294'],
  ['alice:99999999999999999999:1', 'its last id is beyond 4294967294'],
])('%j grants nothing', (text, reason) => {
  expect(parseSubIds(`x:1:1\n${text}\n`)).toEqual({
    lines: [{ owner: 'x', first: 1, count: 1, line: 1 }],
    faults: [expect.objectContaining({ text, line: 2, reason })],
  });
});
