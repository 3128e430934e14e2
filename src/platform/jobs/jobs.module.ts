import { Global, Module } from '@nestjs/common';
import { Housekeeping } from './housekeeping.js';
import { Sweeps } from './sweeps.js';

@Global()
@Module({ providers: [Sweeps, Housekeeping], exports: [Sweeps, Housekeeping] })
export class JobsModule {}
