import type { Provider } from '@nestjs/common';

/** Who licences are sold to. */
export const organizations: Provider[] = [];
