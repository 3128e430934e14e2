import { defineConfig } from 'prisma/config';

/** Only `prisma generate` reads this; migrations are applied by `npm run migrate` (src/platform/database/migrate). */
export default defineConfig({ schema: 'prisma', migrations: { path: 'prisma/migrations' } });
