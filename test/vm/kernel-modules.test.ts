// What a kernel module says of the modules that it needs.

import { expect, test } from 'vitest';
import { dependencies } from './kernel-modules.ts';

const info = (...lines: readonly string[]) => Buffer.from(`\x7fELF\0${lines.map((line) => `${line}\0`).join('')}`);

test('dependencies, with the names that the kernel uses', () => {
  expect(dependencies(info('license=GPL', 'depends=9pnet,virtio-ring', 'name=9pnet_virtio'))).toEqual({ needed: ['9pnet', 'virtio_ring'], wanted: [] });
  expect(dependencies(info('depends='))).toEqual({ needed: [], wanted: [] });
});

test('what should be there before, and not what may come after', () => {
  expect(dependencies(info('depends=', 'softdep=pre: crc32c-generic post: other'))).toEqual({ needed: [], wanted: ['crc32c_generic'] });
});
