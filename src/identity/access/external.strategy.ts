import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { EXTERNAL_ISSUER, type Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { type Claims, isInForce } from './claims.js';
import { readIdentity } from './external-identity.js';
import { externalAlgorithms, ExternalKeys } from './external-keys.js';
import { Principals } from './principals.js';
import { ProvisionExternalUser } from './provision-external-user.js';

/** Two machines' clocks are never quite the same. */
const SKEW_SECONDS = 5;

/** Tokens of the external issuer. Without one configured there is no key, and every token fails here. */
@Injectable()
export class ExternalStrategy extends PassportStrategy(Strategy, EXTERNAL_ISSUER) {
  constructor(
    settings: Settings,
    keys: ExternalKeys,
    private readonly clock: Clock,
    private readonly provision: ProvisionExternalUser,
    private readonly principals: Principals,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      algorithms: externalAlgorithms,
      issuer: settings.AUTH_ISSUER,
      audience: settings.AUTH_AUDIENCE,
      // Checked in `validate`, by our clock.
      ignoreExpiration: true,
      jsonWebTokenOptions: { ignoreNotBefore: true },
      // An error given to `done` is a failed authentication, not a failed request.
      secretOrKeyProvider: (_request, token: string, done) => {
        keys
          .find(token)
          .then((pem) => done(null, pem))
          .catch(done);
      },
    });
  }

  async validate(claims: Claims): Promise<Principal | false> {
    const identity = isInForce(claims, this.clock.now(), SKEW_SECONDS) ? readIdentity(claims) : undefined;
    if (!identity) return false;
    return (await this.principals.find(await this.provision.execute(identity))) ?? false;
  }
}
