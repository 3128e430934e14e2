import type { Provider } from '@nestjs/common';

/** What is made of licences, month by month. */
export const usage: Provider[] = [];
