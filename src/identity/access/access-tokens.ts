import { createSecretKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';

export const ISSUER = 'bursar';
export const AUDIENCE = 'bursar-api';

/** Signs the built-in issuer's access tokens. They say who, never what one may do: roles are read when the token is used. */
@Injectable()
export class AccessTokens {
  readonly lifeSeconds: number;
  private readonly key: KeyObject;

  constructor(
    settings: Settings,
    private readonly clock: Clock,
  ) {
    this.lifeSeconds = settings.JWT_EXPIRES_IN;
    this.key = createSecretKey(settings.JWT_SECRET, 'utf8');
  }

  sign(userId: string): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(userId)
      .setIssuedAt(this.clock.now())
      .setExpirationTime(this.clock.in(this.lifeSeconds))
      .sign(this.key);
  }
}
