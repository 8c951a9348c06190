// holdfast apparmor check: what AppArmor is here, what is loaded, and whether a container's profile can be.

import { apparmor } from '../../../controls/apparmor/index.ts';
import { hasErrors } from '../../../model/diagnostic.ts';
import { diagnosticsReport } from '../../../report/diagnostics.ts';
import { type ContainerProfile, type ProfileState, profileState } from '../../../runtime/show-profile.ts';
import { type Context, out } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ConfigFlags } from '../../flags.ts';
import { sourceOf } from '../../source.ts';

export function check(this: Context, { json, ...flags }: ConfigFlags & { readonly json: boolean }, name?: string): void {
  const source = sourceOf(this, flags, name);
  const state = profileState(source.name === undefined && source.file === undefined ? null : source);
  const found = state.container === null ? [] : findings(state.container);
  if (json) {
    const { active, mediatesMounts, loaded, container } = state;
    const told = container === null ? null : { name: container.name, profile: container.profile, bytes: container.bytes, findings: found };
    out(this, `${JSON.stringify({ version: 1, active, mediatesMounts, loaded, container: told }, null, 2)}\n`);
  } else {
    out(this, stateText(state));
    out(this, diagnosticsReport(found, state.container?.prepared.lineOf ?? (() => undefined)));
  }
  this.process.exitCode = hasErrors(found) ? EXIT.errors : EXIT.ok;
}

function findings({ prepared }: ContainerProfile) {
  const { spec, host, diagnostics } = prepared;
  return spec === null ? diagnostics : [...diagnostics, ...apparmor.compile(spec, host).diagnostics];
}

function stateText({ active, mediatesMounts, loaded, container }: ProfileState): string {
  const at = active ? `AppArmor is at work, and ${mediatesMounts ? 'mediates mounts' : 'does not mediate mounts'}` : 'AppArmor is not at work in this kernel';
  const lines = Object.entries(loaded ?? {}).map(([name, mode]) => `  ${name}: ${mode === null ? 'not loaded' : `loaded (${mode})`}`);
  const own = container === null ? [] : [containerText(container)];
  return `${[at, ...lines, ...own].join('\n')}\n`;
}

function containerText({ name, profile, bytes }: ContainerProfile): string {
  const compiled = bytes === null ? '' : `, compiled to ${bytes} bytes`;
  return `${name}: ${profile === null ? 'no profile' : `profile ${profile}`}${compiled}`;
}
