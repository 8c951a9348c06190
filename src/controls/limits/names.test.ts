import { describe, expect, it } from 'vitest';
import { namePath } from './names.ts';

describe('namePath', () => {
  it.each([
    ['kernel.msgmax', 'kernel/msgmax'],
    ['net/ipv4/conf/eth0.1/forwarding', 'net/ipv4/conf/eth0.1/forwarding'],
    ['net.ipv4.conf.eth0/1.forwarding', 'net/ipv4/conf/eth0.1/forwarding'],
    ['oom_score_adj', 'oom_score_adj'],
  ])('%s is %s', (name, path) => {
    expect(namePath(name)).toEqual({ path });
  });

  it.each(['', '.', '..', '/etc/passwd', 'a/../b', 'a/./b', '../b', './/b', 'a//b', 'a/', 'a.', '.a', 'kernel..x', 'kernel.//.x', 'a\0b'])(
    '%j is none',
    (name) => {
      expect(namePath(name)).toHaveProperty('problem');
    },
  );
});
