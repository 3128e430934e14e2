import { EditOrganizations } from './edit-organizations.js';
import { ReadOrganizations } from './read-organizations.js';

/** Who licences are sold to. */
export const organizations = [ReadOrganizations, EditOrganizations];
