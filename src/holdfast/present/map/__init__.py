"""Maps of a line of contact: a picture of plain data drawn as an SVG, or as a page that holds it."""
