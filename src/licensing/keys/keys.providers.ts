import type { Provider } from '@nestjs/common';

/** Keys that prove a licence, where it is activated, and how that is validated. */
export const keys: Provider[] = [];
