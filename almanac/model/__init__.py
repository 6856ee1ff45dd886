"""The catalogue: records linked and indexed, with recommendations, overlaps and days off."""
