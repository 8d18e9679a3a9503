"""What pages are made of: things as templates see them, forms, filters, menus."""
