// Docker's default profile, for tests: docker-default.json, written from its published semantics.

import { readFileSync } from 'node:fs';

/** For many machines and containers: only with its surroundings it is a policy. */
export const DOCKER_DEFAULT = readFileSync(new URL('docker-default.json', import.meta.url), 'utf8');
