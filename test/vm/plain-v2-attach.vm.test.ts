import { defineGuestTests } from './define-tests.ts';

await defineGuestTests('plain-v2-attach');
