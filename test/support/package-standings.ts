/* A package of three credits (`PackageDesk.read`) as it is bought, given back, used of and given back after use. */

/** 3 credits for 30.00 and 5.70 of tax. */
export const terms = { sessionCount: 3, price: 3000 };

export const fresh = { status: 'ACTIVE', remaining: 3, refunded: 0, suspended: false, net: 3000, tax: 570 };

export const gone = { status: 'REFUNDED', remaining: 0, refunded: 3, suspended: false, net: 0, tax: 0 };

export const usedOne = { ...fresh, remaining: 2, net: 2000, tax: 380 };

export const goneButOne = { ...gone, refunded: 2 };
