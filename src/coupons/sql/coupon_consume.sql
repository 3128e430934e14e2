-- The session is paid: its use is consumed for good. True also when there is none, or when it is so already. A use that was returned in
-- the meantime is taken again under the limits (not the validity: the price was promised when it was valid); false when none is left.
-- The first update contends on the use's row alone, so that payments do not queue for a popular coupon.
CREATE OR REPLACE FUNCTION coupon_consume(p_session_id text, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  v_use coupon_uses;
BEGIN
  UPDATE coupon_uses SET status = 'CONSUMED', consumed_at = p_at WHERE session_id = p_session_id AND status = 'RESERVED';
  IF FOUND THEN
    RETURN true;
  END IF;

  -- A returned use becomes another only under the lock of its coupon, so what is read of it after the lock stays.
  PERFORM 1 FROM coupons WHERE id = (SELECT coupon_id FROM coupon_uses WHERE session_id = p_session_id) FOR NO KEY UPDATE;
  SELECT * INTO v_use FROM coupon_uses WHERE session_id = p_session_id AND status = 'RETURNED';
  IF NOT FOUND THEN
    RETURN true;
  END IF;
  BEGIN
    IF coupon_take_slot(v_use.coupon_id, v_use.user_id, NULL) <> 'taken' THEN
      RETURN false;
    END IF;
    UPDATE coupon_uses SET status = 'CONSUMED', consumed_at = p_at, returned_at = NULL WHERE id = v_use.id;
    RETURN true;
  EXCEPTION WHEN unique_violation THEN
    -- Another coupon for a first purchase has come before; leaving the block this way gives the slot back.
    RETURN false;
  END;
END $$;
