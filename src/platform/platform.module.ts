import { type ExecutionContext, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { AuditController, RecordAudit } from './audit/index.js';
import { AccessGuard, FeatureAccess, FeatureGuard } from './auth/index.js';
import { Clock } from './clock/index.js';
import { Settings, SettingsModule } from './config/index.js';
import { DatabaseModule } from './database/index.js';
import { EventsModule } from './events/index.js';
import { Degradations, HealthController } from './health/index.js';
import { RATE_LIMIT } from './http/endpoint.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RequestValidation } from './http/validation.js';
import { IdempotencyInterceptor, IdempotencyKeys } from './idempotency/index.js';
import { JobsModule } from './jobs/index.js';
import { LoggingModule } from './logging/index.js';
import { Storage, storage } from './storage/index.js';

const MINUTE = 60_000;

function limitOf(route: ExecutionContext): string | undefined {
  return Reflect.getMetadata(RATE_LIMIT, route.getHandler()) as string | undefined;
}

/** What every feature stands on. Guards run in this order: rate limit, access, features. */
@Global()
@Module({
  imports: [
    SettingsModule,
    LoggingModule,
    DatabaseModule,
    JobsModule,
    EventsModule,
    ThrottlerModule.forRootAsync({
      inject: [Settings],
      useFactory: (settings: Settings) => [
        {
          name: 'default',
          ttl: MINUTE,
          limit: settings.RATE_LIMIT_PER_MINUTE,
          skipIf: (route) => limitOf(route) === 'none',
        },
        {
          name: 'signIn',
          ttl: MINUTE,
          limit: settings.SIGN_IN_LIMIT_PER_MINUTE,
          skipIf: (route) => limitOf(route) !== 'sign-in',
        },
        {
          name: 'validation',
          ttl: MINUTE,
          limit: settings.VALIDATION_LIMIT_PER_MINUTE,
          skipIf: (route) => limitOf(route) !== 'validation',
        },
      ],
    }),
  ],
  controllers: [HealthController, AuditController],
  providers: [
    Clock,
    Degradations,
    RecordAudit,
    FeatureAccess,
    IdempotencyKeys,
    storage,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: ThrottlerGuard },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_GUARD, useClass: FeatureGuard },
    { provide: APP_PIPE, useClass: RequestValidation },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
  exports: [Clock, Degradations, RecordAudit, FeatureAccess, IdempotencyKeys, Storage],
})
export class PlatformModule {}
