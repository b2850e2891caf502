"""What `weerzien doctor` looks at; nothing here changes anything."""
