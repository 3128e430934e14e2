import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '../discovery/index.js';
import { Housekeeping } from './housekeeping.js';
import { Sweeps } from './sweeps.js';

@Global()
@Module({ imports: [DiscoveryModule], providers: [Sweeps, Housekeeping], exports: [Sweeps, Housekeeping] })
export class JobsModule {}
