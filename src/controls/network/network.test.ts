import { describe, expect, it } from 'vitest';
import { newNamespaces } from '../namespaces/index.ts';
import { aHost, aSpec, findingLines, line, net, set, stepLines } from '../namespaces/testing.ts';
import { network } from './index.ts';

const embedded = { kind: 'host', why: line(9) } as const;
const steps = (...args: Parameters<typeof network.compile>) => network.compile(...args).steps;
const found = (...args: Parameters<typeof network.compile>) => findingLines(network.compile(...args).diagnostics);

it('brings lo up and looks whether it is', () => {
  expect(stepLines(steps(aSpec({ network: [net('empty', { up: true, why: line(4) })] }), aHost()))).toEqual([
    'init network: bring the loopback interface up [web:4]',
    '  socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, 0) -> $network.socket',
    '  network.lo+0:8 := 28524',
    '  network.lo+16:2 := 65',
    '  ioctl($network.socket, SIOCSIFFLAGS, &network.lo)',
    '  ioctl($network.socket, SIOCGIFFLAGS, &network.lo)',
    '  network.lo+16:2&1 == 1',
    '  close($network.socket)',
  ]);
});

describe('lo', () => {
  it.each([
    ['no network', aSpec(), 0],
    ['an empty network, down', aSpec({ network: [net('empty')] }), 0],
    ['an empty network, up', aSpec({ network: [net('empty', { up: true })] }), 1],
    ["the host's network, up", aSpec({ network: [net('none', { up: true })] }), 0],
    ['none among others', aSpec({ network: [net('none', { up: true }), net('empty', { index: 1 })] }), 0],
    ['the embedded default', aSpec({ root: embedded }), 1],
    ["the embedded default in the host's network", aSpec({ root: embedded, network: [net('none')] }), 0],
    ['a network that is allowed to be missing', aSpec({ network: [net('veth', { up: true })], allowMissing: [set('lxc.net.0.type')] }), 1],
  ])('%s', (_, spec, count) => {
    expect(steps(spec, aHost())).toHaveLength(count);
  });
});

describe('findings', () => {
  it('name the type that is not built, with its other keys', () => {
    const veth = net('veth', { keys: ['lxc.net.0.type', 'lxc.net.0.link', 'lxc.net.0.flags', 'lxc.net.0.name'], why: line(4) });
    expect(found(aSpec({ network: [veth] }), aHost())).toEqual([
      expect.stringMatching(
        /^HF301 error :4: 'lxc.net.0.type' is read but cannot be enforced: networks of type veth are not built yet \(lxc.net.0.link, lxc.net.0.name as well\)/,
      ),
    ]);
    const allowed = aSpec({ network: [veth], allowMissing: [set('lxc.net.*')] });
    expect(found(allowed, aHost())).toEqual([expect.stringMatching(/^HF302 warning :4/)]);
    expect(newNamespaces(allowed, aHost())).toContain('net');
  });

  it('refuse a network of its own in the namespace of the host', () => {
    const spec = aSpec({ network: [net('empty', { why: line(4) })], namespaces: { mode: 'keep', names: ['net'], why: line(2) } });
    expect(found(spec, aHost())).toEqual([expect.stringMatching(/^HF371 info :4/), expect.stringMatching(/^HF370 error :4/)]);
  });

  it("mention the host's network", () => {
    expect(found(aSpec({ network: [net('none')] }), aHost())).toEqual([expect.stringMatching(/^HF371 info :1/)]);
    expect(found(aSpec({ network: [net('empty')] }), aHost())).toEqual([]);
  });
});
