"""The published tables described for other programs and people: dictionary, crosswalk to standards, a file for SPSS."""
