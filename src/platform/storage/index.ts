import type { Provider } from '@nestjs/common';
import { Settings } from '../config/index.js';
import { LocalStorage } from './local-storage.js';
import { S3Storage } from './s3-storage.js';
import { Storage } from './storage.js';

export { LocalStorage } from './local-storage.js';
export { S3Storage } from './s3-storage.js';
export { type ByteRange, type ObjectFacts, Storage, StorageProblems } from './storage.js';

/** Where files are kept: in a bucket when there is one, else on this machine's disk. */
export const storage: Provider = {
  provide: Storage,
  inject: [Settings],
  useFactory: ({ s3, STORAGE_DIR }: Settings) => (s3 ? new S3Storage(s3) : new LocalStorage(STORAGE_DIR)),
};
