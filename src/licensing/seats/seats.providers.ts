import type { Provider } from '@nestjs/common';

/** Who has the seats of licences, and what they give. */
export const seats: Provider[] = [];
