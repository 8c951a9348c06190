// The configuration language of LXC, every generation of it: text to settings to a ContainerSpec.

export type { ConfigFiles, FileAnswer, ListAnswer } from './files.ts';
export { memoryFiles } from './files.ts';
export { defaultSpec } from './default-spec.ts';
export { effective } from './effective.ts';
export { keyArticle, titleOf } from './keys/article.ts';
export type { Effect, Grammar, KeyEntry } from './keys/entry.ts';
export { keyGroups } from './keys/groups.ts';
export { findKey, KEYS, nearestKeys, suggestKeys } from './keys/lookup.ts';
export { REMOVED_KEYS } from './keys/management.ts';
export type { LoadedSpec, LoadRequest } from './load-spec.ts';
export { loadSpec } from './load-spec.ts';
export { documentationOf } from './documentation.ts';
export type { ParsedConfig, ParseOptions } from './parse-config.ts';
export { parseConfig } from './parse-config.ts';
export type { ConfigReading, ReadOptions } from './read.ts';
export { readConfig } from './read.ts';
export { type Accepted, accept } from './advice/accept.ts';
export { advise } from './advice/index.ts';
export type { ConfigSetting } from './setting.ts';
export type { HeldKey, ShownValue } from './show/show-key.ts';
export { showAll, showKey } from './show/show-key.ts';
export type { LineContent, SourceLine, SourceText } from './syntax.ts';
export type { SpecRequest, SpecResult } from './to-spec.ts';
export { toSpec } from './to-spec.ts';
export type { Config, MountAutoWord } from './typed.ts';
export { isSystemFileKey, SYSTEM_FILE_KEYS, type SystemFileKey } from './system-file/keys.ts';
export { readSystemFile } from './system-file/read.ts';
