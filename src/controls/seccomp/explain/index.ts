// What can be asked about a policy without a container: its filter in several forms, its summary, one call, two policies.

export { type Arch, archNamed, callNameOf, machineOf, type Native, nativeAudit } from './architecture.ts';
export { cArray } from './c-array.ts';
export { readCall } from './call-text.ts';
export { type CallChange, comparePolicies, type PolicyDifference } from './diff.ts';
export { learnedPolicy, learningPolicy } from './learned.ts';
export { openPolicy, type OpenedPolicy } from './open.ts';
export { pseudoCode } from './pseudo.ts';
export { type PolicySummary, summarise } from './summary.ts';
export { conditionsText, outcomeText, placeText, summaryLine } from './text.ts';
export { type Explanation, explain } from './why.ts';
