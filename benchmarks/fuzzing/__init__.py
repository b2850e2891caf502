"""Deliveries that no register would send: whatever the bytes, reading answers with rows or with a refusal."""
