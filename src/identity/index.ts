export { type AdminToCreate, CreateAdmin, type CreatedAdmin } from './create-admin.js';
export { IdentityModule } from './identity.module.js';
export { RegisterUser } from './sign-in/register-user.js';
export { type ProfilePart, ProfileParts } from './users/profile-parts.js';
