import { expect, test } from 'vitest';
import { isOwnHost, listenAddress } from './address.ts';

test.each([
  ['unix:/run/holdfast/metrics.sock', { kind: 'unix', path: '/run/holdfast/metrics.sock' }],
  ['unix:here', { kind: 'unix', path: 'here' }],
  ['127.0.0.1:9100', { kind: 'tcp', host: '127.0.0.1', port: 9100 }],
  ['127.1.2.3:0', { kind: 'tcp', host: '127.1.2.3', port: 0 }],
  ['[::1]:9100', { kind: 'tcp', host: '::1', port: 9100 }],
])('%s', (text, address) => expect(listenAddress(text)).toEqual(address));

test.each([
  '0.0.0.0:9100',
  '[::]:9100',
  ':9100',
  '9100',
  '127.0.0.1',
  '127.0.0.1:',
  '127.0.0.1:99999',
  '10.0.0.1:80',
  '127.0.0.256:80',
  '127.0.0.1.evil.org:80',
  '128.0.0.1:1',
  'localhost:80',
  '[::ffff:10.0.0.1]:80',
  '127.1:80',
  '::1:80',
  'unix:',
  `unix:/${'x'.repeat(107)}`,
  '',
  'http://127.0.0.1:80',
])('%s is refused', (text) => expect(() => listenAddress(text)).toThrow(expect.objectContaining({ code: 'usage' }) as Error));

test('a request from this machine names it; a page of another site does not', () => {
  for (const host of ['127.0.0.1:9100', 'localhost', 'localhost:1', '[::1]:9100']) expect(isOwnHost(host), host).toBe(true);
  for (const host of [undefined, '', 'evil.org', 'evil.org:9100', 'localhost.evil.org', '10.0.0.1', '[::2]']) expect(isOwnHost(host), host).toBe(false);
});
