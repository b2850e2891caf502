"""The estimate of the unseen: how many victims no list holds, by multiple systems estimation, and how sure that is."""
