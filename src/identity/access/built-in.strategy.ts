import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { BUILT_IN_ISSUER, type Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { AUDIENCE, ISSUER } from './access-tokens.js';
import { type Claims, isInForce } from './claims.js';
import { Principals } from './principals.js';

/** Tokens that this system signed: HS256 and nothing else. */
@Injectable()
export class BuiltInStrategy extends PassportStrategy(Strategy, BUILT_IN_ISSUER) {
  constructor(
    settings: Settings,
    private readonly clock: Clock,
    private readonly principals: Principals,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: settings.JWT_SECRET,
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
      // Checked in `validate`, by our clock.
      ignoreExpiration: true,
    });
  }

  async validate(claims: Claims): Promise<Principal | false> {
    if (!isInForce(claims, this.clock.now()) || typeof claims.sub !== 'string') return false;
    return (await this.principals.find(claims.sub)) ?? false;
  }
}
