import { defineGuestTests } from './define-tests.ts';

await defineGuestTests('apparmor-attempts');
