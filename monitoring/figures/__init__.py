"""The figures of the bureau's report: declared tables, counted from the monitoring table, written in every form."""
