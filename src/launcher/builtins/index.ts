// The builtins by name.

import type { Builtin } from '../../model/step.ts';
import type { LowerContext } from '../lower/context.ts';
import { channels } from './channels.ts';
import { claim, unclaim } from './claim.ts';
import { claimValue } from './claim-value.ts';
import { clone } from './clone.ts';
import { armCourier, courier, endCourier, leaveListener } from './courier.ts';
import { makeGroup, removeGroup } from './control-group.ts';
import { killGroup } from './kill-group.ts';
import { execute, findInit, handOver } from './execute.ts';
import { groupLevel } from './group-level.ts';
import { guard } from './guard.ts';
import { idMap, idMapHelper } from './id-map.ts';
import { normalise } from './normalise.ts';
import { reaper } from './reaper.ts';
import { awaitGo, release } from './release.ts';
import { serve } from './serve.ts';
import { attachConsole, makeConsole, makeTty, session } from './terminals.ts';

export function lowerBuiltin(ctx: LowerContext, action: Builtin): void {
  switch (action.builtin) {
    case 'normalise':
      return normalise(ctx);
    case 'guard':
      return guard(ctx);
    case 'claim':
      return claim(ctx, action);
    case 'unclaim':
      return unclaim(ctx, action);
    case 'channels':
      return channels(ctx);
    case 'cgroup':
      return makeGroup(ctx, action);
    case 'cgroup-remove':
      return removeGroup(ctx, action);
    case 'cgroup-kill':
      return killGroup(ctx, action);
    case 'claim-value':
      return claimValue(ctx, action);
    case 'group-level':
      return groupLevel(ctx, action);
    case 'clone':
      return clone(ctx, action);
    case 'id-map':
      return idMap(ctx, action);
    case 'id-map-helper':
      return idMapHelper(ctx, action);
    case 'attach-console':
      return attachConsole(ctx);
    case 'courier':
      return courier(ctx);
    case 'end-courier':
      return endCourier(ctx);
    case 'arm-courier':
      return armCourier(ctx);
    case 'leave-listener':
      return leaveListener(ctx, action);
    case 'release':
      return release(ctx);
    case 'serve':
      return serve(ctx, action);
    case 'await-go':
      return awaitGo(ctx, action);
    case 'console':
      return makeConsole(ctx);
    case 'tty':
      return makeTty(ctx, action.target);
    case 'reaper':
      return reaper(ctx, action, lowerBuiltin);
    case 'session':
      return session(ctx, action.controllingTerminal);
    case 'find-init':
      return findInit(ctx, action);
    case 'hand-over':
      return handOver(ctx);
    case 'exec':
      return execute(ctx, action);
  }
}
