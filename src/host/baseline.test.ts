import { expect, it } from 'vitest';
import { diagnosticText } from '../model/diagnostic.ts';
import { baseline, kernelVersion } from './baseline.ts';
import { fixtureMachine } from './fixture.ts';

const judged = (release: string, arch = 'x64') => {
  const found = baseline(fixtureMachine({ files: {}, release, arch }));
  return found === null ? null : `${found.code} ${diagnosticText(found).message}`;
};

it.each(['5.14.0', '5.15.0-91-generic', '6.1.0-37-amd64', '10.0.0-rc1'])('takes Linux %s', (release) => {
  expect(judged(release)).toBeNull();
});

it.each(['5.13.19', '4.19.0-26-amd64', '3.10.0-1160.el7', 'strange'])('refuses Linux %s by name', (release) => {
  expect(judged(release)).toBe(`HF502 this kernel is ${release}; Holdfast needs 5.14 or newer`);
});

it('refuses other architectures by name, before the kernel', () => {
  expect(judged('6.1.0', 'riscv64')).toBe("HF501 Holdfast makes machine code for x86-64 and arm64, and this is 'riscv64'");
  expect(judged('3.0.0', 'ia32')).toContain("'ia32'");
  expect(judged('6.1.0', 'arm64')).toBeNull();
});

it('reads a release in numbers', () => {
  expect(kernelVersion('6.18.44-fc-v782')).toEqual({ release: '6.18.44-fc-v782', major: 6, minor: 18 });
});
