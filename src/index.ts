// The public interface of the library, and nothing else.

export { type Config, documentationOf, type MountAutoWord, parseConfig, type ParsedConfig, type ParseOptions } from './config/index.ts';
export type { Diagnostic, Severity } from './model/diagnostic.ts';
export { diagnosticText } from './model/diagnostic.ts';
export { HoldfastError, type HoldfastErrorDetails } from './model/error.ts';
export type { HostFacts } from './model/host.ts';
export type { Origin, Setting, Span } from './model/origin.ts';
export type { Plan } from './model/plan.ts';
export type { ContainerRecord } from './model/record.ts';
export type { ContainerSpec } from './model/spec.ts';
export type { Step } from './model/step.ts';
export type * from './model/usage.ts';
export { attach, type AttachRequest } from './runtime/attach.ts';
export { type CompiledLauncher, compileLauncher } from './runtime/compile.ts';
export { type ContainerState, containerState, type RunningContainer, runningContainers } from './runtime/containers.ts';
export { freeze, type FreezeOptions, freezerStateOf, unfreeze } from './runtime/freezer/index.ts';
export { getGroupValue, type GroupSetting, type GroupValue, type GroupValueOptions, setGroupValue } from './runtime/group-values/index.ts';
export { type Source } from './runtime/source.ts';
export { start, type StartedContainer } from './runtime/start.ts';
export { stopContainer, type StopOptions } from './runtime/stop.ts';
export { usage } from './runtime/usage/running.ts';
export { usageRates } from './runtime/usage/rates.ts';
export { type CheckResult, verifyContainer } from './runtime/verify.ts';
