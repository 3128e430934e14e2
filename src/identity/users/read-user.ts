import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { publicUser, type PublicUser } from './user.js';

@Injectable()
export class ReadUser {
  constructor(private readonly database: Database) {}

  async execute(id: string): Promise<PublicUser> {
    const user = await this.database.client.user.findUnique({ where: { id }, select: publicUser });
    if (!user) throw notFound('User');
    return user;
  }
}
