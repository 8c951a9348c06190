import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAPABILITIES } from '../../kernel/capabilities.gen.ts';
import { aHost, aSpec, ids, set } from '../namespaces/testing.ts';
import { capabilityMask, capabilityName, capabilityNumber, capabilityTitle, keptCapabilities, maskText } from './wanted.ts';

const MAPPED = [ids('u 0 100000 65536'), ids('g 0 100000 65536')];
const names = Object.keys(CAPABILITIES);
const word = fc.oneof(fc.constantFrom(...names), fc.nat(45).map(String));

describe('keptCapabilities', () => {
  it('is the definition of drop and keep, over the bounding set there is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('drop' as const, 'keep' as const),
        fc.array(word, { maxLength: 12 }),
        fc.bigInt({ min: 0n, max: (1n << 41n) - 1n }),
        fc.integer({ min: 36, max: 42 }),
        fc.boolean(),
        (mode, asked, bounding, lastCapability, mapped) => {
          const spec = aSpec({ capabilities: { mode, names: asked.map((name) => set(name)), why: set(0).why }, idmap: mapped ? MAPPED : [] });
          const host = aHost({ lastCapability, capabilities: { effective: (1n << 41n) - 1n, bounding } });
          const numbers = asked.map((name) => (CAPABILITIES as Record<string, number>)[name] ?? Number(name));
          const expected: number[] = [];
          for (let number = 0; number <= lastCapability; number += 1) {
            if (!mapped && (bounding & (1n << BigInt(number))) === 0n) continue;
            if (mode === 'drop' ? !numbers.includes(number) : numbers.includes(number)) expected.push(number);
          }
          expect([...keptCapabilities(spec, host)]).toEqual(expected);
        },
      ),
    );
  });
});

describe('names and numbers', () => {
  it('are two ways to write the same', () => {
    for (const [name, number] of Object.entries(CAPABILITIES)) {
      expect(capabilityNumber(name)).toBe(number);
      expect(capabilityNumber(String(number))).toBe(number);
      expect(capabilityName(number)).toBe(name);
    }
    expect([capabilityNumber('SYS_ADMIN'), capabilityNumber('cap_chown'), capabilityNumber(''), capabilityNumber('0x1')]).toEqual([null, null, null, null]);
    expect([capabilityTitle(16), capabilityTitle(41)]).toEqual(['CAP_SYS_MODULE', 'capability 41']);
  });

  it('make the mask that the kernel shows', () => {
    expect(maskText(capabilityMask([0, 8, 40]))).toBe('0000010000000101');
  });
});
