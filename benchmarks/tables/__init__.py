"""How well `weerzien link` does on flat tables with a known truth, public ones and synthetic ones."""
