import { Global, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { readSettings } from './read-settings.js';
import { Settings } from './settings.js';

/** Reads `.env` and the environment, once. Everything that follows injects `Settings`. */
@Global()
@Module({
  imports: [ConfigModule.forRoot()],
  // ConfigService is asked for so that `.env` has been loaded into the environment before it is read.
  providers: [{ provide: Settings, inject: [ConfigService], useFactory: () => readSettings(process.env) }],
  exports: [Settings],
})
export class SettingsModule {}
