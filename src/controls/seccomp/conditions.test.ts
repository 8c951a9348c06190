import { expect, test } from 'vitest';
import { diagnosticText } from '../../model/diagnostic.ts';
import { conditionText, readCondition } from './conditions.ts';

const read = (text: string) => readCondition({ text, span: { file: 'p', line: 1, column: 1, length: text.length } }, ['x86_64', 'x32', 'i386']);

test.each([
  ['[0,1,SCMP_CMP_NE]', 'ne', '[0,1,!=]'],
  ['[1,0x10,SCMP_CMP_LT]', 'lt', '[1,16,<]'],
  ['[2,010,SCMP_CMP_LE]', 'le', '[2,8,<=]'],
  ['[3,18446744073709551615,SCMP_CMP_EQ]', 'eq', '[3,18446744073709551615,==]'],
  ['[4, 0, SCMP_CMP_GE]', 'ge', '[4,0,>=]'],
  ['[5,0xFFFFFFFFFFFFFFFF,SCMP_CMP_GT]', 'gt', '[5,18446744073709551615,>]'],
])('%s', (text, operator, printed) => {
  const { condition, diagnostics } = read(text);
  expect(diagnostics).toEqual([]);
  expect(condition).toMatchObject({ kind: 'compare', operator });
  expect(condition && conditionText(condition)).toBe(printed);
  expect(read(printed).condition).toEqual(condition);
});

test.each(['[1,2,SCMP_CMP_MASKED_EQ,0xf]', '[1,2,&=,15]'])('%s', (text) => {
  expect(read(text)).toEqual({ condition: { kind: 'masked', argument: 1, mask: 15n, value: 2n }, diagnostics: [] });
});

test('bits of a value outside the mask are ignored, and said', () => {
  const { condition, diagnostics } = read('[0,0x1f,&=,0xf]');
  expect(condition).toEqual({ kind: 'masked', argument: 0, mask: 15n, value: 15n });
  expect(diagnostics.map(({ code }) => code)).toEqual(['HF217']);
});

test.each([
  ['[0,1,==', 'closing bracket'],
  ['[]', "'' is no argument"],
  ['[6,1,==]', "'6' is no argument"],
  ['[a,1,==]', "'a' is no argument"],
  ['[0,-1,==]', "'-1' is no number"],
  ['[0,18446744073709551616,==]', 'is no number of 64 bits'],
  ['[0,0x,==]', "'0x' is no number"],
  ['[0,09,==]', "'09' is no number"],
  ['[0,1]', "'' is no operator"],
  ['[0,1,=]', "'=' is no operator"],
  ['[0,1,constructor]', "'constructor' is no operator"],
  ['[0,1,==,1]', "'==' takes no mask"],
  ['[0,1,&=]', 'needs a mask'],
  ['[0,1,&=,x]', "'x' is no number"],
  ['[0,1,&=,1,1]', 'more than four parts'],
  ['[0,1|,==]', "'' is no number"],
  ['[0,,==]', "'' is no number"],
])('%s: %s', (text, problem) => {
  const { condition, diagnostics } = read(text);
  expect(condition).toBeNull();
  expect(diagnostics.map(({ code }) => code)).toEqual(['HF205']);
  expect(diagnostics.map((one) => diagnosticText(one).message).join()).toContain(problem);
});
