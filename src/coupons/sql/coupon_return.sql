-- Gives a session's use back. 'unpaid': a reserved one; 'ungiven': a consumed one, whose thing could not be given after all; 'refunded': a
-- consumed one, if the coupon says so. True when this call gave it back; the slot goes back with it, once. Locks the coupon's row before
-- the use's: whoever reserves holds the former and may wait for the latter.
CREATE OR REPLACE FUNCTION coupon_return(p_session_id text, p_why text, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  v_coupon coupons;
BEGIN
  SELECT * INTO v_coupon FROM coupons
  WHERE id = (SELECT coupon_id FROM coupon_uses WHERE session_id = p_session_id) FOR NO KEY UPDATE;
  UPDATE coupon_uses SET status = 'RETURNED', returned_at = p_at
  WHERE session_id = p_session_id AND CASE p_why
    WHEN 'unpaid' THEN status = 'RESERVED'
    WHEN 'ungiven' THEN status = 'CONSUMED'
    WHEN 'refunded' THEN status = 'CONSUMED' AND v_coupon.return_on_refund
  END;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE coupons SET current_uses = current_uses - 1 WHERE id = v_coupon.id;
  RETURN true;
END $$;
