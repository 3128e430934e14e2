/** As M-Pesa writes it: `Ksh1,500.00`. */
export function shillings(amount: number): string {
  return `Ksh${amount.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')}`;
}
