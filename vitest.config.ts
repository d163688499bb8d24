import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', 'build/**', 'dist/**'],
    // Compiling a program takes seconds on a slow machine, and several tests do it at once.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
